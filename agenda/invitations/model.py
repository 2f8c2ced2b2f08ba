"""What each attendee was last told, how they answer, and how the meetings reach their calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.mail.model import Incoming
from agenda.meetings.model import Attendee
from agenda.people.model import Body, Person


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


class Alarm(Base):
    """How long before each meeting a person's calendar warns them, in the place of a mail."""

    __tablename__ = "calendar_alarm"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    minutes: Mapped[int]


class Settling(Base):
    """What is about to be told of a meeting: it leaves once it stands still for a while."""

    __tablename__ = "settling"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), unique=True)
    # Of all that is owed to the meeting's attendees: another one means that somebody still edits.
    fingerprint: Mapped[str]
    since: Mapped[datetime]
    # From when something was owed: whoever goes on editing does not keep everyone waiting for ever.
    first_at: Mapped[datetime]


class Reply(Base):
    """One answer that came by mail, whether it counted or not."""

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"), index=True)
    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming.id"), index=True)
    sequence: Mapped[int]
    # When the sender's calendar wrote it; never later than when it came in.
    dtstamp: Mapped[datetime]
    partstat: Mapped[str]
    comment: Mapped[str] = mapped_column(Text, default="")
    received_at: Mapped[datetime]
    # False for one to an older version, or older than what was known already (CALENDAR-MAIL rule 20).
    counted: Mapped[bool]
    # Codes for what a secretary should know of it, such as an address that is not the attendee's.
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    attendee: Mapped[Attendee] = relationship()
    incoming: Mapped[Incoming] = relationship()


class Proposal(Base, Versioned):
    """Another time that an attendee asked for (COUNTER); the secretary accepts or declines it."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"), index=True)
    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming.id"), index=True)
    # Which version of the meeting the attendee had before them.
    sequence: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    comment: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    # Empty also once settled where a later proposal or another date overtook it.
    accepted: Mapped[bool | None]
    attendee: Mapped[Attendee] = relationship()
    incoming: Mapped[Incoming] = relationship()


class Feed(Base, Versioned):
    """A secret address at which one person's calendar program follows meetings (CALENDAR-MAIL 26 and 35)."""

    __tablename__ = "feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # All meetings of this body; empty for the person's own meetings.
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"), index=True)
    serial: Mapped[int]
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    # The text as it was last served, what it was made of, and its strong ETag.
    content: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    made_of: Mapped[str] = mapped_column(default="")
    etag: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()
    body: Mapped[Body | None] = relationship()


class CalendarPush(Base, Versioned):
    """A calendar on a CalDAV server into which a person's meetings are written."""

    __tablename__ = "calendar_push"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    # By what its owner knows it: the host and the calendar's name.
    name: Mapped[str] = mapped_column(Text)
    # Address, user name and password; encrypted (rule 35).
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    tried_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    failures: Mapped[int] = mapped_column(default=0)
    # When its owner ended it: what was written there is taken out, and then this row goes too.
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


class PushedEvent(Base):
    """One meeting in a person's calendar, as we last wrote it there."""

    __tablename__ = "pushed_event"
    __table_args__ = (UniqueConstraint("push_id", "attendee_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    push_id: Mapped[int] = mapped_column(ForeignKey("calendar_push.id"), index=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"), index=True)
    address: Mapped[str] = mapped_column(Text)
    etag: Mapped[str] = mapped_column(Text, default="")
    # Of what we wrote: another one means that there is something new to write.
    fingerprint: Mapped[str]
    sequence: Mapped[int]
    # The answer that we wrote there: another one is what its owner says.
    partstat: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime]
    # When its owner was seen to have moved or renamed it; a new version of the meeting puts ours back.
    changed_at: Mapped[datetime | None]
    # When its owner threw it away; it only comes back with a new version of the meeting.
    gone_at: Mapped[datetime | None]
    push: Mapped[CalendarPush] = relationship()
    attendee: Mapped[Attendee] = relationship()
