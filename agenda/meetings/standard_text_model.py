"""Standard texts: sentences that a body writes again and again, and the places where they are offered."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.people.model import Body


class TextPlace(enum.StrEnum):
    """Where a standard text is offered."""

    ITEM = "item"
    DECISION = "decision"
    REMARKS = "remarks"
    REASON = "reason"
    LETTER = "letter"
    PAPER = "paper"


class StandardText(Base, Versioned):
    """One text of a body under its name."""

    __tablename__ = "standard_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    # The words of TextPlace, in its order.
    places: Mapped[list[str]] = mapped_column(JSON)
    position: Mapped[int]
    # Thrown away, and to be brought back.
    removed_at: Mapped[datetime | None]

    body: Mapped[Body] = relationship()
