"""The deadlines around a meeting: those of this room, and those that rooms above offer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Flask, current_app
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.meetings import deadline_rules as rules
from agenda.meetings.deadline_rules import Stand
from agenda.meetings.model import Meeting


@dataclass(frozen=True)
class Deadline:
    """Something that must be done by a day, for one meeting."""

    meeting_id: int
    # Names the step: what a room above offers under the same key takes the place of what stood there.
    key: str
    text: str
    due: date
    url: str
    done: bool = False
    done_on: date | None = None
    # Who is up, in words: a role, or names.
    who: str = ""
    # Whose start page names it: these persons, or all with the permission; no one where another task does.
    people: frozenset[int] = frozenset()
    permission: str = ""
    # The last day on which it can still be done.
    until: date | None = None


@dataclass(frozen=True)
class Step:
    """A deadline with where it stands today."""

    deadline: Deadline
    meeting: Meeting
    stand: Stand
    days_late: int


Maker = Callable[[Session, Sequence[Meeting], Actor, datetime], Iterable[Deadline]]
Settler = Callable[[Session, Mapping[tuple[int, str], Deadline]], Iterable[Deadline]]


def offer_deadlines(app: Flask, maker: Maker) -> None:
    """Let a room name deadlines of meetings.

    The maker gets meetings that have a date, and asks the database a number of times that does not grow
    with theirs. What it says in words must be what this actor may read (meetings.sight).
    """
    app.extensions.setdefault("deadlines", []).append(maker)


def offer_settled(app: Flask, settler: Settler) -> None:
    """Let a room above say that steps are done which this room cannot see done, by giving them anew.

    The settler gets all steps by meeting and key, and asks the database a number of times that does not grow.
    """
    app.extensions.setdefault("deadlines_settled", []).append(settler)


def steps_of(session: Session, meetings: Sequence[Meeting], by: Actor, now: datetime) -> list[Step]:
    """List the deadlines of meetings, by day; a meeting without a date, or cancelled, has none."""
    dated = {one.id: one for one in meetings if one.starts_at is not None and one.cancelled_at is None}
    found: dict[tuple[int, str], Deadline] = {}
    for maker in current_app.extensions.get("deadlines", []) if dated else ():
        for deadline in maker(session, list(dated.values()), by, now):
            found[deadline.meeting_id, deadline.key] = deadline
    for settler in current_app.extensions.get("deadlines_settled", []) if found else ():
        found.update({(step.meeting_id, step.key): step for step in settler(session, found)})
    steps = [_step(deadline, dated[deadline.meeting_id], now) for deadline in found.values()]
    return sorted(steps, key=lambda step: step.deadline.due)


def by_meeting(steps: Iterable[Step]) -> dict[int, list[Step]]:
    """Group steps by the meeting they belong to."""
    found: defaultdict[int, list[Step]] = defaultdict(list)
    for step in steps:
        found[step.meeting.id].append(step)
    return dict(found)


def _step(deadline: Deadline, meeting: Meeting, now: datetime) -> Step:
    today = local_day(now, meeting.time_zone)
    stand = rules.stand(deadline.due, deadline.done, deadline.done_on, deadline.until, today)
    late = rules.days_late(deadline.due, deadline.done_on, today)
    return Step(deadline, meeting, stand, late if stand in (Stand.LATE, Stand.DONE_LATE) else 0)


def day_of(meeting: Meeting) -> date | None:
    """Give the civil day on which a meeting begins, where it is held."""
    return local_day(meeting.starts_at, meeting.time_zone) if meeting.starts_at else None


def last_day_of(meeting: Meeting) -> date | None:
    """Give the civil day on which a meeting ends."""
    if meeting.starts_at is None:
        return None
    return local_day(meeting.starts_at + timedelta(minutes=meeting.minutes), meeting.time_zone)
