"""Keep what a body asks of a day: its rules, times at which nobody can meet, and travel times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.audit import AuditEntry
from agenda.core.database import get
from agenda.core.problems import Changed, Conflict, NotFound
from agenda.dates.body_rules import rules_row
from agenda.dates.day_rules import WEEK, ClosureFacts, DayRules, kept_hours, read_hours
from agenda.dates.model import Closure, DateRules, Journey
from agenda.dates.rule_words import VERBS
from agenda.people.model import Body

MOST_HISTORY = 50
Pair = tuple[int, int]


def set_rules(
    session: Session, body: Body, wanted: DayRules, version: int | None, by: Actor, now: datetime
) -> None:
    """Keep what a body asks of a day; Changed when someone else did so in between."""
    by.must("plan", body)
    row = rules_row(session, body.id)
    if row is None:
        row = DateRules(body_id=body.id, hours={}, travel_minutes=0)
        session.add(row)
        before = _told(DayRules())
    else:
        # Who saw no version saw a body without rules.
        row.expect(version or 0)
        before = _told(DayRules(read_hours(row.hours), *_plain(row)))
    row.hours = kept_hours(wanted.hours)
    row.public_holidays, row.school_holidays = wanted.public_holidays, wanted.school_holidays
    row.school_region, row.travel_minutes = wanted.school_region, wanted.travel_minutes
    try:
        session.flush()
    except IntegrityError as error:
        raise Changed from error
    _note(session, by, now, "date_rules_set", ("body", body.id), before, _told(wanted))


def add_closure(session: Session, body: Body, wanted: ClosureFacts, by: Actor, now: datetime) -> Closure:
    """Add a time at which a body, or an organisation that has a seat in it, cannot meet."""
    by.must("plan", body)
    row = Closure(kind=wanted.kind)
    _fill(row, body, wanted)
    session.add(row)
    session.flush()
    audit.record(session, by, now, "closure_added", _subject(row), {}, _closure_told(row, body))
    return row


def edit_closure(
    session: Session,
    body: Body,
    closure_id: int,
    wanted: ClosureFacts,
    version: int | None,
    by: Actor,
    now: datetime,
) -> None:
    """Change a time at which nobody can meet; Changed when someone else did so in between."""
    row = closure_to_change(session, body, closure_id, by)
    row.expect(version)
    if row.removed_at is not None:
        raise Conflict("closure_not_there")
    before = _closure_told(row, body)
    _fill(row, body, wanted)
    session.flush()
    _note(session, by, now, "closure_edited", _subject(row), before, _closure_told(row, body))


def remove_closure(
    session: Session, body: Body, closure_id: int, version: int | None, by: Actor, now: datetime
) -> None:
    """Let a closure no longer hold; it can be put back."""
    row = closure_to_change(session, body, closure_id, by)
    row.expect(version)
    if row.removed_at is None:
        row.removed_at = now
        audit.record(session, by, now, "closure_removed", _subject(row), _closure_told(row, body), {})


def restore_closure(
    session: Session, body: Body, closure_id: int, version: int | None, by: Actor, now: datetime
) -> None:
    """Let a closure that was removed hold again."""
    row = closure_to_change(session, body, closure_id, by)
    row.expect(version)
    if row.removed_at is not None:
        row.removed_at = None
        audit.record(session, by, now, "closure_restored", _subject(row), {}, _closure_told(row, body))


def closure_to_change(session: Session, body: Body, closure_id: int, by: Actor) -> Closure:
    """Give a closure of a body, or of an organisation with a seat in it; NotFound where it is another's."""
    by.must("plan", body)
    row = get(session, Closure, closure_id)
    if row.body_id != body.id and row.organisation_id not in _seats(body):
        raise NotFound("not_found")
    return row


