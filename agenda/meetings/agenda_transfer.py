"""Topics go from one agenda to another as they were edited there, or come onto one from the backlog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.problems import Conflict
from agenda.meetings import agenda_actions
from agenda.meetings import agenda_steps as steps
from agenda.meetings.agenda_backlog import as_candidate, key_of, split
from agenda.meetings.agenda_change import Change
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.treatment_order import in_order
from agenda.topics.model import Topic

EDITED = ("title", "minutes", "purpose", "treatment", "lead_id", "requested_decision")


@dataclass(frozen=True)
class Lifted:
    """A topic that was taken off an agenda, with what was edited of it there."""

    topic: Topic
    edited: Mapping[str, Any]


def transfer(
    session: Session, items: Sequence[AgendaItem], target: Meeting, by: Actor, now: datetime
) -> None:
    """Treat these topics in another meeting; those that stand there keep their order.

    The new ones come where drafting would put them. Raises Conflict for an item that is no topic, has an
    outcome or belongs to another body, and where either agenda is final.
    """
    set_down(session, [lift(session, item, by, now) for item in items], target, by, now)


def lift(session: Session, item: AgendaItem, by: Actor, now: datetime) -> Lifted:
    """Take a topic off an agenda; it is free again. Conflict for what is no topic or has an outcome."""
    topic = item.topic
    if topic is None or item.outcome is not None:
        raise Conflict("item_cannot_move", title=item.title)
    edited = {name: getattr(item, name) for name in EDITED}
    agenda_actions.remove_item(session, item, by, now)
    return Lifted(topic, edited)


def set_down(session: Session, lifted: Sequence[Lifted], target: Meeting, by: Actor, now: datetime) -> None:
    """Put topics on an agenda as they were edited elsewhere; Conflict for one that is not free."""
    arrived = []
    for one in lifted:
        new = agenda_actions.add_topic(session, target, one.topic, by, now)
        for name, value in one.edited.items():
            setattr(new, name, value)
        arrived.append(new)
    _put_where_drafting_would(session, target, arrived, by, now)


def bring(session: Session, topics: Sequence[Topic], target: Meeting, by: Actor, now: datetime) -> None:
    """Treat these topics of the backlog in a meeting; Conflict for one that is not free."""
    arrived = [agenda_actions.add_topic(session, target, topic, by, now) for topic in topics]
    _put_where_drafting_would(session, target, arrived, by, now)


def _put_where_drafting_would(
    session: Session, target: Meeting, arrived: Sequence[AgendaItem], by: Actor, now: datetime
) -> None:
    session.flush()
    change = Change(session, target, by, now)
    new = {item.id for item in arrived}
    head, inner, tail = split(target.items)
    kept = [as_candidate(item) for item in inner if item.id not in new]
    order = in_order([as_candidate(item) for item in inner if item.id in new], kept)
    placed = {key_of(item): item for item in inner}
    steps.put_in_order(target, [*head, *(placed[one.id] for one in order), *tail])
    change.done("agenda_ordered", "")
