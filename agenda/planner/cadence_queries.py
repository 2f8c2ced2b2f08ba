"""The cadences of bodies, as screens and other queries read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from agenda.core.audit import AuditEntry
from agenda.core.clock import at_local, local_day
from agenda.dates.body_rules import closures_of, day_rules_of
from agenda.dates.closures import closed_times
from agenda.dates.holidays_known import public_holidays, school_holidays
from agenda.meetings.model import Meeting
from agenda.people.model import Body
from agenda.planner.cadence_model import Cadence
from agenda.planner.cadence_rrule import Start
from agenda.planner.cadence_rules import MOST_DATES, Days, Found, Rhythm, candidate_dates, falls_on
from agenda.planner.new_meetings import NewDate

DAY = timedelta(days=1)


@dataclass(frozen=True)
class DateMade:
    """A moment that a cadence makes, what falls on its day, and the meeting that has that day already."""

    at: datetime
    found: Sequence[Found]
    meeting: Meeting | None

    @property
    def free(self) -> bool:
        """Tell whether a meeting can be planned then."""
        return self.meeting is None and not any(one.hard for one in self.found)


VERBS = ("cadence_set", "cadence_ended", "cadence_resumed")
MOST_HISTORY = 50


def running_cadence(session: Session, body_id: int) -> Cadence | None:
    """Give the cadence that a body has now; None when it has none."""
    return session.scalars(
        select(Cadence).where(Cadence.body_id == body_id, Cadence.ended_at.is_(None))
    ).one_or_none()


def running_cadences(session: Session, bodies: Collection[Body]) -> dict[int, Cadence]:
    """Give the cadences that run, by the number of the body."""
    found = session.scalars(
        select(Cadence).where(Cadence.body_id.in_([body.id for body in bodies]), Cadence.ended_at.is_(None))
    )
    return {cadence.body_id: cadence for cadence in found}


def ended_cadences(session: Session, body_id: int) -> Sequence[Cadence]:
    """List the cadences that a body had, the last one first."""
    return session.scalars(
        select(Cadence)
        .where(Cadence.body_id == body_id, Cadence.ended_at.is_not(None))
        .order_by(Cadence.ended_at.desc(), Cadence.id.desc())
    ).all()


def history_of(session: Session, body: Body) -> Sequence[AuditEntry]:
    """Give what happened to the cadence of a body, newest first."""
    query = (
        select(AuditEntry)
        .where(
            AuditEntry.subject_kind == "body",
            AuditEntry.subject_id == body.id,
            AuditEntry.verb.in_(VERBS),
        )
        .order_by(AuditEntry.id.desc())
        .limit(MOST_HISTORY)
    )
    return session.scalars(query).all()


def rhythm_of(cadence: Cadence, body: Body) -> Rhythm:
    """Give a cadence as far as its dates are concerned; a body that has ended has none any more."""
    last = min((day for day in (cadence.last_day, body.expires_on) if day is not None), default=None)
    start = Start(cadence.first_day, cadence.starts, body.time_zone, last)
    return Rhythm(cadence.rule, start, cadence.minutes)


def days_known(session: Session, body: Body, first: date, last: date) -> Days:
    """Give what a body asks of the days of a period, and what falls on them."""
    rules = day_rules_of(session, body.id)
    return Days(
        rules=rules,
        public=public_holidays(first, last),
        school=school_holidays(first, last, rules.school_region),
        closed=closed_times(closures_of(session, body.id, body.seats), first, last, body.time_zone),
    )


def meetings_between(session: Session, body: Body, first: date, last: date) -> Sequence[Meeting]:
    """List the meetings of a body with a date in a period, both days included, that were not cancelled."""
    return session.scalars(
        select(Meeting)
        .where(
            Meeting.body_id == body.id,
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at >= at_local(first, time(), body.time_zone),
            Meeting.starts_at < at_local(last + DAY, time(), body.time_zone),
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .options(selectinload(Meeting.items))
    ).all()


def dates_made(
    session: Session, cadence: Cadence, body: Body, first: date, last: date, now: datetime
) -> tuple[list[DateMade], bool]:
    """Give the dates of a cadence ahead between two days, both included, and whether there are more."""
    made = candidate_dates(rhythm_of(cadence, body), first, last, MOST_DATES + 1)
    zone, days = body.time_zone, days_known(session, body, first, last)
    standing: dict[date, Meeting] = {}
    for meeting in meetings_between(session, body, first, last):
        if meeting.starts_at is not None:
            standing.setdefault(local_day(meeting.starts_at, zone), meeting)
    return [
        DateMade(at, falls_on(at, cadence.minutes, zone, days), standing.get(local_day(at, zone)))
        for at in made[:MOST_DATES]
        if at > now
    ], len(made) > MOST_DATES


def free_dates(
    session: Session, bodies: Sequence[Body], first: date, last: date, now: datetime
) -> list[NewDate]:
    """Give the dates of these bodies' cadences on which a meeting can be planned."""
    cadences = running_cadences(session, bodies)
    return [
        NewDate(body.id, one.at, cadences[body.id].minutes)
        for body in bodies
        if body.id in cadences
        for one in dates_made(session, cadences[body.id], body, first, last, now)[0]
        if one.free
    ]


def waiting_for_a_date(session: Session, body: Body, now: datetime) -> Sequence[Meeting]:
    """List the meetings of a body that still have no date, only a window."""
    return session.scalars(
        select(Meeting)
        .where(
            Meeting.body_id == body.id,
            Meeting.cancelled_at.is_(None),
            Meeting.closed_at.is_(None),
            Meeting.starts_at.is_(None),
        )
        .order_by(Meeting.window_until, Meeting.id)
    ).all()
