"""What was found, as it stands now: title, the words in their place, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from agenda.core.actor import Actor
from agenda.decisions.model import ActionItem, Commitment, Decision
from agenda.documents.model import Document, DocumentVersion, StoredFile
from agenda.meetings.model import AgendaItem, Meeting
from agenda.people.model import Body
from agenda.search.model import Kind, SearchEntry
from agenda.search.snippets import Marker
from agenda.topics.model import Topic
from agenda.topics.round_model import WrittenRound

# So much of a document is looked through for the words; where they stand later its beginning is shown.
MOST_LOOKED_THROUGH = 200_000
LONGEST_TITLE = 140


@dataclass(frozen=True)
class Hit:
    """One line of what was found."""

    kind: Kind
    title: Markup
    snippet: Markup
    url: str
    day: date | None
    body: str
    # The meeting that it comes from, for what comes from one.
    meeting: str


@dataclass(frozen=True)
class Told:
    """One thing in its own words; of the texts the first is shown in which a word stands."""

    title: str
    texts: tuple[str, ...]
    url: str
    meeting: str = ""


def hits(session: Session, by: Actor, entries: Sequence[SearchEntry], marker: Marker) -> list[Hit]:
    """Tell of entries in their order, which were found by and for this person (sight.findable)."""
    told: dict[tuple[Kind, int], Told] = {}
    for kind, tell in TELLING.items():
        ids = [_subject(entry) for entry in entries if entry.kind is kind]
        if ids:
            told |= {(kind, number): one for number, one in tell(session, by, ids)}
    bodies = _bodies(session, entries)
    return [
        _hit(entry, one, bodies[entry.body_id], marker)
        for entry in entries
        # What went while we looked is left out.
        if (one := told.get((entry.kind, _subject(entry))))
    ]


def _hit(entry: SearchEntry, told: Told, body: str, marker: Marker) -> Hit:
    texts = [text for text in told.texts if text]
    text = next((one for one in texts if marker.finds(one)), texts[0] if texts else "")
    return Hit(
        kind=entry.kind,
        title=marker.marked(told.title),
        snippet=marker.snippet(text),
        url=told.url,
        day=entry.day,
        body=body,
        meeting=told.meeting,
    )


def _subject(entry: SearchEntry) -> int:
    number: int = getattr(entry, f"{entry.kind.value}_id")
    return number


def _bodies(session: Session, entries: Iterable[SearchEntry]) -> Mapping[int, str]:
    wanted = select(Body.id, Body.name).where(Body.id.in_({entry.body_id for entry in entries}))
    return {row.id: row.name for row in session.execute(wanted)}


Telling = Callable[[Session, Actor, Sequence[int]], Iterable[tuple[int, Told]]]


def _rows(session: Session, kind: Any, ids: Sequence[int], *with_: InstrumentedAttribute[Any]) -> Any:
    query = select(kind).where(kind.id.in_(ids)).options(*(joinedload(one) for one in with_))
    return session.scalars(query)


def _topics(session: Session, _by: Actor, ids: Sequence[int]) -> Iterable[tuple[int, Told]]:
    for one in _rows(session, Topic, ids):
        texts = (one.summary, one.desired_result, one.requested_decision)
        yield one.id, Told(one.title, texts, url_for("topics.show", topic_id=one.id))


def _items(session: Session, by: Actor, ids: Sequence[int]) -> Iterable[tuple[int, Told]]:
    for one in _rows(session, AgendaItem, ids, AgendaItem.meeting):
        address = _agenda(one.meeting, by, f"item-{one.id}")
        yield one.id, Told(one.title, (one.outcome_text, one.requested_decision), address, one.meeting.title)


def _agenda(meeting: Meeting, by: Actor, place: str) -> str:
    if by.may("see", meeting.body):
        return url_for("meetings.agenda", meeting_id=meeting.id, _anchor=place)
    # Somebody who comes for one item and has no place in the body.
    return url_for("meetings.guest", meeting_id=meeting.id)


def _decisions(session: Session, _by: Actor, ids: Sequence[int]) -> Iterable[tuple[int, Told]]:
    for one in _rows(session, Decision, ids, Decision.meeting, Decision.item):
        title = one.item.title if one.item else _("Decision")
        address = url_for("decisions.show", decision_id=one.id)
        yield one.id, Told(title, (one.text,), address, one.meeting.title)


def _rounds(session: Session, _by: Actor, ids: Sequence[int]) -> Iterable[tuple[int, Told]]:
    for one in _rows(session, WrittenRound, ids):
        texts = (one.proposal, one.note, one.ended_why)
        yield one.id, Told(one.title, texts, url_for("topics.written_round", round_id=one.id))


def _actions(session: Session, _by: Actor, ids: Sequence[int]) -> Iterable[tuple[int, Told]]:
    for one in _rows(session, ActionItem, ids, ActionItem.meeting):
        address = url_for("decisions.action", action_id=one.id)
        meeting = one.meeting.title if one.meeting else ""
        yield one.id, Told(_shortened(one.text), (one.remark, one.text), address, meeting)


def _commitments(session: Session, _by: Actor, ids: Sequence[int]) -> Iterable[tuple[int, Told]]:
    for one in _rows(session, Commitment, ids, Commitment.meeting):
        address = url_for("decisions.commitment", commitment_id=one.id)
        meeting = one.meeting.title if one.meeting else ""
        yield one.id, Told(_shortened(one.text), (one.text,), address, meeting)


def _documents(session: Session, _by: Actor, ids: Sequence[int]) -> Iterable[tuple[int, Told]]:
    newest = (
        select(func.max(DocumentVersion.id))
        .where(DocumentVersion.document_id.in_(ids))
        .group_by(DocumentVersion.document_id)
    )
    query = (
        select(
            Document.id,
            Document.title,
            DocumentVersion.file_name,
            func.substr(StoredFile.text, 1, MOST_LOOKED_THROUGH),
        )
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .join(DocumentVersion.file)
        .where(DocumentVersion.id.in_(newest))
    )
    for number, title, file_name, text in session.execute(query):
        address = url_for("documents.show", document_id=number)
        yield number, Told(title, (text, file_name), address)


TELLING: Mapping[Kind, Telling] = {
    Kind.TOPIC: _topics,
    Kind.ITEM: _items,
    Kind.DECISION: _decisions,
    Kind.ROUND: _rounds,
    Kind.ACTION: _actions,
    Kind.COMMITMENT: _commitments,
    Kind.DOCUMENT: _documents,
}


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TITLE else f"{line[:LONGEST_TITLE].rsplit(' ', 1)[0]} …"
