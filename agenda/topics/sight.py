"""Who sees a topic that is treated behind closed doors or with discretion: for others it is not there."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import ColumnElement, and_, or_, true

from agenda.core.actor import Actor
from agenda.people.model import Body
from agenda.topics.model import Topic
from agenda.topics.rules import is_own

# A list is a Dutch paper, whatever the language of the screen.
NEUTRAL_TITLE = "Besloten onderwerp"


class HasLimits(Protocol):
    """A topic, or one treatment of it, as far as seeing it is concerned."""

    @property
    def closed(self) -> bool: ...
    @property
    def confidential(self) -> bool: ...


def is_limited(one: HasLimits) -> bool:
    """Tell whether either of the two facts keeps it from readers."""
    return one.closed or one.confidential


def sees(topic: Topic, by: Actor) -> bool:
    """Tell whether this person may know of a topic; who leads it always does."""
    return by.may("see", topic.body) and (not is_limited(topic) or sees_limited(topic, topic.body, by))


def sees_limited(topic: Topic, body: Body, by: Actor) -> bool:
    """Tell whether this person may know of a topic of that body that is limited."""
    return by.may("see_confidential", body) or is_own(topic, by.person_id)


def title_for(topic: Topic, by: Actor) -> str:
    """Give the title as this person reads it, where it stands among others."""
    return topic.title if sees(topic, by) else topic.neutral_title or NEUTRAL_TITLE


def visible(by: Actor) -> ColumnElement[bool]:
    """Give the condition on Topic that `sees` is for one."""
    own = or_(Topic.lead_id == by.person_id, Topic.official_lead_id == by.person_id)
    is_open = and_(Topic.closed.is_(False), Topic.confidential.is_(False))
    # Nobody has number None: whom the product does not know leads nothing.
    known = or_(is_open, _in_bodies(by, "see_confidential"), own if by.person_id is not None else is_open)
    return and_(_in_bodies(by, "see"), known)


def _in_bodies(by: Actor, permission: str) -> ColumnElement[bool]:
    bodies = by.bodies(permission)
    return true() if bodies is None else Topic.body_id.in_(bodies)
