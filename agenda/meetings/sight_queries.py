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
    limited = select(AgendaItem.id).where(or_(AgendaItem.closed, AgendaItem.confidential))
    open_to = [item_id.is_(None), body_id.in_(everything), item_id.not_in(limited)]
    if by.person_id is not None:
        open_to.append(item_id.in_(own_items(by.person_id)))
    return in_body & or_(*open_to)


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
