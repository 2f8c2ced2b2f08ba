"""Papers that were asked for and made, a body's own words in them, and decision lists that were adopted."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.documents.model import StoredFile
from agenda.meetings.model import Meeting
from agenda.people.model import Body, Person
from agenda.publications.letter_model import LetterCopy


class PaperKind(StrEnum):
    """What a paper is."""

    AGENDA = "agenda"
    GUEST_INVITATION = "guest_invitation"
    PRESENCE_LIST = "presence_list"
    DECISION_LIST = "decision_list"
    MINUTES = "minutes"
    # Everything of a meeting that one reader may read, as one file.
    PACK = "pack"
    # The letter to one council; it is asked for, shown and sent on the pages of its letter.
    COUNCIL_LETTER = "council_letter"


class Place(StrEnum):
    """Where a body's own words stand in a paper."""

    INTRODUCTION = "introduction"
    CLOSING = "closing"
    FOOTER = "footer"


class Paper(Base, Versioned):
    """One paper of a meeting: the worker makes it when it is asked for, and it stays as it was made."""

    __tablename__ = "paper"
    __table_args__ = (Index("ix_paper_meeting", "meeting_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    kind: Mapped[PaperKind]
    language: Mapped[str]
    # For who may see what is closed and confidential; else it holds what anybody may read.
    everything: Mapped[bool]
    # The guest or the reader for whom it is; None for a paper that is for everyone.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    # Of a council letter: the copy that it shows; with that it goes.
    copy_id: Mapped[int | None] = mapped_column(
        ForeignKey("council_letter_copy.id", ondelete="CASCADE"), index=True
    )
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime | None]
    # When the worker last said that it is at it; after a while without that another one begins anew.
    heard_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    # A code of what went wrong; "" when nothing did.
    failed: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    # Which documents and items it shows (JSON): who may not read all of them any more may not have it. "" for
    # a paper of those alone who may see everything.
    holds: Mapped[str] = mapped_column(Text, default="")
    # The fingerprint of all that was printed: another one now means that the paper is outdated.
    rests_on: Mapped[str] = mapped_column(default="")
    # Of a pack: whether it holds documents that not everybody may read ...
    limited: Mapped[bool] = mapped_column(default=False)
    # ... how many documents could not be taken up, and how many were taken up so far, of how many.
    left_out: Mapped[int] = mapped_column(default=0)
    parts_done: Mapped[int] = mapped_column(default=0)
    parts_total: Mapped[int] = mapped_column(default=0)

    meeting: Mapped[Meeting] = relationship()
    person: Mapped[Person | None] = relationship()
    copy: Mapped[LetterCopy | None] = relationship()
    file: Mapped[StoredFile | None] = relationship()


class PaperText(Base, Versioned):
    """The words of a body in one kind of paper; None at a place for the usual ones."""

    __tablename__ = "paper_text"
    __table_args__ = (UniqueConstraint("body_id", "kind", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    kind: Mapped[PaperKind]
    language: Mapped[str]
    introduction: Mapped[str | None] = mapped_column(Text)
    closing: Mapped[str | None] = mapped_column(Text)
    footer: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(Text)
    body: Mapped[Body] = relationship()


class Adoption(Base, Versioned):
    """That the decision list of one meeting was adopted in a later one."""

    __tablename__ = "adoption"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), unique=True)
    adopted_in_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    adopted_on: Mapped[date]
    # With which changes; "" when it was adopted as it was.
    changes: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(Text)
    meeting: Mapped[Meeting] = relationship(foreign_keys=[meeting_id])
    adopted_in: Mapped[Meeting] = relationship(foreign_keys=[adopted_in_id])
