"""What a body asks of a day, as it stands in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from agenda.dates.day_rules import DayRules, read_hours
from agenda.dates.model import Closure, DateRules, Journey
from agenda.people.model import Organisation, Seat


def rules_row(session: Session, body_id: int) -> DateRules | None:
    """Give what a body said of its days; None when it never said anything."""
    return session.scalars(select(DateRules).where(DateRules.body_id == body_id)).one_or_none()


def day_rules_of(session: Session, body_id: int) -> DayRules:
    """Give what a body asks of a day: what it said, or what is usual."""
    row = rules_row(session, body_id)
    if row is None:
        return DayRules()
    return DayRules(
        hours=read_hours(row.hours),
        public_holidays=row.public_holidays,
        school_holidays=row.school_holidays,
        school_region=row.school_region,
        travel_minutes=row.travel_minutes,
    )


def closures_of(session: Session, body_id: int, seats: Iterable[Seat]) -> list[tuple[Closure, str]]:
    """Give what closes days to a body, each under its name: its own first, then of those that have a seat."""
    names = {seat.organisation_id: seat.organisation.name for seat in seats}
    return [
        (row, f"{row.why} ({names[row.organisation_id]})" if row.organisation_id else row.why)
        for row in closure_rows(session, body_id, names)
        if row.removed_at is None
    ]


def closure_rows(session: Session, body_id: int, organisations: Iterable[int]) -> Sequence[Closure]:
    """List the closures of a body and of these organisations, removed ones too."""
    query = (
        select(Closure)
        .where(or_(Closure.body_id == body_id, Closure.organisation_id.in_(list(organisations))))
        .order_by(Closure.organisation_id.is_not(None), Closure.organisation_id, Closure.id)
    )
    return session.scalars(query).all()


def journeys_of(session: Session, host_id: int | None) -> dict[tuple[int, int], int]:
    """Give the minutes of every journey from or to an organisation, by pair in order."""
    query = select(Journey).where(or_(Journey.one_id == host_id, Journey.other_id == host_id))
    return {(row.one_id, row.other_id): row.minutes for row in session.scalars(query)}


def journeys_between(session: Session, organisations: Iterable[Organisation]) -> dict[tuple[int, int], int]:
    """Give the minutes of every journey between two of these organisations, by pair in order."""
    ids = [one.id for one in organisations]
    query = select(Journey).where(Journey.one_id.in_(ids), Journey.other_id.in_(ids))
    return {(row.one_id, row.other_id): row.minutes for row in session.scalars(query)}
