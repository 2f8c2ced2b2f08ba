"""Steps of an agenda: what it was before each change, so that every change can be undone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, attributes

from agenda.core.actor import Actor
from agenda.core.audit import plain
from agenda.core.database import get
from agenda.core.problems import Conflict
from agenda.meetings.limits import follow_topic, topic_follows
from agenda.meetings.model import AgendaItem, AgendaStep, Beside, ItemKind, Meeting
from agenda.meetings.paper_actions import keep_papers
from agenda.meetings.table_kept import let_go
from agenda.topics.actions import drop_turn, plan_turn
from agenda.topics.model import Purpose, Topic, Treatment
from agenda.topics.rules import LIMITS

STEPS_KEPT = 50
KEPT_FIELDS = (
    "id",
    "kind",
    "title",
    "minutes",
    "topic_id",
    "purpose",
    "treatment",
    "lead_id",
    "requested_decision",
    "drafted",
    *LIMITS,
    "deferred_from_id",
    "beside",
)
RESTORED_FIELDS = (
    "title",
    "minutes",
    "purpose",
    "treatment",
    "lead_id",
    "requested_decision",
    "drafted",
    *LIMITS,
)
# What is kept since later than the first steps that may still stand in a database.
USUAL = {
    "closed": False,
    "confidential": False,
    "neutral_title": "",
    "deferred_from_id": None,
    "beside": None,
}
# The only step on a final agenda that can be taken back: the order at the table.
AT_TABLE = "order_at_table"

Snapshot = list[dict[str, Any]]


def snapshot(items: Iterable[AgendaItem]) -> Snapshot:
    """Write down the items in their order, as JSON can hold them."""
    return [{name: plain(getattr(item, name)) for name in KEPT_FIELDS} for item in items]


def fingerprint(items: Iterable[AgendaItem]) -> str:
    """Name the agenda as it is now: another one when anything in it differs."""
    text = json.dumps(snapshot(items), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def keep_step(
    session: Session, meeting: Meeting, verb: str, about: str, before: Snapshot, by: Actor, now: datetime
) -> None:
    """Keep what the agenda was before a change; steps long ago are forgotten."""
    step = AgendaStep(meeting_id=meeting.id, at=now, actor_name=by.name, verb=verb, about=about, items=before)
    session.add(step)
    session.flush()
    _forget_old_steps(session, meeting)


def forget_steps(session: Session, meeting: Meeting) -> None:
    """Forget what could be taken back: what people are told of is not undone but changed anew."""
    for step in session.scalars(_steps(meeting)):
        session.delete(step)
    session.flush()


def last_step(session: Session, meeting: Meeting) -> AgendaStep | None:
    """Give the step that can be undone next."""
    return session.scalars(_steps(meeting).limit(1)).first()


def restore(session: Session, meeting: Meeting, before: Snapshot, now: datetime) -> None:
    """Make the agenda what it was, topics' turns included.

    Raises Conflict when an outcome would be lost, or when a topic is no longer free.
    """
    wanted = {row["id"]: row for row in before}
    # SQLite may give the number of a removed item to a new one: the number alone says too little.
    present = {item.id: item for item in meeting.items if _is_same(item, wanted.get(item.id))}
    gone = [item for item in meeting.items if item.id not in present]
    changed = [item for key, item in present.items() if _differs(item, wanted[key])]
    if any(item.outcome is not None for item in [*gone, *changed]):
        raise Conflict("undo_would_lose_outcome")
    for item in gone:
        take_off(session, meeting, item)
    for row in before:
        if row["id"] in present:
            _set_fields(present[row["id"]], row)
        else:
            present[row["id"]] = _come_back(session, meeting, row, now)
    put_in_order(meeting, [present[row["id"]] for row in before])
    session.flush()


def take_off(session: Session, meeting: Meeting, item: AgendaItem) -> None:
    """Take an item off the agenda; its topic is free again.

    Raises Conflict for one that was on the table: what was noted there would be lost.
    """
    let_go(session, item)
    turn = item.turn
    item.turn = None
    keep_papers(session, item)
    meeting.items.remove(item)
    session.flush()
    if turn is not None and turn.result is None:
        drop_turn(session, turn)


def put_in_order(meeting: Meeting, items: list[AgendaItem]) -> None:
    """Number the items in this order."""
    for position, item in enumerate(items):
        if item.position != position:
            item.position = position
    # The collection was sorted when it was loaded; the new order is the same set.
    attributes.set_committed_value(meeting, "items", items)


def _steps(meeting: Meeting) -> Select[AgendaStep]:
    return select(AgendaStep).where(AgendaStep.meeting_id == meeting.id).order_by(AgendaStep.id.desc())


def _forget_old_steps(session: Session, meeting: Meeting) -> None:
    for step in session.scalars(_steps(meeting).offset(STEPS_KEPT)):
        session.delete(step)


def _is_same(item: AgendaItem, row: dict[str, Any] | None) -> bool:
    return row is not None and (item.kind.value, item.topic_id) == (row["kind"], row["topic_id"])


def _differs(item: AgendaItem, row: dict[str, Any]) -> bool:
    return any(plain(getattr(item, name)) != (USUAL | row)[name] for name in RESTORED_FIELDS)


def _set_fields(item: AgendaItem, row: dict[str, Any]) -> None:
    item.title, item.minutes = row["title"], row["minutes"]
    item.purpose = Purpose(row["purpose"]) if row["purpose"] else None
    item.treatment = Treatment(row["treatment"]) if row["treatment"] else None
    item.lead_id, item.requested_decision = row["lead_id"], row["requested_decision"]
    item.drafted = row["drafted"]
    for name in LIMITS:
        setattr(item, name, (USUAL | row)[name])
    topic_follows(item)


def _come_back(session: Session, meeting: Meeting, row: dict[str, Any], now: datetime) -> AgendaItem:
    item = AgendaItem(kind=ItemKind(row["kind"]), position=len(meeting.items))
    # SQLite may have given the number away, to an item of another meeting.
    if session.get(AgendaItem, row["id"]) is None:
        item.id = row["id"]
    _set_fields(item, row)
    item.deferred_from_id = row.get("deferred_from_id")
    item.beside = Beside(row["beside"]) if row.get("beside") else None
    if row["topic_id"] is not None:
        item.topic = get(session, Topic, row["topic_id"])
        item.turn = plan_turn(session, item.topic, now)
        follow_topic(item, item.topic)
    meeting.items.append(item)
    session.flush()
    return item
