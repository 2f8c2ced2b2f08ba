"""The backlog: topics live across meetings."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Text, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.people.model import Body, Organisation, Person


class Purpose(StrEnum):
    """What the meeting does with a topic: beeld-, oordeels- or besluitvorming."""

    INFORM = "inform"
    DELIBERATE = "deliberate"
    DECIDE = "decide"


class Treatment(StrEnum):
    """How a topic is treated: ter kennisname, hamerstuk, bespreekstuk."""

    FOR_INFORMATION = "for_information"
    CONSENT = "consent"
    DISCUSSION = "discussion"


class TopicState(StrEnum):
    """Where a topic stands; derived from what happened, never stored."""

    OPEN = "open"
    PLANNED = "planned"
    TREATED = "treated"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"
    IN_WRITING = "in_writing"
    SETTLED_IN_WRITING = "settled_in_writing"
    MERGED = "merged"


class TurnResult(StrEnum):
    """What came of a topic's turn in a meeting."""

    TREATED = "treated"
    DEFERRED = "deferred"
    # The meeting was cancelled or the topic taken off: the turn never came.
    RELEASED = "released"


class FocusArea(Base):
    """One of the seven focus areas (speerpunten) of the vision."""

    __tablename__ = "focus_area"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(unique=True)
    short_name: Mapped[str]


class Topic(Base, Versioned):
    """Something the members want to treat together."""

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text, default="")
    focus_area_id: Mapped[int | None] = mapped_column(ForeignKey("focus_area.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    official_lead_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    desired_result: Mapped[str] = mapped_column(Text, default="")
    requested_decision: Mapped[str] = mapped_column(Text, default="")
    purpose: Mapped[Purpose]
    treatment: Mapped[Treatment]
    minutes: Mapped[int]
    earliest: Mapped[date | None]
    deadline: Mapped[date | None] = mapped_column(index=True)
    # 1 to 5; 5 matters most.
    priority: Mapped[int]
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    intensified: Mapped[bool] = mapped_column(default=False)
    demonstration: Mapped[bool] = mapped_column(default=False)
    # Treated behind closed doors (besloten), and with discretion (vertrouwelijk): two facts, see sight.py.
    closed: Mapped[bool] = mapped_column(default=False)
    confidential: Mapped[bool] = mapped_column(default=False)
    # What stands on an agenda for those who may not see it; "" for the usual words.
    neutral_title: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str] = mapped_column(Text, default="")
    settled_in_writing_at: Mapped[datetime | None]
    # Since when a written round runs; None when none does.
    in_writing_since: Mapped[datetime | None]
    # The topic that goes on in place of this one.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    # Title, summary and desired result as `folded` gives them: neither database folds accents itself.
    searchable: Mapped[str] = mapped_column(Text, default="")

    body: Mapped[Body] = relationship()
    focus_area: Mapped[FocusArea | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    lead: Mapped[Person | None] = relationship(foreign_keys=[lead_id])
    official_lead: Mapped[Person | None] = relationship(foreign_keys=[official_lead_id])
    predecessor: Mapped[Topic | None] = relationship(remote_side=[id], foreign_keys=[predecessor_id])
    needs: Mapped[list[Need]] = relationship(cascade="all, delete-orphan", order_by="Need.id")
    guests: Mapped[list[TopicGuest]] = relationship(cascade="all, delete-orphan", order_by="TopicGuest.id")
    links: Mapped[list[TopicLink]] = relationship(cascade="all, delete-orphan", order_by="TopicLink.id")
    turns: Mapped[list[Turn]] = relationship(
        back_populates="topic", cascade="all, delete-orphan", order_by="Turn.id"
    )


def folded(text: str) -> str:
    """Give a text as it is searched: without capitals and accents."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()


@event.listens_for(Topic, "before_insert")
@event.listens_for(Topic, "before_update")
def _keep_searchable(_mapper: Any, _connection: Any, topic: Topic) -> None:
    topic.searchable = folded("\n".join((topic.title, topic.summary or "", topic.desired_result or "")))


class Need(Base):
    """Who must be there for a topic: a person, or whoever holds a portfolio."""

    __tablename__ = "need"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    portfolio: Mapped[str] = mapped_column(Text, default="")
    person: Mapped[Person | None] = relationship()


class TopicGuest(Base):
    """Someone from outside the body who comes for this topic alone."""

    __tablename__ = "topic_guest"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship()


class TopicLink(Base):
    """A page elsewhere that belongs to a topic."""

    __tablename__ = "topic_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    label: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)


class Turn(Base):
    """A topic's turn in one meeting: planned, and later what came of it.

    The agenda item in the meetings room is the whole of it; this is the part that the
    backlog needs to say where a topic stands.
    """

    __tablename__ = "turn"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    planned_at: Mapped[datetime]
    result: Mapped[TurnResult | None]
    concluded_at: Mapped[datetime | None]
    topic: Mapped[Topic] = relationship(back_populates="turns")
