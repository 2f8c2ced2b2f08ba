"""What each attendee was last told, and the address on which they answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base
from agenda.meetings.model import Attendee


class Told(Base):
    """The last that left for an attendee: what is true is compared with this."""

    __tablename__ = "told"

    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"), unique=True)
    sequence: Mapped[int]
    # How many letters this attendee got for this meeting; part of the letter's key.
    serial: Mapped[int]
    # The facts of rules.Truth as they were told, for "old -> new" in the next letter.
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    cancelled: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime]
    message_id: Mapped[str]
    attendee: Mapped[Attendee] = relationship()


class AnswerToken(Base):
    """The secret in the answer link of one attendee; only its hash is kept."""

    __tablename__ = "answer_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"), index=True)
    serial: Mapped[int]
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    attendee: Mapped[Attendee] = relationship()
