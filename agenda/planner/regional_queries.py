"""What the screens of regional days list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.actor import Actor
from agenda.core.database import LARGEST_KEY
from agenda.core.problems import NotFound
from agenda.meetings.model import Attendee, Meeting
from agenda.planner.regional_model import RegionalDay

SHOWN = 20
# So many meetings to come are offered, the nearest first.
OFFERED = 80


def day_of(session: Session, day_id: int, by: Actor) -> RegionalDay:
    """Give a regional day; NotFound unless one plans for all of its bodies."""
    day = session.get(RegionalDay, day_id) if day_id <= LARGEST_KEY else None
    allowed = by.bodies("plan")
    if day is None or (allowed is not None and not set(day.bodies) <= allowed):
        raise NotFound("not_found")
    return day


def days_of(session: Session, by: Actor) -> list[RegionalDay]:
    """Give the last regional days of bodies that one plans, newest first."""
    allowed = by.bodies("plan")
    found = session.scalars(select(RegionalDay).order_by(RegionalDay.id.desc()).limit(10 * SHOWN))
    return [one for one in found if allowed is None or set(one.bodies) <= allowed][:SHOWN]


def could_move(session: Session, by: Actor, now: datetime) -> Sequence[Meeting]:
    """Give the meetings to come that one plans and whose agenda is not final, the nearest first."""
    query = (
        select(Meeting)
        .where(
            Meeting.cancelled_at.is_(None),
            Meeting.closed_at.is_(None),
            Meeting.agenda_final_at.is_(None),
            or_(Meeting.starts_at > now, Meeting.starts_at.is_(None)),
        )
        .options(
            joinedload(Meeting.body),
            joinedload(Meeting.host),
            selectinload(Meeting.attendees).joinedload(Attendee.person),
        )
        .order_by(Meeting.starts_at.is_(None), Meeting.starts_at, Meeting.id)
        .limit(OFFERED)
    )
    allowed = by.bodies("plan")
    if allowed is not None:
        query = query.where(Meeting.body_id.in_(allowed))
    return session.scalars(query).all()
