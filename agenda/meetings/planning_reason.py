"""Why a meeting was planned although there are others: asked of whoever plans, kept, and counted."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.database import Base
from agenda.core.problems import Invalid
from agenda.core.text import clean
from agenda.meetings.model import Meeting

SHORTEST_REASON, LONGEST_REASON = 10, 1_000


class Ground(StrEnum):
    """What makes another meeting necessary."""

    DEADLINE = "deadline"
    NO_ROOM = "no_room"
    OTHER_PEOPLE = "other_people"
    CADENCE = "cadence"
    FEWER = "fewer"
    OTHER = "other"


class PlanningReason(Base):
    """The ground and the words with which somebody planned a meeting."""

    __tablename__ = "planning_reason"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    ground: Mapped[Ground]
    text: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(index=True)
    given_by: Mapped[str] = mapped_column(Text)


def keep_reason(
    session: Session, meeting: Meeting, ground: Ground, text: str, by: Actor, now: datetime
) -> None:
    """Keep why a meeting was planned; Invalid for a reason of a few letters."""
    said = clean(text).strip()[:LONGEST_REASON]
    if len(said) < SHORTEST_REASON:
        raise Invalid("planning_reason_missing", least=SHORTEST_REASON)
    session.add(
        PlanningReason(meeting_id=meeting.id, ground=ground, text=said, given_at=now, given_by=by.name)
    )
    audit.record(session, by, now, "necessity_argued", ("meeting", meeting.id), after={"reason": said})
