"""What every paper of a meeting says: which meeting it is of, and the documents that its reader may know."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.core.clock import local_day
from agenda.core.problems import Conflict
from agenda.documents.model import Document
from agenda.documents.rules import guest_may_read, is_limited
from agenda.meetings.model import Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.meetings.paper_queries import attached_at
from agenda.meetings.rules import ends_at
from agenda.meetings.sight import Sight, sees
from agenda.topics.paper_model import TopicPaper


@dataclass(frozen=True)
class Head:
    """Which meeting a paper is of."""

    body: str
    title: str
    starts_at: datetime
    ends_at: datetime
    venue: str
    host: str
    zone: str
    # The day of the meeting, by which its decisions are cited.
    reference: str
    # Whether the paper holds what not everybody may read.
    limited: bool
    cancelled: bool


@dataclass(frozen=True)
class Attached:
    """A document with an item; its title is "" where this reader may know only that it is there."""

    title: str
    late: bool
    late_why: str


@dataclass(frozen=True)
class Attachments:
    """The documents of a meeting: those of the whole, and those of each item by its id."""

    general: tuple[Attached, ...]
    items: Mapping[int, tuple[Attached, ...]]


Readable = Callable[[Document], bool]


def head_of(meeting: Meeting, sight: Sight) -> Head:
    """Give the head of a paper; Conflict for a meeting without a date: nothing of it can go on paper yet."""
    if meeting.starts_at is None:
        raise Conflict("paper_needs_date")
    return Head(
        body=meeting.body.name,
        title=meeting.title,
        starts_at=meeting.starts_at,
        ends_at=ends_at(meeting.starts_at, meeting.minutes),
        venue=meeting.venue,
        host=meeting.host.name if meeting.host else "",
        zone=meeting.time_zone,
        reference=local_day(meeting.starts_at, meeting.time_zone).isoformat(),
        limited=sight.everything and any(item.closed or item.confidential for item in meeting.items),
        cancelled=meeting.cancelled_at is not None,
    )


def numbers_of(meeting: Meeting) -> dict[int, str]:
    """Give each item its number: the one that it was given, else its place in the order."""
    return {item.id: item.number or str(place) for place, item in enumerate(meeting.items, 1)}


def readable_in(sight: Sight) -> Readable:
    """Tell of each document whether its title stands in a paper for this sight."""
    return (lambda _document: True) if sight.everything else (lambda document: not is_limited(document))


def readable_for_guests(document: Document) -> bool:
    """Tell whether the title of a document of a guest's own item stands in the guest's invitation."""
    return guest_may_read(document)


def attachments_of(session: Session, meeting: Meeting, sight: Sight, readable: Readable) -> Attachments:
    """Give the documents of a meeting for one sight; an item that is not seen has none."""
    seen = {item.id: item for item in meeting.items if sees(item, sight)}
    found: defaultdict[int | None, list[tuple[int, int, Attached]]] = defaultdict(list)
    of_meeting = (
        select(MeetingPaper)
        .join(MeetingPaper.document)
        .where(MeetingPaper.meeting_id == meeting.id, Document.removed_at.is_(None))
        .options(joinedload(MeetingPaper.document).selectinload(Document.secrecies))
    )
    for paper in session.scalars(of_meeting):
        if paper.item_id is None or paper.item_id in seen:
            line = _line(meeting, paper.document, paper.attached_at, paper.late_why, readable)
            found[paper.item_id].append((1, paper.position, line))
    by_topic = {item.topic_id: item.id for item in seen.values() if item.topic_id is not None}
    of_topics = (
        select(TopicPaper)
        .join(TopicPaper.document)
        .where(TopicPaper.topic_id.in_(by_topic), Document.removed_at.is_(None))
        .options(joinedload(TopicPaper.document).selectinload(Document.secrecies))
    )
    for known in session.scalars(of_topics):
        line = _line(meeting, known.document, known.attached_at, "", readable)
        found[by_topic[known.topic_id]].append((0, known.position, line))
    ordered = {
        key: tuple(line for _, _, line in sorted(lines, key=lambda one: one[:2]))
        for key, lines in found.items()
    }
    return Attachments(
        ordered.get(None, ()), {key: lines for key, lines in ordered.items() if key is not None}
    )


def _line(meeting: Meeting, document: Document, at: datetime, why: str, readable: Readable) -> Attached:
    late = bool(why) or (meeting.agenda_final_at is not None and at > meeting.agenda_final_at)
    known = readable(document)
    return Attached(document.title if known else "", late, why if known else "")


def held_by(session: Session, meeting: Meeting, places: Collection[int | None], readable: Readable) -> str:
    """Name the items that a paper shows and the documents with them, for who asks later (JSON).

    None among the `places` stands for the meeting as a whole.
    """
    documents = {
        one.document.id
        for key, papers in attached_at(session, meeting).items()
        for one in papers
        if key in places and readable(one.document) and one.document.removed_at is None
    }
    items = sorted(place for place in places if place is not None)
    return json.dumps({"documents": sorted(documents), "items": items})


def seen_items(meeting: Meeting, sight: Sight) -> set[int]:
    """Give the ids of the items that this reader sees as they are."""
    return {item.id for item in meeting.items if sees(item, sight)}
