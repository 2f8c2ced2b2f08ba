"""Rules as data, what was switched off, and the ledger of what went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agenda.core.database import Base, Versioned


class ReminderRule(Base, Versioned):
    """When a body reminds whom of what."""

    __tablename__ = "reminder_rule"
    __table_args__ = (UniqueConstraint("body_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    # One of rules.KINDS: it fixes for whom and around which moment.
    kind: Mapped[str]
    # Whole days from that moment in the body's civil time; negative is before.
    days: Mapped[list[int]] = mapped_column(JSON)
    enabled: Mapped[bool] = mapped_column(default=True)
    # Of the rule for thin agendas alone: below how many percent of the time for topics. The rhythm of a
    # body, where it has one, goes before.
    share: Mapped[int | None]


class SwitchedOff(Base):
    """A reminder that a secretary silenced for one thing, such as one meeting."""

    __tablename__ = "reminder_switched_off"
    __table_args__ = (UniqueConstraint("kind", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    at: Mapped[datetime]


class Reminder(Base):
    """One reminder that went, once: the key says of what, to whom and for which moment."""

    __tablename__ = "reminder"
    __table_args__ = (
        Index("ix_reminder_subject", "subject_kind", "subject_id"),
        Index("ix_reminder_sent_at", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    # The gathered letter of that day in which it went.
    letter_key: Mapped[str]
