"""What a reader may see of what hangs on an agenda item: as meetings.sight, also in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select, true

from agenda.core.actor import Actor
from agenda.meetings.model import AgendaItem
from agenda.meetings.sight import Sight, is_guest_of, title_of
from agenda.people.model import Body
from agenda.topics.model import TopicGuest


def seen_by(by: Actor, body_id: Any, item_id: Any) -> ColumnElement[bool]:
    """Keep the rows of bodies that this person may see, save those on an item that is closed to them."""
    bodies, everything = by.bodies("see"), by.bodies("see_confidential")
    in_body = true() if bodies is None else body_id.in_(bodies)
    if everything is None:
        return in_body
    limited = select(AgendaItem.id).where(or_(AgendaItem.closed, AgendaItem.confidential))
    open_to = [item_id.is_(None), body_id.in_(everything), item_id.not_in(limited)]
    if by.person_id is not None:
        guest_of = (
            select(AgendaItem.id)
            .join(TopicGuest, TopicGuest.topic_id == AgendaItem.topic_id)
            .where(TopicGuest.person_id == by.person_id)
        )
        open_to.append(item_id.in_(guest_of))
    return in_body & or_(*open_to)


def item_title(item: AgendaItem, body: Body, by: Actor) -> str:
    """Give an item's title as this reader reads it."""
    own = frozenset({item.id}) if is_limited(item) and is_guest_of(item, by.person_id) else frozenset()
    return title_of(item, Sight(by.may("see_confidential", body), own))


def is_limited(item: AgendaItem) -> bool:
    """Tell whether an item is closed to somebody who may see the rest of its agenda."""
    return item.closed or item.confidential
