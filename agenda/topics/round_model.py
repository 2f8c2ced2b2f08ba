"""The written round (schriftelijke ronde): a topic that the members settle without a meeting."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.people.model import Body, Organisation, Person
from agenda.topics.model import Topic


class Said(StrEnum):
    """What one member answers: hamer, bespreken, or neither."""

    CONSENT = "consent"
    DISCUSS = "discuss"
    ABSTAIN = "abstain"


class Silence(StrEnum):
    """What it counts as in a body when a member says nothing until the end."""

    CONSENT = "consent"
    DISCUSS = "discuss"
    ABSTAIN = "abstain"


class Ending(StrEnum):
    """How a round came to its end."""

    SETTLED = "settled"
    TO_DISCUSS = "to_discuss"
    # Nobody wants to discuss it, and yet not every college has its quorum of consent.
    NO_QUORUM = "no_quorum"
    WITHDRAWN = "withdrawn"


class RoundRule(Base, Versioned):
    """What a body decided about its written rounds."""

    __tablename__ = "round_rule"

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), primary_key=True)
    silence: Mapped[Silence]

    body: Mapped[Body] = relationship()


class WrittenRound(Base, Versioned):
    """One topic as it was put to the members; what they answer is about this text and no later one."""

    __tablename__ = "written_round"
    __table_args__ = (
        # Two clerks at once: one round a topic.
        Index(
            "uq_written_round_open",
            "topic_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_written_round_topic", "topic_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    title: Mapped[str] = mapped_column(Text)
    proposal: Mapped[str] = mapped_column(Text)
    # What the secretariat says beside it.
    note: Mapped[str] = mapped_column(Text, default="")
    # Label and address of each page that belongs to the proposal.
    papers: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    # The body's rule on the day of opening: nobody's silence changes meaning on the way.
    silence: Mapped[Silence]
    opened_at: Mapped[datetime]
    # Answers are taken until this day ends, where the body is.
    last_day: Mapped[date]
    ended_at: Mapped[datetime | None]
    ending: Mapped[Ending | None]
    ended_why: Mapped[str] = mapped_column(Text, default="")
    # When everyone was told of the end: from then on the worker need not look any more.
    told_at: Mapped[datetime | None]

    topic: Mapped[Topic] = relationship()
    colleges: Mapped[list[RoundCollege]] = relationship(
        back_populates="round", order_by="RoundCollege.id", cascade="all, delete-orphan"
    )
    voters: Mapped[list[RoundVoter]] = relationship(
        back_populates="round", order_by="RoundVoter.id", cascade="all, delete-orphan"
    )

    @property
    def asked(self) -> list[RoundVoter]:
        """Give the members whose answer counts: those who were not taken out."""
        return [voter for voter in self.voters if voter.removed_at is None]


class RoundCollege(Base):
    """One college in a round, with the quorum that holds for the members who are asked."""

    __tablename__ = "round_college"
    __table_args__ = (UniqueConstraint("round_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("written_round.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    needed: Mapped[int]

    round: Mapped[WrittenRound] = relationship(back_populates="colleges")
    organisation: Mapped[Organisation] = relationship()


class RoundVoter(Base):
    """A member who is asked, with the secret of their link; only its hash is kept."""

    __tablename__ = "round_voter"
    __table_args__ = (UniqueConstraint("round_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("written_round.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    serial: Mapped[int] = mapped_column(default=1)
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    said: Mapped[Said | None]
    # Why it must be discussed.
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    # Who wrote the answer down, when that was not the member.
    answered_by: Mapped[str] = mapped_column(Text, default="")
    # What the voter was last told of the round: compared with what is true.
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    told_at: Mapped[datetime | None]
    # Since when this member is asked no longer, and why; what they said stays, and does not count.
    removed_at: Mapped[datetime | None]
    removed_why: Mapped[str] = mapped_column(Text, default="", server_default="")

    round: Mapped[WrittenRound] = relationship(back_populates="voters")
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()
