"""By when a body wants what belongs to a meeting."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from agenda.core.database import Base, Versioned


class BodyDeadlines(Base, Versioned):
    """A body's own terms; one without a row has the usual ones. That of papers stands with the body."""

    __tablename__ = "body_deadlines"

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), primary_key=True)
    # Whole days before and after the day of the meeting.
    agenda_days_before: Mapped[int]
    outcomes_days_after: Mapped[int]
    decision_list_days_after: Mapped[int]
    ratification_days_after: Mapped[int]
