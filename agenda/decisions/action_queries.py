"""Reads for the screens of action items; each as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.database import LARGEST_KEY
from agenda.core.problems import NotFound
from agenda.decisions.model import ActionItem
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.sight_queries import seen_by
from agenda.people.model import Body, Person
from agenda.people.queries import attendees_on
from agenda.topics import sight
from agenda.topics.model import Topic

PAGE = 50


@dataclass(frozen=True)
class Asked:
    """Which actions are asked for; as it stands in the address bar."""

    state: str = "open"
    owner: int | None = None


@dataclass(frozen=True)
class Found:
    """One page of actions, and how many there are in all."""

    actions: Sequence[ActionItem]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def actions_of(
    session: Session, body: Body, by: Actor, asked: Asked, today: date, page: int | None = 1
) -> Found:
    """List a body's actions: open ones first, by their day; one page of fifty, or all where None."""
    conditions = [visible(by), ActionItem.body_id == body.id, *_conditions(asked, today)]
    total = session.scalar(select(func.count(ActionItem.id)).where(*conditions)) or 0
    query = select(ActionItem).options(*_whole()).where(*conditions).order_by(*_order())
    if page is not None:
        page = min(max(page, 1), max(1, -(-total // PAGE)))
        query = query.limit(PAGE).offset((page - 1) * PAGE)
    return Found(session.scalars(query).all(), total, page or 1)


def own_actions(session: Session, by: Actor, asked: Asked, now: datetime, zone: str) -> Sequence[ActionItem]:
    """List someone's own actions over all bodies, the first due on top."""
    if by.person_id is None:
        return []
    conditions = _conditions(Asked(asked.state, by.person_id), local_day(now, zone))
    query = select(ActionItem).options(*_whole()).where(*conditions).order_by(*_order())
    return session.scalars(query).all()


def count_open(session: Session, by: Actor) -> int:
    """Count what someone must still do."""
    query = select(func.count(ActionItem.id)).where(is_open(), ActionItem.owner_id == by.person_id)
    return session.scalar(query) or 0


def action_for(session: Session, action_id: int, by: Actor) -> ActionItem:
    """Give one action; NotFound when it is not theirs to see."""
    if not 0 < action_id <= LARGEST_KEY:
        raise NotFound("not_found")
    query = select(ActionItem).options(*_whole()).where(ActionItem.id == action_id, visible(by))
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("not_found")
    return found


def actions_on_agenda(session: Session, meeting: Meeting, by: Actor) -> Sequence[ActionItem]:
    """List the actions made in one meeting, in the order in which they were made."""
    query = (
        select(ActionItem)
        .options(*_whole())
        .where(visible(by), ActionItem.meeting_id == meeting.id)
        .order_by(ActionItem.id)
    )
    return session.scalars(query).all()


def actions_on_topic(session: Session, topic: Topic, by: Actor) -> Sequence[ActionItem]:
    """List the actions on a topic, open ones first."""
    query = (
        select(ActionItem)
        .options(*_whole())
        .where(visible(by), ActionItem.topic_id == topic.id)
        .order_by(*_order())
    )
    return session.scalars(query).all()


def still_open(session: Session, meeting: Meeting, by: Actor) -> Sequence[ActionItem]:
    """List what earlier meetings left to do when this one looks back: the body's open actions."""
    query = (
        select(ActionItem)
        .options(*_whole())
        .where(
            visible(by),
            is_open(),
            ActionItem.body_id == meeting.body_id,
            or_(ActionItem.meeting_id.is_(None), ActionItem.meeting_id != meeting.id),
        )
        .order_by(*_order())
    )
    return session.scalars(query).all()


def possible_owners(session: Session, body: Body, today: date) -> list[Person]:
    """List who can have an action of a body: those who belong to it today, by name."""
    return sorted((one.person for one in attendees_on(session, body.id, today)), key=lambda one: one.name)


def owners_of(session: Session, body: Body, by: Actor) -> Sequence[Person]:
    """List who has or had an action in what this reader sees of a body, for the filter."""
    owners = select(ActionItem.owner_id).where(visible(by), ActionItem.body_id == body.id)
    return session.scalars(select(Person).where(Person.id.in_(owners)).order_by(Person.name)).all()


def visible(by: Actor) -> ColumnElement[bool]:
    """Keep what this person may see: their own actions always, others as far as their item or topic is."""
    seen = seen_by(by, ActionItem.body_id, ActionItem.item_id) & ~on_hidden_topic(by)
    return seen if by.person_id is None else or_(seen, ActionItem.owner_id == by.person_id)


def on_hidden_topic(by: Actor) -> ColumnElement[bool]:
    """Keep the actions on a topic that is not this person's to know; those of an item follow the item."""
    known = select(Topic.id).where(sight.visible(by))
    hidden = ActionItem.topic_id.is_not(None) & ActionItem.topic_id.not_in(known)
    return ActionItem.item_id.is_(None) & hidden


def is_open() -> ColumnElement[bool]:
    """Keep what is neither done nor dropped."""
    return ActionItem.done_at.is_(None) & ActionItem.dropped_at.is_(None)


def _conditions(asked: Asked, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.state in ("open", "late"):
        found.append(is_open())
    if asked.state == "late":
        found.append(ActionItem.due_on < today)
    if asked.state == "done":
        found.append(ActionItem.done_at.is_not(None))
    if asked.state == "dropped":
        found.append(ActionItem.dropped_at.is_not(None))
    if asked.owner is not None:
        found.append(ActionItem.owner_id == asked.owner)
    return found


def _order() -> list[ColumnElement[object]]:
    return [~is_open(), ActionItem.due_on.is_(None), ActionItem.due_on, ActionItem.id]  # type: ignore[list-item]


def _whole() -> list[ExecutableOption]:
    return [
        joinedload(ActionItem.body),
        joinedload(ActionItem.owner),
        joinedload(ActionItem.meeting),
        joinedload(ActionItem.item).joinedload(AgendaItem.topic).selectinload(Topic.guests),
        joinedload(ActionItem.topic),
    ]
