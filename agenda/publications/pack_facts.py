"""What a pack holds: the agenda and the documents of a meeting, as far as one reader may see them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.accounts.actors import actor_for
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Conflict
from agenda.documents import listing
from agenda.documents.model import Document
from agenda.documents.rules import is_limited
from agenda.meetings.model import Meeting
from agenda.meetings.paper_queries import attached_at, readable_papers
from agenda.meetings.sight import Sight, is_guest_of, sees, sight_of
from agenda.people.model import Person
from agenda.publications.agenda_facts import AgendaFacts, ItemFacts, agenda_facts, guest_facts
from agenda.publications.paper_facts import Attached, Head, numbers_of
from agenda.publications.papers import still_guest
from agenda.topics.sight import is_limited as item_is_limited

PDF = "application/pdf"


@dataclass(frozen=True)
class PackPaper:
    """One document of a pack; its title is "" where the reader may know only that it is there."""

    document_id: int = 0
    title: str = ""
    sha256: str = ""
    media_type: str = ""
    file_name: str = ""
    limited: bool = False
    late: bool = False
    # The page of the pack, from 1, where it begins; 0 for one without pages there.
    page: int = 0
    pages: int = 0
    broken: bool = False

    @property
    def enclosed(self) -> bool:
        """Whether it travels along as a file, for want of pages."""
        return bool(self.title) and self.media_type != PDF and not self.broken and not self.limited

    @property
    def apart(self) -> bool:
        """Whether it is read on the site alone: a limited file without pages that can bear a name."""
        return bool(self.title) and self.media_type != PDF and self.limited


@dataclass(frozen=True)
class Chapter:
    """The documents of one item; number and title are "" for those of the meeting as a whole."""

    number: str
    title: str
    papers: tuple[PackPaper, ...]


@dataclass(frozen=True)
class PackFacts:
    """What a pack says to one reader, and the documents that it takes up."""

    head: Head
    name: str
    # For who comes for one item; the rest of the meeting is not theirs.
    guest: bool
    items: tuple[ItemFacts, ...]
    papers: tuple[Attached, ...]
    final_at: datetime | None
    version: int
    chapters: tuple[Chapter, ...]
    # The items that the reader sees as they are, by number.
    seen: tuple[int, ...]

    @property
    def taken_up(self) -> list[PackPaper]:
        """The documents that it names in their order, each once, also where several items have it."""
        found = {paper.document_id: paper for one in self.chapters for paper in one.papers if paper.title}
        return list(found.values())

    @property
    def limited(self) -> bool:
        """Whether it holds a document that not everybody may read."""
        return any(paper.limited for paper in self.taken_up)

    @property
    def enclosed(self) -> list[PackPaper]:
        """The documents that are enclosed as files."""
        return [paper for paper in self.taken_up if paper.enclosed]

    @property
    def apart(self) -> list[PackPaper]:
        """The documents that are read on the site alone."""
        return [paper for paper in self.taken_up if paper.apart]

    @property
    def broken(self) -> list[PackPaper]:
        """The documents that could not be taken up."""
        return [paper for paper in self.taken_up if paper.broken]

    @property
    def holds(self) -> str:
        """Which documents and items it shows, for who asks later whether somebody may still have it."""
        documents = [paper.document_id for paper in self.taken_up]
        return json.dumps({"documents": documents, "items": self.seen})


class Common:
    """What the packs of one meeting have in common, gathered once for however many readers."""

    def __init__(self, session: Session, meeting: Meeting) -> None:
        self.session = session
        self.meeting = meeting
        self.every = attached_at(session, meeting)
        self.limited = _limited(meeting, self.every)
        self._agendas: dict[tuple[Sight, frozenset[int]], AgendaFacts] = {}

    def agenda(self, sight: Sight, known: set[int]) -> AgendaFacts:
        """Give the agenda for a sight and the documents that are known by their titles."""
        key = (sight, frozenset(known))
        if key not in self._agendas:
            self._agendas[key] = agenda_facts(self.session, self.meeting, sight, lambda one: one.id in known)
        return self._agendas[key]


def pack_facts(
    session: Session, meeting: Meeting, reader: Person, now: datetime, common: Common | None = None
) -> PackFacts:
    """Gather what a reader gets; Conflict for who has no access to the meeting, or where there is no date."""
    by = actor_for(session, reader, local_day(now, meeting.time_zone))
    common = common or Common(session, meeting)
    every, limited = common.every, common.limited
    documents = [one.document.id for papers in every.values() for one in papers]
    known = readable_now(session, documents, by)
    guest = not by.may("see", meeting.body)
    if guest and not still_guest(meeting, reader.id):
        raise Conflict("pack_without_access")
    seen = seen_now(meeting, by)
    if guest:
        invitation = guest_facts(session, meeting, reader)
        head, items = invitation.head, invitation.items
        general: tuple[Attached, ...] = ()
        version, final_at = 1, meeting.agenda_final_at
    else:
        agenda = common.agenda(sight_of(meeting, by), known)
        head, items, general = agenda.head, agenda.items, agenda.papers
        version, final_at = agenda.version, agenda.final_at
    numbers = numbers_of(meeting)
    places = [(item.id, numbers[item.id], item.title) for item in meeting.items if item.id in seen]
    chapters = [
        Chapter(number, title, _papers(every.get(key, ()), known, limited, number))
        for key, number, title in [*([] if guest else [(None, "", "")]), *places]
        if every.get(key)
    ]
    made = PackFacts(
        head=head,
        name=reader.name,
        guest=guest,
        items=items,
        papers=general,
        final_at=final_at,
        version=version,
        chapters=tuple(one for one in chapters if one.papers),
        seen=tuple(sorted(seen)),
    )
    shows = any(item_is_limited(item) for item in meeting.items if item.id in seen) or made.limited
    return replace(made, head=replace(head, limited=shows))


def seen_now(meeting: Meeting, by: Actor) -> set[int]:
    """Give the items that somebody sees as they are: a guest sees the own ones alone."""
    if not by.may("see", meeting.body):
        return {item.id for item in meeting.items if is_guest_of(item, by.person_id)}
    sight = sight_of(meeting, by)
    return {item.id for item in meeting.items if sees(item, sight)}


def readable_now(session: Session, documents: Sequence[int], by: Actor, *, removed: bool = False) -> set[int]:
    """Give those of the documents that somebody may read; of `removed` ones only the title still stands."""
    query = select(Document.id).where(Document.id.in_(documents), readable_papers(by))
    if not removed:
        query = query.where(Document.removed_at.is_(None))
    return set(session.scalars(query))


def _limited(meeting: Meeting, every: Mapping[int | None, Sequence[listing.Attached]]) -> set[int]:
    """Give the documents that not everybody may read: by themselves, or for the item that they are with."""
    behind_doors = {item.id for item in meeting.items if item_is_limited(item)}
    return {
        one.document.id
        for key, papers in every.items()
        for one in papers
        if key in behind_doors or is_limited(one.document)
    }


def _papers(
    attached: Sequence[listing.Attached], known: set[int], limited: set[int], number: str
) -> tuple[PackPaper, ...]:
    there = [one for one in attached if one.document.removed_at is None]
    return tuple(
        _paper(one, f"{number}-{place}" if number else f"{place}", limited)
        if one.document.id in known and one.document.versions
        else PackPaper(late=one.late)
        for place, one in enumerate(there, 1)
    )


def _paper(attached: listing.Attached, place: str, limited: set[int]) -> PackPaper:
    document = attached.document
    version = document.newest
    return PackPaper(
        document_id=document.id,
        title=document.title,
        sha256=version.file.sha256,
        media_type=version.file.media_type,
        # Two documents may have files of the same name; in one pack each has its own.
        file_name=f"{place} {version.file_name}",
        limited=document.id in limited,
        late=attached.late,
    )
