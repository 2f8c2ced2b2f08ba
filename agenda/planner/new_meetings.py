"""Meetings that could be planned anew: a date on which a body could meet, and the meeting it would be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.dates.known import Known, busy_of
from agenda.dates.starts import minute_before
from agenda.meetings.actions import create_meeting
from agenda.meetings.facts import Plan
from agenda.meetings.model import Meeting
from agenda.meetings.planning_reason import Ground, keep_reason
from agenda.meetings.template_queries import frame_minutes
from agenda.people.model import Body, Organisation, Person, Role
from agenda.people.queries import attendees_on


@dataclass(frozen=True, order=True)
class NewDate:
    """A moment at which a body could meet, and for how long; the other particulars are the usual ones."""

    body_id: int
    starts_at: datetime
    minutes: int

    def to_json(self) -> list[Any]:
        """Write it down."""
        return [self.body_id, self.starts_at.isoformat(), self.minutes]


def new_date_of(written: Sequence[Any]) -> NewDate:
    """Read what was written down."""
    body_id, starts_at, minutes = written
    return NewDate(body_id, datetime.fromisoformat(starts_at), minutes)


@dataclass(frozen=True)
class Invitee:
    """Who would be invited, and for which organisation."""

    person_id: int
    person: Person
    organisation: Organisation | None


@dataclass(frozen=True, eq=False)
class NewMeeting:
    """A meeting that nobody planned yet, to be read as a planned one; its number is below zero."""

    id: int
    body: Body
    starts_at: datetime
    minutes: int
    people: Sequence[Invitee]
    # Who is busy elsewhere at that time, as far as is known.
    busy: frozenset[int]
    # The minutes that stand on its agenda before anybody fills it.
    reserved: int
    version: int = 0
    confirmed_at: datetime | None = None

    @property
    def body_id(self) -> int:
        """The number of the body that would meet."""
        return self.body.id

    @property
    def title(self) -> str:
        """What it would be called."""
        return self.body.name

    @property
    def time_zone(self) -> str:
        """The zone in which it would be held."""
        return self.body.time_zone

    @property
    def moment(self) -> NewDate:
        """The moment that it stands for."""
        return NewDate(self.body.id, self.starts_at, self.minutes)


def new_meetings(session: Session, dates: Iterable[NewDate], now: datetime) -> list[NewMeeting]:
    """Give what would come of these dates, those that have passed left out, numbered -1, -2, …"""
    ahead = sorted({one for one in dates if one.starts_at > now})
    if not ahead:
        return []
    bodies = {one.body_id: get(session, Body, one.body_id) for one in ahead}
    days = [local_day(one.starts_at, bodies[one.body_id].time_zone) for one in ahead]
    people = [_invitees(session, one.body_id, day) for one, day in zip(ahead, days, strict=True)]
    known = busy_of(session, {one.person_id for there in people for one in there}, min(days), max(days))
    frames = {body_id: frame_minutes(session, body_id) for body_id in bodies}
    return [
        NewMeeting(
            id=-number,
            body=bodies[one.body_id],
            starts_at=one.starts_at,
            minutes=one.minutes,
            people=there,
            busy=_busy(known, one, there),
            reserved=frames[one.body_id],
        )
        for number, (one, there) in enumerate(zip(ahead, people, strict=True), 1)
    ]


def make(session: Session, moment: NewDate, ground: Ground, why: str, by: Actor, now: datetime) -> Meeting:
    """Plan a meeting on this date, and keep why."""
    body = get(session, Body, moment.body_id)
    meeting = create_meeting(session, body, Plan(starts_at=moment.starts_at, minutes=moment.minutes), by, now)
    keep_reason(session, meeting, ground, why, by, now)
    return meeting


def _invitees(session: Session, body_id: int, day: date) -> list[Invitee]:
    return [
        Invitee(one.person.id, one.person, one.organisation)
        for one in attendees_on(session, body_id, day)
        if one.role is not Role.READER
    ]


def _busy(known: Mapping[int, Known], moment: NewDate, there: Iterable[Invitee]) -> frozenset[int]:
    """Give who of these is busy then."""
    begin = minute_before(moment.starts_at)
    end = begin + moment.minutes
    blocks = {one.person_id: known[one.person_id].blocks for one in there}
    return frozenset(
        person for person, busy in blocks.items() if np.any((busy[:, 0] < end) & (busy[:, 1] > begin))
    )
