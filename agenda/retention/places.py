"""Where names can stand: every text and every JSON of every table is one of four sorts.

A table that somebody adds later is covered by this without a word: what it keeps as JSON, in a column named
`..._by` or in one of NAMES is rewritten, and its other texts are searched.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, String, Table, Text, cast, or_

from agenda.core.database import Base

# Besides those that end in "_by".
NAMES = {"actor_name", "by", "consent", "late_consent", "secretary", "mayor", "organiser", "may_lift"}
OF_TABLES = {("paper", "title")}
# Emptied, removed or renamed row by row; see erasing.
BY_ROW = {
    "person",
    "letter",
    "incoming",
    "busy_calendar",
    "calendar_push",
    "pushed_event",
    "feed",
    "sign_in",
    "sign_in_link",
}


class Sort(StrEnum):
    """What is done with a column when somebody is erased."""

    # Names are replaced in it.
    NAMES = "names"
    # Whatever people wrote: searched, and left to a person to judge.
    WORDS = "words"
    # Codes, numbers and hashes: nobody is named there.
    CODES = "codes"
    BY_ROW = "by_row"


@dataclass(frozen=True)
class Place:
    """One column."""

    table: Table
    column: Column[Any]
    sort: Sort

    @property
    def is_json(self) -> bool:
        return isinstance(self.column.type, JSON)

    def may_hold(self, texts: Collection[str]) -> ColumnElement[bool]:
        """Tell in SQL, coarsely, whether one of these texts stands in it."""
        written = cast(self.column, String) if self.is_json else self.column
        # As JSON writes them too, where other letters than ASCII are escaped.
        wanted = {*texts, *(json.dumps(text)[1:-1] for text in texts)}
        return or_(*(written.icontains(text, autoescape=True) for text in sorted(wanted)))


def places(sort: Sort) -> Iterator[Place]:
    """Give every column of a sort."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, JSON | String) and sort_of(table, column) is sort:
                yield Place(table, column, sort)


def sort_of(table: Table, column: Column[Any]) -> Sort:
    """Tell what is done with a column of texts."""
    if table.name in BY_ROW:
        return Sort.BY_ROW
    named = column.name in NAMES or column.name.endswith("_by") or (table.name, column.name) in OF_TABLES
    if isinstance(column.type, JSON) or named:
        return Sort.NAMES
    # What people write is Text; codes, hashes and states are String.
    if isinstance(column.type, Text) or column.name in {"name", "title"}:
        return Sort.WORDS
    return Sort.CODES