def set_journeys(
    session: Session,
    body: Body,
    wanted: Mapping[Pair, int | None],
    seen: Mapping[Pair, int | None],
    by: Actor,
    now: datetime,
) -> None:
    """Keep how long it takes between organisations with a seat; without minutes the usual time counts.

    Raises Changed when someone else set a journey that is changed here otherwise than was seen.
    """
    by.must("plan", body)
    names = _seats(body)
    rows = {(row.one_id, row.other_id): row for row in session.scalars(select(Journey))}
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for pair, minutes in wanted.items():
        if not names.keys() >= set(pair):
            raise NotFound("not_found")
        row = rows.get(pair)
        standing = row.minutes if row else None
        if minutes == seen.get(pair) or minutes == standing:
            continue
        if standing != seen.get(pair):
            raise Changed
        _set_journey(session, row, pair, minutes)
        name = " - ".join(names[one] for one in pair)
        before[name], after[name] = standing, minutes
    try:
        session.flush()
    except IntegrityError as error:
        raise Changed from error
    _note(session, by, now, "journeys_set", ("body", body.id), before, after)


def history_of(session: Session, body: Body) -> Sequence[AuditEntry]:
    """Give what happened to a body's rules and to the closures that hold for it, newest first."""
    query = (
        select(AuditEntry)
        .where(
            AuditEntry.verb.in_(list(VERBS)),
            (AuditEntry.subject_kind == "body") & (AuditEntry.subject_id == body.id)
            | (AuditEntry.subject_kind == "organisation") & AuditEntry.subject_id.in_(list(_seats(body))),
        )
        .order_by(AuditEntry.id.desc())
        .limit(MOST_HISTORY)
    )
    return session.scalars(query).all()


def _seats(body: Body) -> dict[int, str]:
    return {seat.organisation_id: seat.organisation.name for seat in body.seats}


def _fill(row: Closure, body: Body, wanted: ClosureFacts) -> None:
    if wanted.organisation_id is not None and wanted.organisation_id not in _seats(body):
        raise NotFound("not_found")
    row.organisation_id = wanted.organisation_id
    row.body_id = body.id if wanted.organisation_id is None else None
    row.why, row.weekday = wanted.why, wanted.weekday
    row.month, row.day_of_month = wanted.month, wanted.day_of_month
    row.first_day, row.last_day = wanted.first_day, wanted.last_day
    row.begins, row.ends = wanted.begins, wanted.ends


def _set_journey(session: Session, row: Journey | None, pair: Pair, minutes: int | None) -> None:
    if row is None:
        session.add(Journey(one_id=pair[0], other_id=pair[1], minutes=minutes))
    elif minutes is None:
        session.delete(row)
    else:
        row.minutes = minutes


def _subject(row: Closure) -> tuple[str, int]:
    if row.body_id is not None:
        return ("body", row.body_id)
    return ("organisation", row.organisation_id or 0)


def _plain(row: DateRules) -> tuple[Any, ...]:
    return row.public_holidays, row.school_holidays, row.school_region, row.travel_minutes


def _told(rules: DayRules) -> dict[str, Any]:
    hours = {
        f"hours_{day}": " - ".join(f"{hour:%H:%M}" for hour in rules.hours[day])
        if day in rules.hours
        else None
        for day in WEEK
    }
    return hours | {
        "public_holidays": rules.public_holidays,
        "school_holidays": rules.school_holidays,
        "school_region": rules.school_region,
        "travel_minutes": rules.travel_minutes,
    }


def _closure_told(row: Closure, body: Body) -> dict[str, Any]:
    hours = f"{row.begins:%H:%M} - {row.ends:%H:%M}" if row.begins and row.ends is not None else None
    return {
        "closure": row.why,
        "closed_for": _seats(body).get(row.organisation_id or 0, body.name),
        "closed_how_often": row.kind,
        "weekday": row.weekday,
        "day_of_year": f"{row.day_of_month}-{row.month}" if row.month else None,
        "closed_from": row.first_day,
        "closed_until": row.last_day,
        "hours": hours,
    }


def _note(
    session: Session,
    by: Actor,
    now: datetime,
    verb: str,
    subject: tuple[str, int],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    if audit.changes(before, after):
        audit.record(session, by, now, verb, subject, before, after)
