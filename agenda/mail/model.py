"""The outbox and the inbox: every letter that leaves and every message that comes in, with its fate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from agenda.core.database import Base, Versioned
from agenda.mail.understood import IncomingKind


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
    message_id: Mapped[str] = mapped_column(index=True)
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
    # When its fate was known; the fate is sent, failed, expired, discarded or withdrawn.
    settled_at: Mapped[datetime | None]
    fate: Mapped[str | None]


class Hold(Base):
    """A time in which nothing leaves, such as after a restore from backup (RELIABILITY I9)."""

    __tablename__ = "mail_hold"

    id: Mapped[int] = mapped_column(primary_key=True)
    held_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(Text)
    released_at: Mapped[datetime | None] = mapped_column(index=True)


class Incoming(Base, Versioned):
    """One message that came in, kept whole: nothing is lost, and the same message twice is one row."""

    __tablename__ = "incoming"
    __table_args__ = (
        Index("ix_incoming_open", "settled_at", "id"),
        Index("ix_incoming_subject", "subject_kind", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Of its Message-ID and its content without trace headers (RELIABILITY I6).
    fingerprint: Mapped[str] = mapped_column(unique=True)
    # Where it was found last: "imap:<mailbox>:<uidvalidity>:<uid>", or "receive".
    source: Mapped[str] = mapped_column(Text, index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    # In octets; larger than `content` where only the head of a huge message was kept.
    size: Mapped[int]
    received_at: Mapped[datetime]
    kind: Mapped[IncomingKind]
    sender: Mapped[str] = mapped_column(Text)
    sender_name: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    # understood.Understood, whole.
    understood: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Whose message it is, whose secretaries may see it, and what it is about, as far as that is known.
    person_id: Mapped[int | None] = mapped_column(index=True)
    body_id: Mapped[int | None] = mapped_column(index=True)
    subject_kind: Mapped[str | None]
    subject_id: Mapped[int | None]
    # When its fate was known: handled by itself, set aside for the secretary, or done by the secretary.
    settled_at: Mapped[datetime | None]
    fate: Mapped[str | None]
    # A code for what was done with it, or why it was set aside.
    why: Mapped[str] = mapped_column(default="")
    # The secretary's own words on what was done with it.
    note: Mapped[str] = mapped_column(Text, default="")


class MailboxState(Base):
    """How reading a mailbox went last; one row a mailbox."""

    __tablename__ = "mailbox_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    # By its host and name, without the password.
    name: Mapped[str] = mapped_column(unique=True)
    tried_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    # When it is tried again, after a failure; a code for why it failed, and how often in a row.
    next_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    failures: Mapped[int] = mapped_column(default=0)
