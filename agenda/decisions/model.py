"""What came out: decisions of a meeting, and what councils were promised."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.meetings.model import Meeting
from agenda.people.model import Body


class Decision(Base, Versioned):
    """One thing a meeting decided."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    agenda_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    meeting: Mapped[Meeting] = relationship()


class Commitment(Base, Versioned):
    """Something promised to the councils, by a day (toezegging)."""

    __tablename__ = "commitment"

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    text: Mapped[str] = mapped_column(Text)
    promised_on: Mapped[date]
    made_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    body: Mapped[Body] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
