"""Reads for the screens of outcomes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.decisions.model import Decision
from agenda.meetings.model import Meeting


def decisions_of(session: Session, meeting: Meeting) -> Sequence[Decision]:
    """List what a meeting decided, in its order."""
    query = select(Decision).where(Decision.meeting_id == meeting.id).order_by(Decision.position)
    return session.scalars(query).all()
