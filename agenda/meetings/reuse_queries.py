"""What earlier meetings of a body left unfinished, for the agenda of a later one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.actor import Actor
from agenda.meetings.deferrals import Deferral, deferrals_from
from agenda.meetings.model import AgendaItem, ItemKind, ItemOutcome, Meeting, MeetingState
from agenda.meetings.rules import state_of
from agenda.meetings.sight import sees, sight_of
from agenda.topics.model import Topic, TopicGuest, TopicState
from agenda.topics.rules import UNPLANNED
from agenda.topics.rules import state_of as topic_state

# What lies further back is history.
LOOK_BACK = timedelta(days=400)
# From here on one asks whether a topic still belongs on an agenda.
OFTEN = 2


@dataclass(frozen=True)
class Unfinished:
    """An item of an earlier meeting that was not finished there."""

    item: AgendaItem
    # When it was deferred, and how often until now; None for one without an outcome.
    deferral: Deferral | None
    # Whether it can be taken over now: first it is recorded what came of it.
    free: bool

    @property
    def is_often_deferred(self) -> bool:
        """Whether one should ask if it belongs here."""
        return self.deferral is not None and self.deferral.times >= OFTEN


def unfinished(session: Session, meeting: Meeting, by: Actor, now: datetime) -> list[Unfinished]:
    """List what earlier meetings of the body left unfinished and no other agenda took up, newest first."""
    held = [
        item
        for item in _left_open(session, meeting, now)
        if state_of(item.meeting, now) in (MeetingState.HELD, MeetingState.CLOSED)
    ]
    taken = _taken_up(session, held)
    present = {item.topic_id for item in meeting.items if item.topic_id is not None}
    found: dict[int, AgendaItem] = {}
    for item in held:
        # Of a topic that came back twice only the last time counts.
        again = item.topic_id is not None and (item.topic_id in present or item.topic_id in found)
        if not again and item.id not in taken and _waits(item) and sees(item, sight_of(item.meeting, by)):
            found[item.topic_id if item.topic_id is not None else -item.id] = item
    deferrals = deferrals_from(session, found.values())
    return [Unfinished(item, deferrals.get(item.id), _is_free(item)) for item in found.values()]


def _left_open(session: Session, meeting: Meeting, now: datetime) -> Sequence[AgendaItem]:
    until = min(meeting.starts_at, now) if meeting.starts_at is not None else now
    query = (
        select(AgendaItem)
        .join(AgendaItem.meeting)
        .where(
            Meeting.body_id == meeting.body_id,
            Meeting.id != meeting.id,
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at < until,
            Meeting.starts_at > now - LOOK_BACK,
            AgendaItem.kind == ItemKind.TOPIC,
            AgendaItem.withdrawn_at.is_(None),
            or_(AgendaItem.outcome.is_(None), AgendaItem.outcome == ItemOutcome.DEFERRED),
        )
        .options(
            joinedload(AgendaItem.turn),
            joinedload(AgendaItem.meeting).joinedload(Meeting.body),
            joinedload(AgendaItem.meeting)
            .selectinload(Meeting.items)
            .joinedload(AgendaItem.topic)
            .options(
                selectinload(Topic.turns),
                selectinload(Topic.guests).joinedload(TopicGuest.person),
            ),
        )
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc(), AgendaItem.position)
    )
    return session.scalars(query).unique().all()


def _taken_up(session: Session, items: Sequence[AgendaItem]) -> set[int | None]:
    if not items:
        return set()
    query = select(AgendaItem.deferred_from_id).where(
        AgendaItem.deferred_from_id.in_([item.id for item in items])
    )
    return set(session.scalars(query))


def _waits(item: AgendaItem) -> bool:
    """Tell whether an item still waits for a next time."""
    if item.topic is None:
        # What is part of the frame comes back by itself.
        return item.outcome is not None or item.beside is None
    state = topic_state(item.topic)
    if item.outcome is ItemOutcome.DEFERRED:
        return state is TopicState.DEFERRED
    return state in UNPLANNED or _is_on_its_turn(item)


def _is_on_its_turn(item: AgendaItem) -> bool:
    return item.turn is not None and item.turn.result is None


def _is_free(item: AgendaItem) -> bool:
    return item.outcome is ItemOutcome.DEFERRED or item.meeting.closed_at is not None
