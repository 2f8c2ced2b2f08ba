"""Meetings that could be planned anew: a date on which a body could meet, and the meeting it would be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.dates.known import busy_of
from agenda.dates.starts import minute_before
from agenda.meetings.actions import create_meeting
from agenda.meetings.facts import Plan
from agenda.meetings.model import Meeting
from agenda.meetings.planning_reason import Ground, keep_reason
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
    def date(self) -> NewDate:
        """The moment that it stands for."""
        return NewDate(self.body.id, self.starts_at, self.minutes)


def new_meetings(session: Session, dates: Iterable[NewDate], now: datetime) -> list[NewMeeting]:
    """Give what would come of these dates, those that have passed left out, numbered -1, -2, …"""
    ahead = sorted({one for one in dates if one.starts_at > now})
    return [_new_meeting(session, -number, one) for number, one in enumerate(ahead, 1)]


def make(session: Session, date: NewDate, ground: Ground, why: str, by: Actor, now: datetime) -> Meeting:
    """Plan a meeting on this date, and keep why."""
    body = get(session, Body, date.body_id)
    meeting = create_meeting(session, body, Plan(starts_at=date.starts_at, minutes=date.minutes), by, now)
    keep_reason(session, meeting, ground, why, by, now)
    return meeting


def _new_meeting(session: Session, number: int, date: NewDate) -> NewMeeting:
    body = get(session, Body, date.body_id)
    day = local_day(date.starts_at, body.time_zone)
    people = [
        Invitee(one.person.id, one.person, one.organisation)
        for one in attendees_on(session, body.id, day)
        if one.role is not Role.READER
    ]
    begin = minute_before(date.starts_at)
    known = busy_of(session, [one.person_id for one in people], day, day)
    busy = frozenset(
        person
        for person, one in known.items()
        if np.any((one.blocks[:, 0] < begin + date.minutes) & (one.blocks[:, 1] > begin))
    )
    return NewMeeting(number, body, date.starts_at, date.minutes, people, busy)
