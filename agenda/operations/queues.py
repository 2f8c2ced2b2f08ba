"""How much waits for the workers, in one small question a queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from agenda.core.clock import local_day
from agenda.dates.model import BusyCalendar
from agenda.documents.model import Reading, StoredFile
from agenda.invitations.model import CalendarPush
from agenda.mail.model import Hold, Incoming, Letter
from agenda.mail.queries import open_hold
from agenda.operations.model import JobState
from agenda.operations.rules import PATIENCE, Queue
from agenda.people.model import Membership
from agenda.people.queries import on_day
from agenda.planner.run_model import PlanningRun
from agenda.publications.model import Paper

LETTERS = "letters"


@dataclass(frozen=True)
class Waiting:
    """What waits in a queue: since when each of it could have been done, and which rows those are."""

    name: str
    since: Any
    wanted: Sequence[ColumnElement[bool]]


def queues(session: Session, zone: str, now: datetime) -> list[Queue]:
    """Count what waits in each queue, and since when the oldest of it could have been done."""
    held = open_hold(session) is not None
    found = []
    for one in _waiting(zone, now):
        query = select(func.count(), func.min(one.since)).where(*one.wanted)
        waiting, oldest = session.execute(query).one()
        found.append(Queue(one.name, waiting, oldest, held and one.name == LETTERS))
    return found


def late_queues(session: Session, zone: str, now: datetime) -> int:
    """Count the queues that are too far behind, in one question that stops at the first of each."""
    asked = []
    for one in _waiting(zone, now):
        late: ColumnElement[bool] = select(1).where(*one.wanted, one.since < now - PATIENCE).exists()
        if one.name == LETTERS:
            late = late & ~select(Hold.id).where(Hold.released_at.is_(None)).exists()
        asked.append(late)
    return sum(session.execute(select(*asked)).one())


def _waiting(zone: str, now: datetime) -> tuple[Waiting, ...]:
    # Who left every body has calendars that nobody reads any more.
    present = select(Membership.person_id).where(on_day(local_day(now, zone)))
    calendars = (BusyCalendar.next_read_at <= now, BusyCalendar.person_id.in_(present))
    return (
        Waiting(LETTERS, Letter.due_at, (Letter.settled_at.is_(None), Letter.due_at <= now)),
        Waiting("incoming", Incoming.received_at, (Incoming.settled_at.is_(None),)),
        Waiting("papers", Paper.asked_at, (Paper.finished_at.is_(None),)),
        Waiting("texts", StoredFile.stored_at, (StoredFile.reading == Reading.WAITING,)),
        Waiting("searches", PlanningRun.asked_at, (PlanningRun.finished_at.is_(None),)),
        Waiting("calendars", BusyCalendar.next_read_at, calendars),
        Waiting("pushes", CalendarPush.next_at, (CalendarPush.next_at <= now,)),
    )


def jobs(session: Session) -> Sequence[JobState]:
    """List how each job went last."""
    return session.scalars(select(JobState).order_by(JobState.name)).all()
