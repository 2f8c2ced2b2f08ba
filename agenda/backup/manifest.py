"""The list at the end of a backup: what is in it, with the hash of each part, and how it is written down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agenda.backup.values import KINDS, Shape

FORMAT = "leidse-regio-agenda-backup"
VERSION = 1


class Damaged(Exception):
    """It is no whole backup; the text says, for a person, what is wrong."""


@dataclass(frozen=True)
class Head:
    """What a backup says of where it comes from."""

    revision: str
    made_at: str
    database: str
    # Tells whether a restore has the same secret key, and nothing else of it.
    secret: str


@dataclass(frozen=True)
class Part:
    """One stretch of a table's rows."""

    name: str
    sha256: str
    rows: int


@dataclass
class TableList:
    """A table in the list: its shape, and the parts with its rows."""

    shape: Shape
    parts: list[Part] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)


@dataclass(frozen=True)
class Manifest:
    """The list at the end: everything that is in the file, in its order."""

    head: Head
    tables: tuple[TableList, ...]
    # Hash and size in octets.
    documents: tuple[tuple[str, int], ...]


def as_json(manifest: Manifest) -> bytes:
    """Write a list down, for who looks into a backup too."""
    found = {
        "format": FORMAT,
        "version": VERSION,
        "schema_revision": manifest.head.revision,
        "made_at": manifest.head.made_at,
        "database": manifest.head.database,
        "secret_key_fingerprint": manifest.head.secret,
        "tables": [
            {
                "name": entry.shape.name,
                "rows": entry.rows,
                "key": list(entry.shape.key),
                "columns": dict(entry.shape.columns),
                "parts": [
                    {"name": part.name, "sha256": part.sha256, "rows": part.rows} for part in entry.parts
                ],
            }
            for entry in manifest.tables
        ],
        "documents": [{"sha256": sha256, "size": size} for sha256, size in manifest.documents],
    }
    return json.dumps(found, indent=1).encode()


def from_json(text: bytes) -> Manifest:
    """Read a list back; raises Damaged."""
    try:
        found = json.loads(text)
        if (found["format"], found["version"]) != (FORMAT, VERSION):
            raise Damaged("it has a format that this version of the product does not know")
        head = Head(
            found["schema_revision"], found["made_at"], found["database"], found["secret_key_fingerprint"]
        )
        if datetime.fromisoformat(head.made_at).tzinfo is None:
            raise ValueError("a moment needs its time zone")
        tables = tuple(_table(one) for one in found["tables"])
        documents = tuple((one["sha256"], one["size"]) for one in found["documents"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged("its list cannot be read") from error
    return Manifest(head, tables, documents)


def _table(found: Mapping[str, Any]) -> TableList:
    shape = Shape(found["name"], found["columns"], tuple(found["key"]))
    if not shape.columns.items() or not set(shape.columns.values()) <= KINDS.keys():
        raise Damaged(f"the table {shape.name!r} has values of a kind that this version does not know")
    return TableList(shape, [Part(one["name"], one["sha256"], one["rows"]) for one in found["parts"]])
