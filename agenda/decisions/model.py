"""What came out: decisions of a meeting, and what councils were promised."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, Text, UniqueConstraint, event, exists, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.core.problems import Conflict
from agenda.meetings.model import AgendaItem, Meeting
from agenda.people.model import Body, Organisation, Person
from agenda.topics.model import Topic, folded


class DecisionKind(StrEnum):
    """What was settled: between the colleges, or for the body itself."""

    # Binding only once each college, or council, has ratified it.
    AGREEMENT = "agreement"
    DECISION = "decision"


class RatifyingOrgan(StrEnum):
    """Which organ of a municipality has to agree."""

    COLLEGE = "college"
    COUNCIL = "council"


class RatificationResult(StrEnum):
    """What an organ said."""

    RATIFIED = "ratified"
    WITH_RESERVATION = "with_reservation"
    REFUSED = "refused"


class Decision(Base, Versioned):
    """One thing a meeting decided."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    agenda_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    kind: Mapped[DecisionKind] = mapped_column(default=DecisionKind.DECISION)
    # The later decision that took the place of this one.
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
    # The text as `folded` gives it: neither database folds accents itself.
    searchable: Mapped[str] = mapped_column(Text, default="")
    meeting: Mapped[Meeting] = relationship()
    item: Mapped[AgendaItem | None] = relationship()
    superseded_by: Mapped[Decision | None] = relationship(remote_side=[id])
    # The earlier decisions whose place this one took.
    supersedes: Mapped[list[Decision]] = relationship(
        order_by="Decision.id", viewonly=True, remote_side=[superseded_by_id]
    )
    ratifications: Mapped[list[Ratification]] = relationship(
        back_populates="decision", order_by="Ratification.id", cascade="all, delete-orphan"
    )


@event.listens_for(Decision, "before_insert")
@event.listens_for(Decision, "before_update")
def _keep_searchable(_mapper: Any, _connection: Any, decision: Decision) -> None:
    decision.searchable = folded(decision.text)


class Ratification(Base, Versioned):
    """That one college or council must agree to an agreement, by when, and what it said."""

    __tablename__ = "ratification"
    __table_args__ = (UniqueConstraint("decision_id", "organisation_id", "organ"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    organ: Mapped[RatifyingOrgan]
    due_on: Mapped[date | None]
    result: Mapped[RatificationResult | None]
    # The day on which the organ said so.
    said_on: Mapped[date | None]
    # The reservation in words, or why it refused.
    remark: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[Decision] = relationship(back_populates="ratifications")
    organisation: Mapped[Organisation] = relationship()


class Reservation(Base, Versioned):
    """What a college holds back at the table about the outcome of an item (voorbehoud)."""

    __tablename__ = "reservation"
    __table_args__ = (UniqueConstraint("item_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    text: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    # Given up again later: it stays in the history.
    withdrawn_at: Mapped[datetime | None]
    item: Mapped[AgendaItem] = relationship()
    organisation: Mapped[Organisation] = relationship()


class Rectification(Base):
    """A correction of what was recorded, after the meeting was closed; both readings stay."""

    __tablename__ = "rectification"
    __table_args__ = (Index("ix_rectification_meeting", "meeting_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    # What was corrected: "outcome", "outcome_text" or "decision".
    field: Mapped[str]
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(Text)


class ActionItem(Base, Versioned):
    """Something that someone will do, agreed in a meeting (actiepunt): internal to the body."""

    __tablename__ = "action_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    text: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    due_on: Mapped[date | None]
    made_at: Mapped[datetime]
    # When somebody else gave it to the present owner; None where the owner took it on.
    given_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    # What came of it, or why it is dropped.
    remark: Mapped[str] = mapped_column(Text, default="")
    dropped_at: Mapped[datetime | None]
    body: Mapped[Body] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    item: Mapped[AgendaItem | None] = relationship()
    topic: Mapped[Topic | None] = relationship()
    owner: Mapped[Person | None] = relationship()


class Commitment(Base, Versioned):
    """Something promised to the councils, by a day (toezegging)."""

    __tablename__ = "commitment"

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    # To which council; None for those of all members.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    text: Mapped[str] = mapped_column(Text)
    promised_on: Mapped[date]
    made_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    # The day on which it was kept and how, such as by which letter.
    kept_on: Mapped[date | None]
    kept_how: Mapped[str] = mapped_column(Text, default="")
    organisation: Mapped[Organisation | None] = relationship()
    body: Mapped[Body] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    item: Mapped[AgendaItem | None] = relationship()
    moves: Mapped[list[CommitmentMove]] = relationship(
        back_populates="commitment", order_by="CommitmentMove.id", cascade="all, delete-orphan"
    )


class CommitmentMove(Base):
    """That the day of a promise was moved, and why: both days stay."""

    __tablename__ = "commitment_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"), index=True)
    moved_from: Mapped[date]
    moved_to: Mapped[date]
    why: Mapped[str] = mapped_column(Text)
    moved_at: Mapped[datetime]
    moved_by: Mapped[str] = mapped_column(Text)
    commitment: Mapped[Commitment] = relationship(back_populates="moves")


@event.listens_for(AgendaItem, "before_delete")
def _keep_what_was_recorded(_mapper: Any, connection: Connection, item: AgendaItem) -> None:
    """Refuse to take an item off an agenda once something was recorded under it."""
    for column in (
        Decision.agenda_item_id,
        Reservation.item_id,
        Rectification.item_id,
        ActionItem.item_id,
        Commitment.item_id,
    ):
        if connection.scalar(select(exists().where(column == item.id))):
            raise Conflict("item_has_outcome", title=item.title)
