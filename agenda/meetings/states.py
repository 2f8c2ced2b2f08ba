"""The state of a meeting as the database can ask it: the same rule as rules.state_of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from agenda.core.database import UtcDateTime
from agenda.meetings.model import Meeting, MeetingState


class EndsAt(FunctionElement[datetime]):
    """Start and minutes added up; SQLite and PostgreSQL each in their own way."""

    name = "ends_at"
    type = UtcDateTime()
    inherit_cache = True


@compiles(EndsAt, "sqlite")
def _on_sqlite(element: EndsAt, compiler: SQLCompiler, **how: Any) -> str:
    start, minutes = (compiler.process(part, **how) for part in element.clauses)
    # The form in which moments are kept there, so that texts compare as moments do.
    return f"strftime('%Y-%m-%d %H:%M:%f000', {start}, {minutes} || ' minutes')"


@compiles(EndsAt, "postgresql")
def _on_postgresql(element: EndsAt, compiler: SQLCompiler, **how: Any) -> str:
    start, minutes = (compiler.process(part, **how) for part in element.clauses)
    return f"({start} + make_interval(mins => {minutes}))"


def ends_at_in_sql() -> ColumnElement[datetime]:
    """Give the end of a meeting; NULL without a date."""
    return EndsAt(Meeting.starts_at, Meeting.minutes)


def state_in_sql(now: datetime) -> ColumnElement[str]:
    """Give the state of each meeting at this moment as its word, to filter and group on."""
    return case(
        (Meeting.cancelled_at.is_not(None), literal(MeetingState.CANCELLED.value)),
        (Meeting.closed_at.is_not(None), literal(MeetingState.CLOSED.value)),
        (
            Meeting.confirmed_at.is_not(None) & Meeting.starts_at.is_not(None) & (ends_at_in_sql() <= now),
            literal(MeetingState.HELD.value),
        ),
        (Meeting.confirmed_at.is_not(None), literal(MeetingState.CONFIRMED.value)),
        (Meeting.starts_at.is_not(None), literal(MeetingState.DATED.value)),
        else_=literal(MeetingState.DRAFT.value),
    )
