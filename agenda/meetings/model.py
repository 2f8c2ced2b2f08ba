"""A meeting, its agenda and who is at the table."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.people.model import Body, Organisation, Person
from agenda.topics.model import Purpose, Topic, Treatment, Turn


class MeetingState(StrEnum):
    """Where a meeting stands; derived, see rules.state_of."""

    DRAFT = "draft"
    DATED = "dated"
    CONFIRMED = "confirmed"
    HELD = "held"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ItemKind(StrEnum):
    """What an agenda item is for."""

    OPENING = "opening"
    MINUTES = "minutes"
    TOPIC = "topic"
    ANY_OTHER_BUSINESS = "any_other_business"
    CLOSING = "closing"


class Beside(StrEnum):
    """On which side of the topics an item of the frame stands."""

    BEFORE = "before"
    AFTER = "after"


class ItemOutcome(StrEnum):
    """What came out of an item."""

    AGREED = "agreed"
    DECIDED = "decided"
    NOTED = "noted"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"
    # It goes on in a written round.
    REFERRED = "referred"


class AttendeeRole(StrEnum):
    """Why someone is invited."""

    MEMBER = "member"
    SECRETARIAT = "secretariat"
    GUEST = "guest"
    # The hall itself, booked through a mailbox of its own.
    ROOM = "room"


class Answer(StrEnum):
    """What someone said to the invitation (RFC 5545 PARTSTAT)."""

    NEEDS_ACTION = "needs_action"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


class Meeting(Base, Versioned):
    """One coming together of a body: first a window, then a date."""

    __tablename__ = "meeting"
    __table_args__ = (Index("ix_meeting_body_starts", "body_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    title: Mapped[str] = mapped_column(Text)
    host_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    venue: Mapped[str] = mapped_column(Text, default="")
    # "A date in the first quarter of 2019": both days included.
    window_from: Mapped[date | None]
    window_until: Mapped[date | None]
    starts_at: Mapped[datetime | None] = mapped_column(index=True)
    minutes: Mapped[int]
    time_zone: Mapped[str]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    agenda_final_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    # Since when what was recorded is known outside: from then on it is rectified, never redone.
    outcomes_left_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_why: Mapped[str] = mapped_column(Text, default="")
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    # Rises with what calendars must know: start, end, place, status (iTIP SEQUENCE).
    revision: Mapped[int] = mapped_column(default=0)
    # Rises when a final agenda is published: same SEQUENCE, new description.
    agenda_revision: Mapped[int] = mapped_column(default=0)

    body: Mapped[Body] = relationship()
    host: Mapped[Organisation | None] = relationship()
    successor: Mapped[Meeting | None] = relationship(remote_side=[id])
    items: Mapped[list[AgendaItem]] = relationship(
        back_populates="meeting", order_by="AgendaItem.position", cascade="all, delete-orphan"
    )
    attendees: Mapped[list[Attendee]] = relationship(
        back_populates="meeting", order_by="Attendee.id", cascade="all, delete-orphan"
    )
    # The cancelled meetings that this one takes the place of.
    predecessors: Mapped[list[Meeting]] = relationship(
        order_by="Meeting.id", viewonly=True, remote_side="Meeting.successor_id"
    )

    @property
    def people(self) -> list[Attendee]:
        """Who is invited now: persons, and not the hall."""
        return [a for a in self.attendees if a.removed_at is None and a.role is not AttendeeRole.ROOM]


class AgendaItem(Base, Versioned):
    """One line of an agenda; for a topic, one treatment of it in this meeting."""

    __tablename__ = "agenda_item"
    __table_args__ = (Index("ix_agenda_item_meeting", "meeting_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    position: Mapped[int]
    kind: Mapped[ItemKind]
    title: Mapped[str] = mapped_column(Text)
    minutes: Mapped[int]
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turn.id"), unique=True)
    purpose: Mapped[Purpose | None]
    treatment: Mapped[Treatment | None]
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    requested_decision: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[ItemOutcome | None]
    outcome_text: Mapped[str] = mapped_column(Text, default="")
    # Drafting put it there and nobody touched it since: the next draft may take it off again.
    drafted: Mapped[bool] = mapped_column(default=False)
    # As it is called at the table: given when the agenda is made final, and kept when the order changes.
    number: Mapped[str] = mapped_column(default="")
    # Treated behind closed doors (besloten), and with discretion (vertrouwelijk): two facts.
    closed: Mapped[bool] = mapped_column(default=False)
    confidential: Mapped[bool] = mapped_column(default=False)
    # What those read who may not see it; "" for the usual words.
    neutral_title: Mapped[str] = mapped_column(Text, default="")
    # When it was put on a final agenda, why that could not wait, and who as chair agreed.
    late_at: Mapped[datetime | None]
    late_why: Mapped[str] = mapped_column(Text, default="")
    late_consent: Mapped[str] = mapped_column(Text, default="")
    # When it was withdrawn from a final agenda, before the meeting; the reason is its outcome's text.
    withdrawn_at: Mapped[datetime | None]
    # The item of an earlier meeting that was deferred to this one.
    deferred_from_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    # Of the frame of an agenda: topics that come later stay after it, or before it.
    beside: Mapped[Beside | None]

    meeting: Mapped[Meeting] = relationship(back_populates="items")
    topic: Mapped[Topic | None] = relationship()
    turn: Mapped[Turn | None] = relationship()
    lead: Mapped[Person | None] = relationship()


class AgendaStep(Base):
    """The agenda as it was before a step, so that the step can be undone."""

    __tablename__ = "agenda_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    at: Mapped[datetime]
    actor_name: Mapped[str] = mapped_column(Text)
    verb: Mapped[str]
    # The title of the item that the step was about, for the words on the undo button.
    about: Mapped[str] = mapped_column(Text, default="")
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class Attendee(Base, Versioned):
    """Someone who is invited, or the hall; one row a person, whatever the number of roles."""

    __tablename__ = "attendee"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[AttendeeRole]
    voting: Mapped[bool] = mapped_column(default=False)
    # Removed people stay in the list until they have been told.
    removed_at: Mapped[datetime | None]
    # The secretary put this person on or off the list: memberships no longer decide it.
    by_hand: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[Answer] = mapped_column(default=Answer.NEEDS_ACTION)
    answer_remark: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    # The revision that was answered: an answer to an older one does not count for the new time.
    answered_revision: Mapped[int | None]
    # Whose place this person takes.
    substitute_for_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id"), index=True)

    meeting: Mapped[Meeting] = relationship(back_populates="attendees")
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    substitute_for: Mapped[Attendee | None] = relationship(remote_side=[id])
