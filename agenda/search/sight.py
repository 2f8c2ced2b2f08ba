"""Who may find what. Everything is judged by what holds now, in the question itself: never by what was kept.

So nothing shows of what somebody may not see: no hit, no snippet, no number.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from agenda.core.actor import Actor
from agenda.decisions.model import ActionItem, Commitment, Decision
from agenda.documents.model import Document
from agenda.documents.queries import readable
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.paper_queries import guest_items, readable_as_guest
from agenda.meetings.sight_queries import hidden_items, seen_by
from agenda.search.model import Kind, SearchEntry
from agenda.topics.model import Topic
from agenda.topics.round_model import WrittenRound
from agenda.topics.sight import visible


def findable(by: Actor) -> ColumnElement[bool]:
    """Give the condition on SearchEntry, outer-joined to Document, for what this person may find."""
    return or_(
        and_(SearchEntry.kind != Kind.DOCUMENT, _in_bodies(by, "see"), _not_hidden(by)),
        and_(SearchEntry.kind == Kind.ITEM, _of_items(by)),
        and_(SearchEntry.kind == Kind.DOCUMENT, Document.removed_at.is_(None), _may_read(by)),
    )


def known_items(by: Actor) -> Select[int]:
    """Give the ids of the agenda items of which this person may know what belongs to them."""
    seen = seen_by(by, Meeting.body_id, AgendaItem.id)
    own = false() if by.person_id is None else AgendaItem.id.in_(guest_items(by.person_id))
    return select(AgendaItem.id).join(AgendaItem.meeting).where(or_(seen, own))


def _not_hidden(by: Actor) -> ColumnElement[bool]:
    """Keep what does not come of a topic or an item that is closed or confidential to this person."""
    limited = hidden_items(by)
    known = select(Topic.id).where(visible(by))
    return or_(
        _in_bodies(by, "see_confidential"),
        and_(SearchEntry.kind == Kind.TOPIC, SearchEntry.topic_id.in_(known)),
        and_(
            SearchEntry.kind == Kind.ROUND,
            SearchEntry.round_id.in_(_of(WrittenRound.id, WrittenRound.topic_id, known)),
        ),
        and_(SearchEntry.kind == Kind.ITEM, SearchEntry.item_id.not_in(limited)),
        and_(
            SearchEntry.kind == Kind.DECISION,
            SearchEntry.decision_id.not_in(_of(Decision.id, Decision.agenda_item_id, limited)),
        ),
        and_(
            SearchEntry.kind == Kind.ACTION,
            SearchEntry.action_id.not_in(_of(ActionItem.id, ActionItem.item_id, limited)),
        ),
        and_(
            SearchEntry.kind == Kind.COMMITMENT,
            SearchEntry.commitment_id.not_in(_of(Commitment.id, Commitment.item_id, limited)),
        ),
    )


def _of(number: Any, item: Any, items: Select[int]) -> Select[int]:
    return select(number).where(item.in_(items))


def _of_items(by: Actor) -> ColumnElement[bool]:
    """Keep the items for which this person comes as a guest, whatever the body."""
    return false() if by.person_id is None else SearchEntry.item_id.in_(guest_items(by.person_id))


def _may_read(by: Actor) -> ColumnElement[bool]:
    if by.person_id is None:
        return readable(by)
    return or_(readable(by), readable_as_guest(by.person_id))


def _in_bodies(by: Actor, permission: str) -> ColumnElement[bool]:
    bodies = by.bodies(permission)
    return true() if bodies is None else SearchEntry.body_id.in_(bodies)
