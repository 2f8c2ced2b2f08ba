"""Council letters: one text about what a meeting decided, and a copy for the council of each municipality."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.decisions.model import Commitment, Decision
from agenda.meetings.model import Meeting
from agenda.people.model import Body, Organisation
from agenda.topics.model import FocusArea


class Section(StrEnum):
    """A part of the letter, in the order in which it is read."""

    INTRODUCTION = "introduction"
    FOCUS_AREAS = "focus_areas"
    FOUND = "found"
    DECISIONS = "decisions"
    NEXT = "next"
    CLOSING = "closing"


class LetterState(StrEnum):
    """Where a letter stands; derived from its moments."""

    CONCEPT = "concept"
    # Its text is fixed: all councils read the same.
    AGREED = "agreed"
    SENT = "sent"


class Way(StrEnum):
    """How the letters left the house."""

    MAIL = "mail"
    OWN = "own"


# A decision can still be removed while its meeting is open: it then drops out of the letter.
letter_decision = Table(
    "council_letter_decision",
    Base.metadata,
    Column("letter_id", ForeignKey("council_letter.id", ondelete="CASCADE"), primary_key=True),
    Column("decision_id", ForeignKey("decision.id", ondelete="CASCADE"), primary_key=True, index=True),
)
letter_commitment = Table(
    "council_letter_commitment",
    Base.metadata,
    Column("letter_id", ForeignKey("council_letter.id", ondelete="CASCADE"), primary_key=True),
    Column("commitment_id", ForeignKey("commitment.id", ondelete="CASCADE"), primary_key=True, index=True),
)
letter_focus_area = Table(
    "council_letter_focus_area",
    Base.metadata,
    Column("letter_id", ForeignKey("council_letter.id", ondelete="CASCADE"), primary_key=True),
    Column("focus_area_id", ForeignKey("focus_area.id", ondelete="CASCADE"), primary_key=True),
)


class CouncilLetter(Base, Versioned):
    """What the colleges tell their councils about one meeting, in one text for all (raadsinformatiebrief)."""

    __tablename__ = "council_letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    language: Mapped[str] = mapped_column(default="nl")
    subject: Mapped[str] = mapped_column(Text)
    # The day that stands on all copies.
    dated_on: Mapped[date]
    tells_next_meeting: Mapped[bool] = mapped_column(default=True)
    tells_promised_days: Mapped[bool] = mapped_column(default=True)
    # Rises with each change of what it tells, so that two people never overwrite each other.
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Text)
    agreed_at: Mapped[datetime | None]
    agreed_by: Mapped[str] = mapped_column(Text, default="")
    # The text as it was agreed: section, heading and words; None while it is a concept.
    agreed_parts: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str] = mapped_column(Text, default="")
    sent_way: Mapped[Way | None]

    body: Mapped[Body] = relationship()
    meeting: Mapped[Meeting] = relationship()
    decisions: Mapped[list[Decision]] = relationship(
        secondary=letter_decision, order_by=Decision.position, passive_deletes=True
    )
    commitments: Mapped[list[Commitment]] = relationship(
        secondary=letter_commitment,
        order_by=[Commitment.promised_on, Commitment.id],
        passive_deletes=True,
    )
    focus_areas: Mapped[list[FocusArea]] = relationship(
        secondary=letter_focus_area, order_by=FocusArea.position, passive_deletes=True
    )
    own_words: Mapped[list[OwnWords]] = relationship(
        back_populates="letter", order_by="OwnWords.id", cascade="all, delete-orphan"
    )
    copies: Mapped[list[LetterCopy]] = relationship(
        back_populates="letter", order_by="LetterCopy.id", cascade="all, delete-orphan"
    )

    @property
    def state(self) -> LetterState:
        if self.sent_at is not None:
            return LetterState.SENT
        return LetterState.AGREED if self.agreed_at is not None else LetterState.CONCEPT


class OwnWords(Base, Versioned):
    """What the clerk wrote in the place of the composed text of one section."""

    __tablename__ = "council_letter_words"
    __table_args__ = (UniqueConstraint("letter_id", "section"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("council_letter.id"))
    section: Mapped[Section]
    # "" leaves the section out.
    text: Mapped[str] = mapped_column(Text)
    # A print of the composed text that was replaced: another one now means that the facts changed.
    replaces: Mapped[str]
    letter: Mapped[CouncilLetter] = relationship(back_populates="own_words")


class LetterCopy(Base, Versioned):
    """The letter to the council of one municipality: its own reference and who sign it."""

    __tablename__ = "council_letter_copy"
    __table_args__ = (UniqueConstraint("letter_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("council_letter.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    reference: Mapped[str] = mapped_column(Text, default="")
    # Names of who sign; "" where only the role is printed.
    secretary: Mapped[str] = mapped_column(Text, default="")
    mayor: Mapped[str] = mapped_column(Text, default="")
    # The letterhead as it was when the letter left; until then it is that of today.
    sent_head: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # The mailbox it went to, and the key of that mail in the outbox; "" where it left in another way.
    sent_to: Mapped[str] = mapped_column(Text, default="")
    mail_key: Mapped[str] = mapped_column(default="")
    letter: Mapped[CouncilLetter] = relationship(back_populates="copies")
    organisation: Mapped[Organisation] = relationship()


class Letterhead(Base, Versioned):
    """How a municipality's letters to its council look, and where they go."""

    __tablename__ = "letterhead"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    # "Gemeente Zoeterwoude"
    sender: Mapped[str] = mapped_column(Text, default="")
    # One line each: street, postal code and town; telephone, mail, web.
    address: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(Text, default="")
    # Before the date: "Zoeterwoude, 18 december 2018".
    place: Mapped[str] = mapped_column(Text, default="")
    # With {jaar}, {maand}, {dag} and {nummer}.
    reference_pattern: Mapped[str] = mapped_column(Text, default="")
    # The mailbox of the council clerk (griffie).
    council_mailbox: Mapped[str] = mapped_column(Text, default="")
    secretary: Mapped[str] = mapped_column(Text, default="")
    mayor: Mapped[str] = mapped_column(Text, default="")
    organisation: Mapped[Organisation] = relationship()
