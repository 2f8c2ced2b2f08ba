"""Documents, their versions, and what limits who may read them; the bytes lie outside the database."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.people.model import Body


class Reading(StrEnum):
    """How far the text of a stored file is, for the search."""

    WAITING = "waiting"
    READ = "read"
    # A picture, or a format whose text is not read.
    WITHOUT_TEXT = "without_text"
    FAILED = "failed"


class StoredFile(Base):
    """One content, kept once whatever the number of documents that have it; named by its hash on disk."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    size: Mapped[int]
    # What the content is, not what its name or its sender said.
    media_type: Mapped[str]
    stored_at: Mapped[datetime]
    reading: Mapped[Reading] = mapped_column(default=Reading.WAITING, index=True)
    # Why its text could not be read, as a code; "" where it could.
    reading_why: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    heard_at: Mapped[datetime | None]
    # As long as a book: read only where it is asked for.
    text: Mapped[str] = mapped_column(Text, default="", deferred=True)


class Document(Base, Versioned):
    """A paper of a body: it keeps its name and its place while its versions follow each other."""

    __tablename__ = "document"
    # The few among many that a search must leave out, found without reading the others.
    __table_args__ = (
        Index(
            "ix_document_removed",
            "id",
            postgresql_where=text("removed_at IS NOT NULL"),
            sqlite_where=text("removed_at IS NOT NULL"),
        ),
        Index(
            "ix_document_limited",
            "id",
            postgresql_where=text("closed OR confidential"),
            sqlite_where=text("closed = 1 OR confidential = 1"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Text)
    # Three facts and never one: it belongs to a session behind closed doors (besloten) ...
    closed: Mapped[bool] = mapped_column(default=False)
    # ... it is to be handled with discretion (vertrouwelijk); the third is a row of Secrecy.
    confidential: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None]
    removed_why: Mapped[str] = mapped_column(Text, default="")

    body: Mapped[Body] = relationship()
    versions: Mapped[list[DocumentVersion]] = relationship(
        back_populates="document", order_by="DocumentVersion.number", cascade="all, delete-orphan"
    )
    secrecies: Mapped[list[Secrecy]] = relationship(
        back_populates="document", order_by="Secrecy.id", cascade="all, delete-orphan"
    )

    @property
    def newest(self) -> DocumentVersion:
        """The version that readers get."""
        return self.versions[-1]

    @property
    def secrecy(self) -> Secrecy | None:
        """The secrecy that holds now, if any does."""
        return next((one for one in self.secrecies if one.lifted_at is None), None)


class DocumentVersion(Base):
    """One version of a document: which content, under which name, from whom and when."""

    __tablename__ = "document_version"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    number: Mapped[int]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    # As it is called when it is downloaded: without a path and without control characters.
    file_name: Mapped[str] = mapped_column(Text)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(Text)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    remark: Mapped[str] = mapped_column(Text, default="")

    document: Mapped[Document] = relationship(back_populates="versions")
    file: Mapped[StoredFile] = relationship()


class Secrecy(Base, Versioned):
    """A legal duty of secrecy (geheimhouding) on a document, until it is lifted.

    Source: Gemeentewet articles 87 to 89: who imposes it names the ground, and who may lift it is fixed.
    """

    __tablename__ = "secrecy"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    ground: Mapped[str] = mapped_column(Text)
    imposed_by: Mapped[str] = mapped_column(Text)
    may_lift: Mapped[str] = mapped_column(Text)
    since: Mapped[date]
    recorded_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str] = mapped_column(Text, default="")
    lifted_why: Mapped[str] = mapped_column(Text, default="")

    document: Mapped[Document] = relationship(back_populates="secrecies")
