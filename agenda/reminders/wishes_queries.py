"""What people asked for about their reminders, for everyone in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.invitations.model import Alarm
from agenda.reminders.model import DigestWish, Leave, Resting
from agenda.reminders.moments import USUAL_HOUR, Wish
from agenda.reminders.wishes import Wishes


def wishes_of_all(session: Session) -> Wishes:
    """Give what everybody asked for."""
    hours = {row.person_id: row.hour for row in session.scalars(select(DigestWish))}
    leave: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
    for row in session.execute(select(Leave.person_id, Leave.first_day, Leave.last_day)):
        leave[row.person_id].append((row.first_day, row.last_day))
    when = {
        person: Wish(hours.get(person, USUAL_HOUR), tuple(sorted(leave[person])))
        for person in {*hours, *leave}
    }
    columns = (Resting.person_id, Resting.kind, Resting.subject_kind, Resting.subject_id, Resting.until)
    resting = {(p, kind, what, key): until for p, kind, what, key, until in session.execute(select(*columns))}
    return Wishes(when, resting, frozenset(session.scalars(select(Alarm.person_id))))


def leaves_of(session: Session, person_id: int, today: date) -> Sequence[Leave]:
    """List a person's days of leave that are not over, first ones first."""
    query = select(Leave).where(Leave.person_id == person_id, Leave.last_day >= today)
    return session.scalars(query.order_by(Leave.first_day, Leave.id)).all()


def resting_of(session: Session, person_id: int) -> Sequence[Resting]:
    """List what a person put to rest, newest first."""
    query = select(Resting).where(Resting.person_id == person_id)
    return session.scalars(query.order_by(Resting.at.desc(), Resting.id.desc())).all()
