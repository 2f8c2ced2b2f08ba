"""Reads for the screens of what councils were promised; each as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from agenda.core.actor import Actor
from agenda.core.database import LARGEST_KEY
from agenda.core.problems import NotFound
from agenda.decisions.model import Commitment
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.sight_queries import seen_by
from agenda.people.model import Body
from agenda.topics.model import Topic

# From here on a promise shows up on the start page.
NEAR = timedelta(days=45)
MEETINGS_OFFERED = 20


@dataclass(frozen=True)
class Asked:
    """Which promises are asked for; as it stands in the address bar."""

    state: str = ""
    council: int | None = None


def commitments_of(
    session: Session, body: Body, by: Actor, asked: Asked, today: date
) -> Sequence[Commitment]:
    """List a body's promises: open ones first, by their day."""
    query = (
        select(Commitment)
        .options(*_whole())
        .where(_visible(by), Commitment.body_id == body.id, *_conditions(asked, today))
        .order_by(Commitment.kept_at.is_not(None), Commitment.promised_on, Commitment.id)
    )
    return session.scalars(query).all()


def commitment_for(session: Session, commitment_id: int, by: Actor) -> Commitment:
    """Give one promise with its moves; NotFound when it is not theirs to see."""
    if not 0 < commitment_id <= LARGEST_KEY:
        raise NotFound("not_found")
    query = select(Commitment).options(*_whole()).where(Commitment.id == commitment_id, _visible(by))
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("not_found")
    return found


def commitments_from(session: Session, meeting_ids: Sequence[int], by: Actor) -> Sequence[Commitment]:
    """List what was promised in these meetings, by day."""
    query = (
        select(Commitment)
        .options(*_whole())
        .where(_visible(by), Commitment.meeting_id.in_(meeting_ids))
        .order_by(Commitment.promised_on, Commitment.id)
    )
    return session.scalars(query).all()


def open_commitments(session: Session, by: Actor, now: datetime) -> Sequence[Commitment]:
    """List promises that this person must see kept and whose day comes near."""
    query = (
        select(Commitment)
        .options(joinedload(Commitment.body), joinedload(Commitment.organisation))
        .where(_visible(by), Commitment.kept_at.is_(None), Commitment.promised_on <= (now + NEAR).date())
        .order_by(Commitment.promised_on)
    )
    bodies = by.bodies("record")
    if bodies is not None:
        query = query.where(Commitment.body_id.in_(bodies))
    return session.scalars(query).all()


def meetings_to_name(session: Session, body: Body, now: datetime) -> Sequence[Meeting]:
    """List the meetings in which something may have been promised, the latest first."""
    query = (
        select(Meeting)
        .where(Meeting.body_id == body.id, Meeting.cancelled_at.is_(None), Meeting.starts_at <= now)
        .order_by(Meeting.starts_at.desc())
        .limit(MEETINGS_OFFERED)
    )
    return session.scalars(query).all()


def _visible(by: Actor) -> ColumnElement[bool]:
    return seen_by(by, Commitment.body_id, Commitment.item_id)


def _conditions(asked: Asked, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.state == "kept":
        found.append(Commitment.kept_at.is_not(None))
    elif asked.state:
        found.append(Commitment.kept_at.is_(None))
    if asked.state == "late":
        found.append(Commitment.promised_on < today)
    if asked.council is not None:
        # What all were promised, each was promised.
        found.append(or_(Commitment.organisation_id == asked.council, Commitment.organisation_id.is_(None)))
    return found


def _whole() -> list[ExecutableOption]:
    return [
        joinedload(Commitment.body),
        joinedload(Commitment.meeting),
        joinedload(Commitment.organisation),
        joinedload(Commitment.item).joinedload(AgendaItem.topic).selectinload(Topic.guests),
        selectinload(Commitment.moves),
    ]
