"""What is kept of the burden: the baseline, the budget, and when a body is looked at again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.people.model import Body


class BurdenBaseline(Base):
    """What a body cost in the quarter that all later ones are compared with; frozen once (nulmeting)."""

    __tablename__ = "burden_baseline"

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), primary_key=True)
    # Written 2018-4.
    quarter: Mapped[str] = mapped_column(Text)
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[str] = mapped_column(Text)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[Body] = relationship()


class BodyTerm(Base, Versioned):
    """What a body may cost a quarter, when it is reviewed, and what it came in the place of."""

    __tablename__ = "body_term"

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), primary_key=True)
    # At most so many meetings a quarter; None without a budget.
    most_meetings: Mapped[int | None]
    review_on: Mapped[date | None]
    # One in, one out: which body ended when this one began, or why none did.
    instead_of_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    why_none_ended: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[Body] = relationship(foreign_keys=[body_id])
    instead_of: Mapped[Body | None] = relationship(foreign_keys=[instead_of_id])
