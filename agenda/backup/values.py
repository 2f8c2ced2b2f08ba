"""Rows as lines of JSON and back: what kinds of values there are, and how each is written down exactly."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    Enum,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Text,
    Time,
    cast,
    column,
    table,
)
from sqlalchemy.sql.expression import ColumnElement, TableClause
from sqlalchemy.types import TypeEngine

from agenda.core.database import UtcDateTime

Values = Mapping[str, Any]


class Unreadable(Exception):
    """A line is no row of this table."""


@dataclass(frozen=True)
class Kind:
    """How values of one kind are kept in the database, and how they stand in a line."""

    column_type: TypeEngine[Any]
    written: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _as_it_is(value: Any) -> Any:
    return value


def _of(kind: type) -> Callable[[Any], Any]:
    def checked(value: Any) -> Any:
        # A truth value is a number to Python, and on PostgreSQL it is none.
        if type(value) is not kind:
            raise TypeError(f"{kind.__name__} expected")
        return value

    return checked


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC)


def _moment_written(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _bytes_written(content: bytes) -> str:
    return b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return b64decode(text, validate=True)


# The names stand in every backup: they are for good.
KINDS: Mapping[str, Kind] = {
    "integer": Kind(Integer(), _as_it_is, _of(int)),
    "boolean": Kind(Boolean(), _as_it_is, _of(bool)),
    "text": Kind(Text(), _as_it_is, _of(str)),
    # The text itself: read and written again, the order of keys and large numbers could change.
    "json": Kind(Text(), _as_it_is, _of(str)),
    "moment": Kind(UtcDateTime(), _moment_written, _moment),
    "date": Kind(Date(), date.isoformat, date.fromisoformat),
    "time": Kind(Time(), time.isoformat, time.fromisoformat),
    "bytes": Kind(LargeBinary(), _bytes_written, _bytes),
    "decimal": Kind(Numeric(), str, Decimal),
    "number": Kind(Float(), float.hex, float.fromhex),
}
_KIND_OF: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (UtcDateTime, "moment"),
    (Enum, "text"),
    (String, "text"),
    (Boolean, "boolean"),
    (Integer, "integer"),
    (JSON, "json"),
    (Date, "date"),
    (Time, "time"),
    (LargeBinary, "bytes"),
    (Float, "number"),
    (Numeric, "decimal"),
)


@dataclass(frozen=True)
class Shape:
    """A table as a backup knows it: its columns and their kinds, and those by which rows are told apart."""

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]

    @property
    def clause(self) -> TableClause:
        """The table for statements, in which words and moments are what the database has."""
        return table(
            self.name, *(column(name, KINDS[kind].column_type) for name, kind in self.columns.items())
        )

    @property
    def read_as(self) -> list[ColumnElement[Any]]:
        """The columns to select."""
        found = self.clause.c
        return [
            cast(found[name], Text).label(name) if kind == "json" else found[name]
            for name, kind in self.columns.items()
        ]


def kind_of(column_type: TypeEngine[Any]) -> str:
    """Name the kind of a column; TypeError for a type that no backup can hold yet."""
    for one, name in _KIND_OF:
        if isinstance(column_type, one):
            return name
    raise TypeError(f"a backup cannot hold {column_type!r} yet: give it a kind in backup/values.py")


def line(shape: Shape, row: Values) -> bytes:
    """Write a row as one line, in UTF-8."""
    values = {
        name: None if row[name] is None else KINDS[kind].written(row[name])
        for name, kind in shape.columns.items()
    }
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def row(shape: Shape, text: bytes) -> dict[str, Any]:
    """Read a line back; raises Unreadable."""
    try:
        values = json.loads(text)
        if not isinstance(values, dict) or values.keys() != shape.columns.keys():
            raise Unreadable(shape.name)
        return {
            name: None if values[name] is None else KINDS[kind].read(values[name])
            for name, kind in shape.columns.items()
        }
    except (ValueError, TypeError, ArithmeticError) as error:
        raise Unreadable(shape.name) from error
