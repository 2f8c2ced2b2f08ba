"""How much waits for the workers, in one small question a queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from agenda.core.clock import local_day
from agenda.dates.model import BusyCalendar
from agenda.documents.model import Reading, StoredFile
from agenda.invitations.model import CalendarPush
from agenda.mail.model import Incoming, Letter
from agenda.mail.queries import open_hold
from agenda.operations.model import JobState
from agenda.operations.rules import Queue
from agenda.people.model import Membership
from agenda.people.queries import on_day
from agenda.planner.run_model import PlanningRun
from agenda.publications.model import Paper

LETTERS = "letters"


def queues(session: Session, zone: str, now: datetime) -> list[Queue]:
    """Count what waits in each queue, and since when the oldest of it could have been done."""
    # Who left every body has calendars that nobody reads any more.
    present = select(Membership.person_id).where(on_day(local_day(now, zone)))
    asked: tuple[tuple[str, Any, Sequence[ColumnElement[bool]]], ...] = (
        (LETTERS, Letter.due_at, (Letter.settled_at.is_(None), Letter.due_at <= now)),
        ("incoming", Incoming.received_at, (Incoming.settled_at.is_(None),)),
        ("papers", Paper.asked_at, (Paper.finished_at.is_(None),)),
        ("texts", StoredFile.stored_at, (StoredFile.reading == Reading.WAITING,)),
        ("searches", PlanningRun.asked_at, (PlanningRun.finished_at.is_(None),)),
        (
            "calendars",
            BusyCalendar.next_read_at,
            (BusyCalendar.next_read_at <= now, BusyCalendar.person_id.in_(present)),
        ),
        ("pushes", CalendarPush.next_at, (CalendarPush.next_at <= now,)),
    )
    held = open_hold(session) is not None
    found = []
    for name, moment, wanted in asked:
        waiting, oldest = session.execute(select(func.count(), func.min(moment)).where(*wanted)).one()
        found.append(Queue(name, waiting, oldest, held and name == LETTERS))
    return found


def jobs(session: Session) -> Sequence[JobState]:
    """List how each job went last."""
    return session.scalars(select(JobState).order_by(JobState.name)).all()
