"""Fewer meetings in one step: topics move, meetings are cancelled, all or nothing; and back within a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid, NotFound
from agenda.meetings import actions as meetings
from agenda.meetings.agenda_change import hold
from agenda.meetings.agenda_steps import fingerprint
from agenda.meetings.agenda_transfer import EDITED, Lifted, lift, set_down, transfer
from agenda.meetings.model import AgendaItem, Attendee, ItemKind, Meeting
from agenda.planner.accepting_model import AcceptedChange
from agenda.planner.run_model import PlanningRun
from agenda.topics import rules as topics_rules
from agenda.topics.model import Purpose, Topic, Treatment
from agenda.topics.rules import UNPLANNED

# So long it can be undone, as long as nobody answered.
UNDO_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """Which topic goes to which meeting, which meetings are cancelled for which others, and why.

    `moves` gives for the topic's number the meeting's. `freed` are topics that go back to the backlog, such
    as those that can be settled in writing. `seen` gives the versions of meetings as they were
    on screen: when one is another by now, nothing happens.
    """

    moves: Mapping[int, int]
    cancelled: Mapping[int, int | None]
    why: str
    seen: Mapping[int, int] = field(default_factory=dict)
    freed: frozenset[int] = frozenset()


def accept(
    session: Session, wanted: Wanted, by: Actor, now: datetime, run: PlanningRun | None = None
) -> AcceptedChange:
    """Move the topics and cancel the meetings; invitations and cancellations follow by themselves.

    Raises Changed when a meeting is no longer as it was seen, Conflict where a topic cannot move (its
    agenda is final, it stands on none) or would be left behind on a cancelled meeting, Invalid without a
    reason for cancelling.
    """
    if not wanted.moves and not wanted.cancelled and not wanted.freed:
        raise Invalid("nothing_to_accept")
    if wanted.cancelled and not wanted.why.strip():
        raise Invalid("reason_missing")
    items = _items(session, wanted.freed.union(wanted.moves))
    touched = (
        {item.meeting_id for item in items.values()} | set(wanted.moves.values()) | set(wanted.cancelled)
    )
    held = _held(session, touched, by)
    for meeting in held.values():
        meeting.expect(wanted.seen.get(meeting.id))
    moves = [
        [topic, item.meeting_id, wanted.moves[topic]]
        for topic, item in sorted(items.items())
        if topic in wanted.moves
    ]
    # Looking for them once more: the meetings were read anew.
    freed = [
        _free(session, held[items[topic].meeting_id], topic, by, now)
        for topic in sorted(wanted.freed.difference(wanted.moves))
    ]
    _move(session, moves, held, by, now)
    for number, successor in sorted(wanted.cancelled.items()):
        _cancel(session, held[number], successor, wanted.why, by, now)
    session.flush()
    change = AcceptedChange(
        run_id=run.id if run is not None else None,
        accepted_at=now,
        actor_name=by.name,
        why=wanted.why.strip(),
        moves=moves,
        freed=freed,
        cancelled=[[number, successor] for number, successor in sorted(wanted.cancelled.items())],
        left={str(number): _state(meeting) for number, meeting in sorted(held.items())},
    )
    session.add(change)
    session.flush()
    after = {
        "meetings_cancelled": len(wanted.cancelled),
        "topics_moved": len(moves),
        "topics_freed": len(freed),
    }
    audit.record(session, by, now, "advice_accepted", ("accepted_change", change.id), after=after)
    return change


def undo(
    session: Session, change: AcceptedChange, by: Actor, now: datetime, version: int | None = None
) -> None:
    """Make it as it was before: cancelled meetings are held again, topics go back to where they stood.

    Raises Conflict once it was undone, a day has passed, somebody answered, or an agenda was changed.
    """
    change.expect(version)
    held = _held(session, touched_by(change), by)
    obstacle = in_the_way(session, change, held.values(), now)
    if obstacle is not None:
        raise Conflict(obstacle)
    for number, _successor in change.cancelled:
        if number is not None:
            meetings.reinstate(session, held[number], by, now)
            hold(session, held[number])
    _move(session, [[topic, to, source] for topic, source, to in change.moves], held, by, now)
    _take_back(session, change, held, by, now)
    change.undone_at, change.undone_by = now, by.name
    audit.record(session, by, now, "advice_undone", ("accepted_change", change.id))


def in_the_way(
    session: Session, change: AcceptedChange, touched: Iterable[Meeting], now: datetime
) -> str | None:
    """Tell by a code why it cannot be undone; None when it can."""
    if change.undone_at is not None:
        return "undone_already"
    if now > change.accepted_at + UNDO_WITHIN:
        return "undo_too_late"
    found = list(touched)
    if any(one.starts_at is not None and one.starts_at <= now for one in found):
        return "meeting_has_begun"
    answered = select(Attendee.id).where(
        Attendee.meeting_id.in_([one.id for one in found]), Attendee.answered_at > change.accepted_at
    )
    if session.scalars(answered.limit(1)).first() is not None:
        return "answered_meanwhile"
    if any(change.left.get(str(one.id)) != _state(one) for one in found):
        return "agenda_changed_meanwhile"
    if any(topics_rules.state_of(topic) not in UNPLANNED for topic, _meeting in freed_by(session, change)):
        return "topic_not_free_any_more"
    return None


def freed_by(session: Session, change: AcceptedChange) -> list[tuple[Topic, int]]:
    """Give each topic that went back to the backlog, and the number of the meeting it came from."""
    source = {row["topic"]: row["meeting"] for row in change.freed}
    found = session.scalars(
        select(Topic).where(Topic.id.in_(source)).order_by(Topic.id).options(selectinload(Topic.turns))
    )
    return [(topic, source[topic.id]) for topic in found]


def _state(meeting: Meeting) -> str:
    """Name a meeting as it is now, its agenda too: another name when anything of it differs."""
    return f"{meeting.version} {fingerprint(meeting.items)}"


def touched_by(change: AcceptedChange) -> set[int]:
    """Give the numbers of the meetings that a change touched."""
    return {int(number) for number in change.left}


def change_of(session: Session, change_id: int, by: Actor) -> tuple[AcceptedChange, list[Meeting]]:
    """Give a change and the meetings it touched; NotFound unless all of these are theirs to see."""
    change = session.get(AcceptedChange, change_id)
    if change is None:
        raise NotFound("not_found")
    found = session.scalars(
        select(Meeting)
        .where(Meeting.id.in_(touched_by(change)))
        .order_by(Meeting.starts_at, Meeting.id)
        .options(selectinload(Meeting.items), selectinload(Meeting.body))
    ).all()
    for meeting in found:
        by.must("see", meeting.body)
    return change, list(found)


def moves_of(
    session: Session, change: AcceptedChange, meetings: Mapping[int, Meeting]
) -> list[tuple[Topic, Meeting, Meeting]]:
    """Give each topic that moved, from where, and to where."""
    topics = {
        one.id: one
        for one in session.scalars(select(Topic).where(Topic.id.in_([move[0] for move in change.moves])))
    }
    return [
        (topics[topic], meetings[source], meetings[target])
        for topic, source, target in change.moves
        if topic in topics
    ]


def _items(session: Session, topics: Iterable[int]) -> dict[int, AgendaItem]:
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


def _held(session: Session, numbers: Iterable[int], by: Actor) -> dict[int, Meeting]:
    """Wait for whoever changes one of these meetings, always in the same order, and read them anew."""
    held = {}
    for number in sorted(numbers):
        meeting = session.get(Meeting, number)
        if meeting is None:
            raise NotFound("not_found")
        by.must("plan", meeting.body)
        hold(session, meeting)
        held[number] = meeting
    return held


def _move(
    session: Session, moves: Iterable[list[int]], held: Mapping[int, Meeting], by: Actor, now: datetime
) -> None:
    by_target: dict[int, list[AgendaItem]] = defaultdict(list)
    for topic, source, target in moves:
        item = next((one for one in held[source].items if one.topic_id == topic), None)
        if item is None:
            raise Conflict("topic_not_planned_any_more")
        if source != target:
            by_target[target].append(item)
    for target, items in sorted(by_target.items()):
        transfer(session, items, held[target], by, now)


def _free(session: Session, meeting: Meeting, topic: int, by: Actor, now: datetime) -> dict[str, Any]:
    """Take a topic off an agenda, and write down how it stood there."""
    item = next((one for one in meeting.items if one.topic_id == topic), None)
    if item is None:
        raise Conflict("topic_not_planned_any_more")
    lifted = lift(session, item, by, now)
    return {"topic": topic, "meeting": meeting.id} | {
        name: audit.plain(value) for name, value in lifted.edited.items()
    }


def _take_back(
    session: Session, change: AcceptedChange, held: Mapping[int, Meeting], by: Actor, now: datetime
) -> None:
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


def _cancel(
    session: Session, meeting: Meeting, successor: int | None, why: str, by: Actor, now: datetime
) -> None:
    left = [item.title for item in meeting.items if item.kind is ItemKind.TOPIC and item.topic_id is not None]
    if left:
        raise Conflict("topics_left_behind", titles="; ".join(left))
    meetings.cancel(session, meeting, why, successor, by, now)
