"""Items that an earlier meeting deferred: by which, when, and how often until now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from agenda.core.clock import local_day
from agenda.meetings.model import AgendaItem, ItemOutcome, Meeting
from agenda.topics.model import Topic, TopicState
from agenda.topics.rules import state_of


@dataclass(frozen=True)
class Deferral:
    """When an item was deferred last, and how often until now."""

    day: date | None
    times: int

    def as_row(self) -> dict[str, Any]:
        """Give it as a version of an agenda keeps it."""
        return {"day": self.day, "times": self.times}


def deferred_item(session: Session, topic: Topic) -> AgendaItem | None:
    """Find the item that deferred a topic to the next agenda on which it comes; None when none did."""
    if state_of(topic) is not TopicState.DEFERRED:
        return None
    query = (
        select(AgendaItem)
        .where(AgendaItem.topic_id == topic.id, AgendaItem.outcome == ItemOutcome.DEFERRED)
        .order_by(AgendaItem.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def deferrals_of(session: Session, items: Iterable[AgendaItem]) -> dict[int, Deferral]:
    """Tell of each item that was deferred to this agenda when that was, in one query at most."""
    found = {item: item.deferred_from_id for item in items if item.deferred_from_id is not None}
    return _deferrals(session, found)


def deferrals_from(session: Session, items: Iterable[AgendaItem]) -> dict[int, Deferral]:
    """Tell of each item that its meeting deferred how often that makes it, in one query at most."""
    return _deferrals(session, {item: item.id for item in items if item.outcome is ItemOutcome.DEFERRED})


def _deferrals(session: Session, wanted: Mapping[AgendaItem, int]) -> dict[int, Deferral]:
    if not wanted:
        return {}
    topics = {item.topic_id for item in wanted if item.topic_id is not None}
    of_theirs: ColumnElement[bool] = AgendaItem.topic_id.in_(topics)
    if any(item.topic_id is None for item in wanted):
        # What is no topic is found among all such items of the body.
        meetings = {item.meeting_id for item in wanted}
        bodies = select(Meeting.body_id).where(Meeting.id.in_(meetings))
        of_body = AgendaItem.meeting_id.in_(select(Meeting.id).where(Meeting.body_id.in_(bodies)))
        of_theirs |= AgendaItem.topic_id.is_(None) & of_body
    query = (
        select(AgendaItem)
        .where(of_theirs, AgendaItem.outcome == ItemOutcome.DEFERRED)
        .options(joinedload(AgendaItem.meeting))
    )
    earlier = {item.id: item for item in session.scalars(query)}
    return {item.id: _counted(earlier, start) for item, start in wanted.items() if start in earlier}


def _counted(earlier: dict[int, AgendaItem], start: int) -> Deferral:
    last = earlier[start].meeting
    seen: list[int] = []
    step: int | None = start
    while step is not None and step in earlier and step not in seen:
        seen.append(step)
        step = earlier[step].deferred_from_id
    day = local_day(last.starts_at, last.time_zone) if last.starts_at else None
    return Deferral(day, len(seen))
