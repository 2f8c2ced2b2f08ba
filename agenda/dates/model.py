"""What this room keeps: people's busy times, what a body asks of a day, and polls."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.meetings.model import Meeting
from agenda.people.model import Body, Organisation, Person


class CalendarKind(StrEnum):
    """How a person's busy times reach us."""

    ADDRESS = "address"
    CALDAV = "caldav"
    FILE = "file"


class DayRule(StrEnum):
    """What a holiday means for a date."""

    EXCLUDE = "exclude"
    AVOID = "avoid"
    IGNORE = "ignore"


class ClosureKind(StrEnum):
    """How often nobody can meet."""

    WEEKLY = "weekly"
    YEARLY = "yearly"
    ONCE = "once"


class Choice(StrEnum):
    """What a voter says of one moment."""

    YES = "yes"
    IF_NEED_BE = "if_need_be"
    NO = "no"


class BusyCalendar(Base):
    """One calendar of a person, of which only the busy times are kept: never a title."""

    __tablename__ = "busy_calendar"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[CalendarKind]
    # By what its owner knows it: the host of the address, or the name of the file.
    name: Mapped[str] = mapped_column(Text)
    # The address with its secret, and for CalDAV user name and password; encrypted (rule 35).
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]
    # When the worker looks again; a file is never read again.
    next_read_at: Mapped[datetime | None] = mapped_column(index=True)
    tried_at: Mapped[datetime | None]
    # When the busy times below were read: the age of the last good copy (rule 27).
    read_at: Mapped[datetime | None]
    # A code for why the last try failed; empty after a good one.
    failure: Mapped[str] = mapped_column(default="")
    failures: Mapped[int] = mapped_column(default=0)
    # What the server said of the version we have (HTTP ETag and Last-Modified).
    etag: Mapped[str] = mapped_column(Text, default="")
    modified: Mapped[str] = mapped_column(Text, default="")
    # Pairs of start and end in minutes since 1970, see busy.packed; renewed as a whole.
    blocks: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    # The days that the busy times cover, both included.
    covers_from: Mapped[date | None]
    covers_until: Mapped[date | None]
    # What was odd about the calendar: a list of {"code", "detail"}.
    flags: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)

    person: Mapped[Person] = relationship()


class DateRules(Base, Versioned):
    """What a body asks of a day, where that differs from what is usual."""

    __tablename__ = "date_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), unique=True)
    # {"0": ["09:00", "17:30"], ...} by weekday, Monday is 0; a day that is not named is closed.
    hours: Mapped[dict[str, Any]] = mapped_column(JSON)
    public_holidays: Mapped[DayRule] = mapped_column(default=DayRule.EXCLUDE)
    school_holidays: Mapped[DayRule] = mapped_column(default=DayRule.AVOID)
    school_region: Mapped[str] = mapped_column(default="Midden")
    # From one town hall to another, where no journey says otherwise.
    travel_minutes: Mapped[int]

    body: Mapped[Body] = relationship()


class Closure(Base, Versioned):
    """A time at which a body cannot meet: a college's own meeting, a council evening, 3 October in Leiden.

    It belongs to one body, or to an organisation and so to every body in which that has a seat.
    """

    __tablename__ = "closure"
    __table_args__ = (CheckConstraint("(body_id IS NULL) <> (organisation_id IS NULL)", name="one_owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[ClosureKind]
    why: Mapped[str] = mapped_column(Text)
    # Monday is 0; only of a weekly one.
    weekday: Mapped[int | None]
    # Yearly.
    month: Mapped[int | None]
    day_of_month: Mapped[int | None]
    # Once: from day to day, both included. Weekly: within these days, where they are given.
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    # Civil times; both empty for whole days.
    begins: Mapped[time | None]
    ends: Mapped[time | None]
    # What was removed can be put back.
    removed_at: Mapped[datetime | None]

    body: Mapped[Body | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class Journey(Base):
    """How long it takes from one organisation to another, the same there and back."""

    __tablename__ = "journey"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id"),
        # One row a pair.
        CheckConstraint("one_id < other_id", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    minutes: Mapped[int]


class MustAttend(Base):
    """Someone without whom a meeting does not take place."""

    __tablename__ = "must_attend"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class DatePoll(Base, Versioned):
    """Moments for a meeting that people are asked about; closed by choosing one, or without."""

    __tablename__ = "date_poll"
    __table_args__ = (
        # Two secretaries at once: one poll a meeting.
        Index(
            "uq_date_poll_open",
            "meeting_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_date_poll_meeting", "meeting_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    opened_at: Mapped[datetime]
    # Until when people can answer; they may answer later too, as long as the poll is open.
    deadline: Mapped[datetime]
    minutes: Mapped[int]
    # The date that the meeting had then; with another one the poll has been overtaken.
    moves_from: Mapped[datetime | None]
    # What the secretary says beside the question.
    note: Mapped[str] = mapped_column(Text, default="")
    # Whether voters see each other's answers.
    open_answers: Mapped[bool] = mapped_column(default=False)
    # Whether each moment stands in people's calendars, tentatively, until one is chosen.
    holds: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    # Why it was closed without a choice.
    closed_why: Mapped[str] = mapped_column(Text, default="")
    # When all that its end asks for was told: from then on the worker need not look any more.
    settled_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship()
    slots: Mapped[list[Slot]] = relationship(
        back_populates="poll", order_by="Slot.starts_at", cascade="all, delete-orphan"
    )
    voters: Mapped[list[Voter]] = relationship(
        back_populates="poll", order_by="Voter.id", cascade="all, delete-orphan"
    )


class Slot(Base):
    """One moment in a poll."""

    __tablename__ = "slot"
    __table_args__ = (UniqueConstraint("poll_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("date_poll.id"))
    starts_at: Mapped[datetime]
    added_at: Mapped[datetime]
    # Taken out of the poll while it was open; what was said of it stays.
    dropped_at: Mapped[datetime | None]
    chosen_at: Mapped[datetime | None]

    poll: Mapped[DatePoll] = relationship(back_populates="slots")


class Voter(Base):
    """Someone who is asked, with the secret of their link; only its hash is kept."""

    __tablename__ = "voter"
    __table_args__ = (UniqueConstraint("poll_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("date_poll.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    # Counts for the quorum of the organisation.
    voting: Mapped[bool] = mapped_column(default=False)
    serial: Mapped[int] = mapped_column(default=1)
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    remark: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    # What the voter was last told of the poll: compared with what is true, like invitations.
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    told_at: Mapped[datetime | None]

    poll: Mapped[DatePoll] = relationship(back_populates="voters")
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    votes: Mapped[list[Vote]] = relationship(back_populates="voter", cascade="all, delete-orphan")


class Vote(Base):
    """What one voter said of one moment; changeable until the poll closes."""

    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("voter_id", "slot_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    voter_id: Mapped[int] = mapped_column(ForeignKey("voter.id"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    choice: Mapped[Choice]
    at: Mapped[datetime]

    voter: Mapped[Voter] = relationship(back_populates="votes")
    slot: Mapped[Slot] = relationship()


class SlotHold(Base):
    """A moment that stands tentatively in a voter's calendar; what was last told of it."""

    __tablename__ = "slot_hold"
    __table_args__ = (UniqueConstraint("voter_id", "slot_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    voter_id: Mapped[int] = mapped_column(ForeignKey("voter.id"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    # For ever, also when the domain of our mail changes (CALENDAR-MAIL rule 9).
    uid: Mapped[str]
    sequence: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime]

    voter: Mapped[Voter] = relationship()
    slot: Mapped[Slot] = relationship()
