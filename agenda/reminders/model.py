"""Rules as data, what was switched off, and the ledger of what went."""

from __future__ import annotations

from datetime import date, datetime

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
        Index("ix_reminder_letter_key", "letter_key"),
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
    # When it turned out, before the letter left, that it need not go; and one of wishes.Why.
    withdrawn_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(default="")
    # Of the link under its line, by which its reader puts it to rest; only the hash is kept.
    token_hash: Mapped[str | None] = mapped_column(index=True)


class DigestWish(Base, Versioned):
    """At which hour a person wants the day's letter."""

    __tablename__ = "digest_wish"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    hour: Mapped[int]


class Leave(Base):
    """Days on which a person gets no reminders, both included."""

    __tablename__ = "digest_leave"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date] = mapped_column(index=True)


class Resting(Base):
    """What a person wants to hear nothing of: one thing, or where it names none all of a kind."""

    __tablename__ = "reminder_resting"
    __table_args__ = (UniqueConstraint("person_id", "kind", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    # As in the ledger; "" and 0 stand for everything of the kind.
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    # On which day it is said again; empty for never.
    until: Mapped[date | None]
    at: Mapped[datetime]
