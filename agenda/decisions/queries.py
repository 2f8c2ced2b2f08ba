"""Reads for the screens of outcomes and promises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.core.actor import Actor
from agenda.decisions.model import Commitment, Decision
from agenda.meetings.model import Meeting

# From here on a promise shows up on the start page.
NEAR = timedelta(days=45)


def decisions_of(session: Session, meeting: Meeting) -> Sequence[Decision]:
    """List what a meeting decided, in its order."""
    query = select(Decision).where(Decision.meeting_id == meeting.id).order_by(Decision.position)
    return session.scalars(query).all()


def commitments_of(session: Session, body_id: int) -> Sequence[Commitment]:
    """List a body's promises: open ones first, by their day."""
    query = (
        select(Commitment)
        .options(joinedload(Commitment.meeting))
        .where(Commitment.body_id == body_id)
        .order_by(Commitment.kept_at.is_not(None), Commitment.promised_on)
    )
    return session.scalars(query).all()


def open_commitments(session: Session, by: Actor, now: datetime) -> Sequence[Commitment]:
    """List promises that this person must see kept and whose day comes near."""
    query = (
        select(Commitment)
        .options(joinedload(Commitment.body))
        .where(Commitment.kept_at.is_(None), Commitment.promised_on <= (now + NEAR).date())
        .order_by(Commitment.promised_on)
    )
    bodies = by.bodies("record")
    if bodies is not None:
        query = query.where(Commitment.body_id.in_(bodies))
    return session.scalars(query).all()
