"""A backup of an earlier version is put back as it was and then brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect

from agenda.backup.archive import ArchiveWriter
from agenda.backup.manifest import Head
from agenda.backup.values import Shape, line
from agenda.backup.writing import shape_of, tables
from agenda.schema import Standing, standing, upgrade
from tests.backup.conftest import KINDS, NewPlace
from tests.backup.places import MADE, everything

EARLIER = "0023"
# What later versions leave as it is.
SAMPLES = ("body", "meeting", "agenda_item", "letter", "audit_entry", "paper", "vote")

Rows = dict[str, list[dict[str, Any]]]


def columns_of_the_earlier(folder: Path) -> dict[str, set[str]]:
    """Tell which tables and columns that version had, from its own migrations."""
    upgrade(f"sqlite:///{folder / 'earlier.sqlite'}", EARLIER)
    engine = create_engine(f"sqlite:///{folder / 'earlier.sqlite'}")
    found = inspect(engine)
    columns = {
        name: {column["name"] for column in found.get_columns(name)} for name in found.get_table_names()
    }
    engine.dispose()
    return columns


def written_by_the_earlier(path: Path, rows: Rows, columns: dict[str, set[str]]) -> None:
    with path.open("wb") as file:
        archive = ArchiveWriter(file, Head(EARLIER, MADE.isoformat(), "sqlite", "0" * 16))
        for now in (shape_of(one) for one in tables() if one.name in columns):
            kinds = {name: kind for name, kind in now.columns.items() if name in columns[now.name]}
            shape = Shape(now.name, kinds, now.key)
            archive.add_table(shape, (line(shape, row) for row in rows[now.name]))
        archive.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_of_an_earlier_version_is_brought_up_to_date(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path, kind: str
) -> None:
    columns = columns_of_the_earlier(tmp_path)
    assert "agenda_template" not in columns
    before, here = everything(difficult("sqlite").sessions), new_place(kind)
    # Bodies had no rules of the kinds that came later.
    before["reminder_rule"] = [row for row in before["reminder_rule"] if row["kind"] == "no_answer"]
    # Contents are not what this is about.
    before["stored_file"] = before["document_version"] = before["paper"] = []
    before["council_letter_copy"] = before["adoption"] = []
    written_by_the_earlier(tmp_path / "earlier.tar", before, columns)
    restored = here.restore(tmp_path / "earlier.tar")
    assert standing(here.sessions) is Standing.CURRENT
    assert restored.another_secret
    after = everything(here.sessions)
    assert len(after["audit_entry"]) == len(before["audit_entry"]) + 1
    for name in SAMPLES:
        then = [{key: row[key] for key in row if key in columns[name]} for row in before[name]]
        now = [{key: row[key] for key in row if key in columns[name]} for row in after[name]]
        assert then == [row for row in now if row.get("verb") != "held"], name
