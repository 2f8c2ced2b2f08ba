"""Where the words come from: for each kind the things that can be found, their state, and their texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from agenda.core.clock import local_day
from agenda.decisions.model import ActionItem, Commitment, Decision
from agenda.documents.model import Document, DocumentVersion, StoredFile
from agenda.meetings.model import AgendaItem, ItemKind, Meeting
from agenda.people.model import Body
from agenda.search.model import Kind, SearchEntry
from agenda.topics.model import Topic
from agenda.topics.round_model import WrittenRound

# Rises when more of a thing, or the same otherwise, is to be found: everything is read anew then.
STATE = "1"


@dataclass(frozen=True)
class Told:
    """One thing as it can be found."""

    subject_id: int
    seen: str
    body_id: int
    day: date | None
    title: str
    text: str


@dataclass(frozen=True)
class Source:
    """One kind of thing: how its entries name it, what its state is, and how its texts are read."""

    kind: Kind
    column: InstrumentedAttribute[int | None]
    # Gives the number and the state of each thing that can be found.
    states: Select[int, str]
    # Adds to `states` what `told` reads.
    told: Callable[[Select[int, str]], Select[Any]]
    reads: Callable[[Any], Told]
    # So many are read at once.
    batch: int = 200
    # What can be found no more although it is still there.
    gone: Select[int] | None = None

    def texts(self, session: Session, ids: Sequence[int]) -> list[Told]:
        """Read these things as they are now."""
        subject = self.states.selected_columns[0]
        rows = session.execute(self.told(self.states.where(subject.in_(ids))))
        return [self.reads(row) for row in rows]


def _state(*versions: Any) -> ColumnElement[str]:
    """Join what changes with a thing into one word."""
    state: ColumnElement[str] = cast(STATE, String)
    for version in versions:
        state = state + "/" + cast(version, String)
    return state


def _topics() -> Source:
    return Source(
        kind=Kind.TOPIC,
        column=SearchEntry.topic_id,
        states=select(Topic.id, _state(Topic.version)).join(Topic.body),
        told=lambda states: states.add_columns(Topic, Body.time_zone),
        reads=_topic,
    )


def _topic(row: Any) -> Told:
    subject_id, seen, topic, zone = row
    texts = (topic.summary, topic.desired_result, topic.requested_decision)
    return Told(subject_id, seen, topic.body_id, _day(topic.created_at, zone), topic.title, _joined(texts))


def _items() -> Source:
    return Source(
        kind=Kind.ITEM,
        column=SearchEntry.item_id,
        states=(
            select(AgendaItem.id, _state(AgendaItem.version, Meeting.version))
            .join(AgendaItem.meeting)
            .join(Meeting.body)
            .where(AgendaItem.kind == ItemKind.TOPIC)
        ),
        told=lambda states: states.add_columns(AgendaItem, Meeting),
        reads=_item,
    )


def _item(row: Any) -> Told:
    subject_id, seen, item, meeting = row
    texts = (item.requested_decision, item.outcome_text)
    return Told(subject_id, seen, meeting.body_id, meeting_day(meeting), item.title, _joined(texts))


def _decisions() -> Source:
    return Source(
        kind=Kind.DECISION,
        column=SearchEntry.decision_id,
        states=(
            select(Decision.id, _state(Decision.version, Meeting.version))
            .join(Decision.meeting)
            .join(Meeting.body)
        ),
        told=lambda states: states.add_columns(Decision, Meeting),
        reads=lambda row: Told(
            row[0], row[1], row[3].body_id, meeting_day(row[3]), title="", text=row[2].text
        ),
    )


def _rounds() -> Source:
    return Source(
        kind=Kind.ROUND,
        column=SearchEntry.round_id,
        states=(
            select(WrittenRound.id, _state(WrittenRound.version)).join(WrittenRound.topic).join(Topic.body)
        ),
        told=lambda states: states.add_columns(WrittenRound, Topic.body_id, Body.time_zone),
        reads=_round,
    )


def _round(row: Any) -> Told:
    subject_id, seen, one, body_id, zone = row
    texts = (one.proposal, one.note, one.ended_why)
    return Told(subject_id, seen, body_id, _day(one.opened_at, zone), one.title, _joined(texts))


def _actions() -> Source:
    return Source(
        kind=Kind.ACTION,
        column=SearchEntry.action_id,
        states=select(ActionItem.id, _state(ActionItem.version)).join(ActionItem.body),
        told=lambda states: states.add_columns(ActionItem, Body.time_zone),
        reads=lambda row: _made(*row, texts=(row[2].text, row[2].remark)),
    )


def _commitments() -> Source:
    return Source(
        kind=Kind.COMMITMENT,
        column=SearchEntry.commitment_id,
        states=select(Commitment.id, _state(Commitment.version)).join(Commitment.body),
        told=lambda states: states.add_columns(Commitment, Body.time_zone),
        reads=lambda row: _made(*row, texts=(row[2].text,)),
    )


def _made(
    subject_id: int, seen: str, one: ActionItem | Commitment, zone: str, *, texts: Iterable[str]
) -> Told:
    return Told(subject_id, seen, one.body_id, _day(one.made_at, zone), "", _joined(texts))


def _documents() -> Source:
    later = aliased(DocumentVersion)
    # Said so that PostgreSQL joins by the document: it would compare every version with every document.
    is_followed = exists().where(
        later.document_id == DocumentVersion.document_id, later.number > DocumentVersion.number
    )
    return Source(
        kind=Kind.DOCUMENT,
        column=SearchEntry.document_id,
        states=(
            select(Document.id, _state(Document.version, DocumentVersion.id, StoredFile.reading))
            .join(Document.body)
            .join(DocumentVersion, DocumentVersion.document_id == Document.id)
            .join(DocumentVersion.file)
            .where(Document.removed_at.is_(None), ~is_followed)
        ),
        told=lambda states: states.add_columns(
            Document.body_id,
            Body.time_zone,
            Document.title,
            DocumentVersion.uploaded_at,
            DocumentVersion.file_name,
            StoredFile.text,
        ),
        reads=_document,
        # Texts of books' length: no writing waits long behind a handful of them.
        batch=5,
        gone=select(Document.id).where(Document.removed_at.is_not(None)),
    )


def _document(row: Any) -> Told:
    subject_id, seen, body_id, zone, title, uploaded_at, file_name, words = row
    return Told(subject_id, seen, body_id, _day(uploaded_at, zone), title, _joined((file_name, words)))


def meeting_day(meeting: Meeting) -> date | None:
    """Give the local day of a meeting, or the last on which it may fall."""
    if meeting.starts_at is not None:
        return local_day(meeting.starts_at, meeting.time_zone)
    return meeting.window_until


def _day(moment: datetime, zone: str) -> date:
    return local_day(moment, zone)


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text)


SOURCES = (_topics(), _items(), _decisions(), _rounds(), _actions(), _commitments(), _documents())
