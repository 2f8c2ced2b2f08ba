"""The outbox: every letter that leaves, with its fate."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from agenda.core.database import Base


class Letter(Base):
    """One mail to one recipient; its bytes are frozen when it is queued (RELIABILITY I3)."""

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_waiting", "settled_at", "due_at", "id"),
        Index("ix_letter_lane", "lane", "settled_at", "id"),
        Index("ix_letter_recipient", "recipient", "settled_at"),
        Index("ix_letter_subject", "subject_kind", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    # Letters in one lane leave in order; usually the recipient's address.
    lane: Mapped[str]
    recipient: Mapped[str]
    recipient_name: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(index=True)
    # Whose secretaries may see the letter; empty where it belongs to no single body.
    body_id: Mapped[int | None] = mapped_column(index=True)
    # What the letter is about, such as ("meeting", 5), for the screens that show it.
    subject_kind: Mapped[str | None]
    subject_id: Mapped[int | None]
    subject: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    message_id: Mapped[str]
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    # From when on nobody is helped by it any more, such as a sign-in link.
    expires_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    # A fencing token: only who still holds it may write the outcome (I4).
    lease: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    # Committed before DATA is sent (I5): after a crash the letter may have arrived.
    handed_over_at: Mapped[datetime | None]
    maybe_twice: Mapped[bool] = mapped_column(default=False)
    # When its fate was known; the fate is sent, failed, expired or discarded.
    settled_at: Mapped[datetime | None]
    fate: Mapped[str | None]


class Hold(Base):
    """A time in which nothing leaves, such as after a restore from backup (RELIABILITY I9)."""

    __tablename__ = "mail_hold"

    id: Mapped[int] = mapped_column(primary_key=True)
    held_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(Text)
    released_at: Mapped[datetime | None] = mapped_column(index=True)
