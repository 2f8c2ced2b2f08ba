"""What a reader may see of what hangs on an agenda item, asked of the database: the rules of sight."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, true

from agenda.core.actor import Actor
from agenda.meetings.model import AgendaItem
from agenda.topics.model import Topic, TopicGuest


def seen_by(by: Actor, body_id: Any, item_id: Any) -> ColumnElement[bool]:
    """Keep the rows of bodies that this person may see, save those on an item that is closed to them."""
    bodies, everything = by.bodies("see"), by.bodies("see_confidential")
    in_body = true() if bodies is None else body_id.in_(bodies)
    if everything is None:
        return in_body
    return in_body & or_(item_id.is_(None), body_id.in_(everything), item_id.not_in(hidden_items(by)))


def hidden_items(by: Actor) -> Select[int]:
    """Give the ids of the limited items that are not this person's own, whatever the role in their body."""
    limited = select(AgendaItem.id).where(or_(AgendaItem.closed, AgendaItem.confidential))
    if by.person_id is None:
        return limited
    return limited.where(AgendaItem.id.not_in(own_items(by.person_id)))


def own_items(person_id: int) -> Select[int]:
    """Give the ids of the items for which this person comes as a guest, or which this person prepares."""
    guest_of = select(TopicGuest.topic_id).where(TopicGuest.person_id == person_id)
    prepared = select(Topic.id).where(Topic.official_lead_id == person_id)
    return select(AgendaItem.id).where(
        or_(
            AgendaItem.lead_id == person_id,
            AgendaItem.topic_id.in_(guest_of),
            AgendaItem.topic_id.in_(prepared),
        )
    )
