"""Who may find what. Everything is judged by what holds now, in the question itself: never by what was kept.

So nothing shows of what somebody may not see: no hit, no snippet, no number.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from agenda.core.actor import Actor
from agenda.decisions.action_queries import on_hidden_topic
from agenda.decisions.model import ActionItem, Commitment, Decision
from agenda.documents.model import Document
from agenda.documents.queries import limited_documents
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.paper_queries import guest_items, out_of_sight, readable_as_guest
from agenda.meetings.sight_queries import hidden_items, seen_by
from agenda.search.model import Kind, SearchEntry
from agenda.topics.model import Topic
from agenda.topics.round_model import WrittenRound
from agenda.topics.sight import visible

# The table itself, or a part of it that was found already.
Entry = type[SearchEntry]


def findable(entry: Entry, by: Actor) -> ColumnElement[bool]:
    """Give the condition on an entry for what this person may find."""
    return or_(
        and_(entry.kind != Kind.DOCUMENT, _in_bodies(entry, by, "see"), _not_hidden(entry, by)),
        and_(entry.kind == Kind.ITEM, _of_items(entry, by)),
        and_(entry.kind == Kind.DOCUMENT, _is_there(entry), _may_read(entry, by)),
    )


def known_items(by: Actor) -> Select[int]:
    """Give the ids of the agenda items of which this person may know what belongs to them."""
    seen = seen_by(by, Meeting.body_id, AgendaItem.id)
    own = false() if by.person_id is None else AgendaItem.id.in_(guest_items(by.person_id))
    return select(AgendaItem.id).join(AgendaItem.meeting).where(or_(seen, own))


def _not_hidden(entry: Entry, by: Actor) -> ColumnElement[bool]:
    """Keep what does not come of a topic or an item that is closed or confidential to this person."""
    limited = hidden_items(by)
    known = select(Topic.id).where(visible(by))
    return or_(
        _in_bodies(entry, by, "see_confidential"),
        and_(entry.kind == Kind.TOPIC, entry.topic_id.in_(known)),
        and_(
            entry.kind == Kind.ROUND,
            entry.round_id.in_(_of(WrittenRound.id, WrittenRound.topic_id, known)),
        ),
        and_(entry.kind == Kind.ITEM, entry.item_id.not_in(limited)),
        and_(
            entry.kind == Kind.DECISION,
            entry.decision_id.not_in(_of(Decision.id, Decision.agenda_item_id, limited)),
        ),
        and_(
            entry.kind == Kind.ACTION,
            entry.action_id.not_in(_of(ActionItem.id, ActionItem.item_id, limited)),
            entry.action_id.not_in(select(ActionItem.id).where(on_hidden_topic(by))),
        ),
        and_(
            entry.kind == Kind.COMMITMENT,
            entry.commitment_id.not_in(_of(Commitment.id, Commitment.item_id, limited)),
        ),
    )


def _of(number: Any, item: Any, items: Select[int]) -> Select[int]:
    return select(number).where(item.in_(items))


def _of_items(entry: Entry, by: Actor) -> ColumnElement[bool]:
    """Keep the items for which this person comes as a guest, whatever the body."""
    return false() if by.person_id is None else entry.item_id.in_(guest_items(by.person_id))


def _is_there(entry: Entry) -> ColumnElement[bool]:
    return entry.document_id.not_in(select(Document.id).where(Document.removed_at.is_not(None)))


def _may_read(entry: Entry, by: Actor) -> ColumnElement[bool]:
    """Keep the documents of documents.queries.readable, judged by the few that are hidden, and a guest's."""
    hidden = (*limited_documents(), *out_of_sight(by))
    not_limited = and_(*(entry.document_id.not_in(ids) for ids in hidden))
    by_role = and_(_in_bodies(entry, by, "see"), or_(_in_bodies(entry, by, "see_confidential"), not_limited))
    if by.person_id is None:
        return by_role
    as_guest = select(Document.id).where(readable_as_guest(by.person_id))
    return or_(by_role, entry.document_id.in_(as_guest))


def _in_bodies(entry: Entry, by: Actor, permission: str) -> ColumnElement[bool]:
    bodies = by.bodies(permission)
    return true() if bodies is None else entry.body_id.in_(bodies)
