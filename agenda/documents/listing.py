"""Documents as they stand in a list: to some by their title, to others only as being there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.actor import Actor
from agenda.core.problems import NotFound
from agenda.documents.model import Document, DocumentVersion
from agenda.documents.readers import readable_by

# A list of papers is Dutch, as an agenda is, whatever the language of the screen.
NEUTRAL_TITLE = "Vertrouwelijk stuk"


@dataclass(frozen=True)
class Attached:
    """A document where it is attached; `key` is the number by which that room knows the place.

    `came_with` names the topic with which it came along, where that went up in another.
    """

    document: Document
    key: int
    late: bool = False
    late_why: str = ""
    came_with: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a list of papers, as one reader sees it."""

    attached: Attached
    number: int
    readable: bool

    @property
    def document(self) -> Document:
        return self.attached.document

    @property
    def title(self) -> str:
        return self.document.title if self.readable else NEUTRAL_TITLE


def loaded() -> tuple[Any, ...]:
    """Give what a query of documents must bring along for a list."""
    return (
        joinedload(Document.body),
        selectinload(Document.versions).joinedload(DocumentVersion.file),
        selectinload(Document.secrecies),
    )


def lines(attached: Sequence[Attached], readable: Collection[int], by: Actor) -> list[Line]:
    """Number the papers of one place; what is not in `readable` keeps its number and loses its title.

    What was removed is left out; those who can put it back see it at the end, so that all count alike.
    """
    there = [one for one in attached if one.document.removed_at is None]
    removed = [one for one in attached if one.document.removed_at and _may_manage(one.document, by)]
    shown = enumerate([*there, *removed], start=1)
    return [Line(one, number, one.document.id in readable) for number, one in shown]


def readable_among(session: Session, numbers: Iterable[int], by: Actor) -> set[int]:
    """Give the numbers of those documents that somebody may read, removed or not."""
    query = select(Document.id).where(Document.id.in_(set(numbers)), readable_by(by))
    return set(session.scalars(query))


def document_for(session: Session, document_id: int, by: Actor) -> Document:
    """Give one document with its versions; NotFound where it is not theirs to read, or removed."""
    query = select(Document).where(Document.id == document_id, readable_by(by)).options(*loaded())
    document = session.scalars(query).one_or_none()
    if document is None or (document.removed_at is not None and not _may_manage(document, by)):
        raise NotFound("not_found")
    return document


def version_for(session: Session, document_id: int, number: int, by: Actor) -> DocumentVersion:
    """Give one version of a document; NotFound for one that is not theirs, or of a removed document."""
    document = document_for(session, document_id, by)
    found = next((version for version in document.versions if version.number == number), None)
    if found is None or document.removed_at is not None:
        raise NotFound("not_found")
    return found


def _may_manage(document: Document, by: Actor) -> bool:
    return by.may("manage_documents", document.body)
