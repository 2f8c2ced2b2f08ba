"""Topics that go from agenda to agenda in one step, off the backlog or back onto it, and back again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.database import get
from agenda.core.problems import Conflict
from agenda.meetings import agenda_actions
from agenda.meetings.agenda_steps import put_in_order
from agenda.meetings.agenda_transfer import EDITED, Lifted, bring, lift, set_down, transfer
from agenda.meetings.model import AgendaItem, Meeting
from agenda.planner.accepting_model import AcceptedChange
from agenda.topics.model import Purpose, Topic, Treatment

# A topic with the meetings that it goes from and to; None is the backlog.
Moved = tuple[int, int | None, int | None]
Held = Mapping[int, Meeting]


def items_of(session: Session, topics: Iterable[int]) -> dict[int, AgendaItem]:
    """Find where each topic stands now; Conflict for one that stands nowhere."""
    wanted = set(topics)
    found = session.scalars(
        select(AgendaItem)
        .join(AgendaItem.meeting)
        .where(
            AgendaItem.topic_id.in_(wanted),
            AgendaItem.outcome.is_(None),
            Meeting.cancelled_at.is_(None),
            Meeting.closed_at.is_(None),
        )
    ).all()
    items = {item.topic_id: item for item in found if item.topic_id is not None}
    if wanted - set(items):
        raise Conflict("topic_not_planned_any_more")
    return items


def move_topics(session: Session, moves: Iterable[Moved], held: Held, by: Actor, now: datetime) -> None:
    """Let topics go from agenda to agenda, where None is the backlog."""
    by_target: dict[int, list[AgendaItem]] = defaultdict(list)
    added: dict[int, list[Topic]] = defaultdict(list)
    for topic, source, target in moves:
        if source is None:
            if target is not None:
                added[target].append(get(session, Topic, topic))
            continue
        item = _item_on(held[source], topic)
        if target is None:
            agenda_actions.remove_item(session, item, by, now)
        elif source != target:
            by_target[target].append(item)
    for target, items in sorted(by_target.items()):
        transfer(session, items, held[target], by, now)
    for target, topics in sorted(added.items()):
        bring(session, topics, held[target], by, now)


def moves_of(
    session: Session, change: AcceptedChange, meetings: Held
) -> list[tuple[Topic, Meeting | None, Meeting]]:
    """Give each topic that moved, from where (None: from the backlog), and to where."""
    topics = {
        one.id: one
        for one in session.scalars(select(Topic).where(Topic.id.in_([move[0] for move in change.moves])))
    }
    return [
        (topics[topic], meetings[source] if source is not None else None, meetings[target])
        for topic, source, target in change.moves
        if topic in topics and target is not None
    ]


def free(session: Session, meeting: Meeting, topic: int, by: Actor, now: datetime) -> dict[str, Any]:
    """Take a topic off an agenda, back to the backlog, and write down how it stood there."""
    lifted = lift(session, _item_on(meeting, topic), by, now)
    return {"topic": topic, "meeting": meeting.id} | {
        name: audit.plain(value) for name, value in lifted.edited.items()
    }


def freed_by(session: Session, change: AcceptedChange) -> list[tuple[Topic, int]]:
    """Give each topic that went back to the backlog, and the number of the meeting it came from."""
    source = {row["topic"]: row["meeting"] for row in change.freed}
    found = session.scalars(
        select(Topic).where(Topic.id.in_(source)).order_by(Topic.id).options(selectinload(Topic.turns))
    )
    return [(topic, source[topic.id]) for topic in found]


def take_back(session: Session, change: AcceptedChange, held: Held, by: Actor, now: datetime) -> None:
    """Put what went back to the backlog on its agenda again, as it was edited there."""
    rows = {row["topic"]: row for row in change.freed}
    by_meeting: dict[int, list[Lifted]] = defaultdict(list)
    for topic, meeting in freed_by(session, change):
        row = rows[topic.id]
        edited = {name: row[name] for name in EDITED}
        edited["purpose"] = Purpose(row["purpose"]) if row["purpose"] else None
        edited["treatment"] = Treatment(row["treatment"]) if row["treatment"] else None
        by_meeting[meeting].append(Lifted(topic, edited))
    for number, lifted in sorted(by_meeting.items()):
        set_down(session, lifted, held[number], by, now)


def orders_of(meetings: Iterable[Meeting]) -> dict[str, list[str]]:
    """Write down in which order the items of each meeting stand."""
    return {str(meeting.id): [_name_of(item) for item in meeting.items] for meeting in meetings}


def put_back_in_order(orders: Mapping[str, Sequence[str]], held: Held) -> None:
    """Put the items of each meeting in the order that was written down; what is new comes where it stands."""
    for number, names in orders.items():
        meeting = held[int(number)]
        place = {name: at for at, name in enumerate(names)}
        items = [item for item in meeting.items if _name_of(item) in place]
        known = iter(sorted(items, key=lambda item: place[_name_of(item)]))
        put_in_order(meeting, [next(known) if _name_of(item) in place else item for item in meeting.items])


def _name_of(item: AgendaItem) -> str:
    """Name an item as it is found again after its topic went away and came back."""
    return f"topic {item.topic_id}" if item.topic_id is not None else f"item {item.id}"


def _item_on(meeting: Meeting, topic: int) -> AgendaItem:
    item = next((one for one in meeting.items if one.topic_id == topic), None)
    if item is None:
        raise Conflict("topic_not_planned_any_more")
    return item
