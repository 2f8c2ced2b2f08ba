"""Fewer meetings in one step: topics move, meetings come and go, all or nothing; and back within a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid, NotFound
from agenda.meetings import actions as meetings
from agenda.meetings.agenda_change import hold
from agenda.meetings.agenda_steps import fingerprint
from agenda.meetings.model import AgendaItem, Attendee, ItemKind, Meeting
from agenda.meetings.planning_reason import Ground
from agenda.planner.accepting_model import AcceptedChange
from agenda.planner.moving import Place, is_past, move_all, move_back
from agenda.planner.new_meetings import NewDate, make
from agenda.planner.run_model import PlanningRun
from agenda.planner.topic_moves import (
    Moved,
    free,
    freed_by,
    items_of,
    move_topics,
    orders_of,
    put_back_in_order,
    take_back,
)
from agenda.topics.rules import UNPLANNED, state_of

# So long it can be undone, as long as nobody answered.
UNDO_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """Which topic goes to which meeting, which meetings are cancelled for which others, and why.

    `moves` gives for the topic's number the meeting's; `added` does so for topics that stand on no agenda.
    `new` are meetings to be planned, under a number below zero, by which the others name them. `placed` gives
    meetings another time and place. `freed` are topics that go back to the backlog, such as those that can
    be settled in writing. `seen` gives the versions of meetings as they were on screen: when one is
    another by now, nothing happens.
    """

    moves: Mapping[int, int]
    cancelled: Mapping[int, int | None]
    why: str
    seen: Mapping[int, int] = field(default_factory=dict)
    added: Mapping[int, int] = field(default_factory=dict)
    new: Mapping[int, NewDate] = field(default_factory=dict)
    placed: Mapping[int, Place] = field(default_factory=dict)
    freed: frozenset[int] = frozenset()


def accept(
    session: Session, wanted: Wanted, by: Actor, now: datetime, run: PlanningRun | None = None
) -> AcceptedChange:
    """Move the topics and meetings and cancel the others; invitations and cancellations follow by themselves.

    Raises Changed when a meeting is no longer as it was seen, Conflict where a topic cannot move (its
    agenda is final, it stands on none, it is not free) or would be left behind on a cancelled meeting,
    Invalid without a reason for cancelling or for a new meeting.
    """
    if not any((wanted.moves, wanted.cancelled, wanted.added, wanted.placed, wanted.freed)):
        raise Invalid("nothing_to_accept")
    if wanted.cancelled and not wanted.why.strip():
        raise Invalid("reason_missing")
    items = items_of(session, wanted.freed.union(wanted.moves))
    targets = set(wanted.moves.values()) | set(wanted.added.values()) | set(wanted.placed)
    touched = {item.meeting_id for item in items.values()} | targets | set(wanted.cancelled)
    held = _held(session, touched - set(wanted.new), by)
    for meeting in held.values():
        meeting.expect(wanted.seen.get(meeting.id))
    orders = orders_of(held.values())
    ground = Ground.FEWER if wanted.cancelled else Ground.NO_ROOM
    made = {
        number: make(session, date, ground, wanted.why, by, now)
        for number, date in sorted(wanted.new.items())
    }
    numbers = {number: meeting.id for number, meeting in made.items()}
    held |= {meeting.id: meeting for meeting in made.values()}
    moves = _moves(wanted, items, numbers)
    # The meetings were read anew: what is freed is looked for in them once more.
    freed = [
        free(session, held[items[topic].meeting_id], topic, by, now)
        for topic in sorted(wanted.freed.difference(wanted.moves))
    ]
    move_topics(session, moves, held, by, now)
    cancelled = [
        (number, numbers.get(successor, successor) if successor is not None else None)
        for number, successor in sorted(wanted.cancelled.items())
    ]
    for number, successor in cancelled:
        _cancel(session, held[number], successor, wanted.why, by, now)
    moved = move_all(session, wanted.placed, held, by, now)
    session.flush()
    change = AcceptedChange(
        run_id=run.id if run is not None else None,
        accepted_at=now,
        actor_name=by.name,
        why=wanted.why.strip(),
        moves=[list(move) for move in moves],
        cancelled=[list(pair) for pair in cancelled],
        made=sorted(numbers.values()),
        freed=freed,
        moved=moved,
        orders=orders,
        left={str(number): _state(meeting) for number, meeting in sorted(held.items())},
    )
    session.add(change)
    session.flush()
    after = {
        "meetings_cancelled": len(cancelled),
        "topics_moved": len(moves),
        "topics_freed": len(freed),
        "meetings_planned": len(made),
        "meetings_moved": len(moved),
    }
    audit.record(session, by, now, "advice_accepted", ("accepted_change", change.id), after=after)
    return change


def _moves(wanted: Wanted, items: Mapping[int, AgendaItem], numbers: Mapping[int, int]) -> list[Moved]:
    """Give every topic with the meetings it goes from and to; new meetings by the numbers they have now."""
    moved = [
        (topic, item.meeting_id, numbers.get(wanted.moves[topic], wanted.moves[topic]))
        for topic, item in sorted(items.items())
        if topic in wanted.moves
    ]
    added = [(topic, None, numbers.get(place, place)) for topic, place in sorted(wanted.added.items())]
    return [*moved, *added]


def undo(
    session: Session, change: AcceptedChange, why: str, by: Actor, now: datetime, version: int | None = None
) -> None:
    """Make it as it was before: cancelled meetings are held again, topics go back to where they stood.

    Meetings that were made for it are cancelled, with `why` as the reason.
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
    move_back(session, change.moved, held, by, now)
    move_topics(session, [(topic, to, source) for topic, source, to in change.moves if topic], held, by, now)
    take_back(session, change, held, by, now)
    put_back_in_order(change.orders, held)
    for number in change.made:
        meetings.cancel(session, held[number], why, None, by, now)
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
    if is_past(change.moved, now):
        return "former_moment_passed"
    answered = select(Attendee.id).where(
        Attendee.meeting_id.in_([one.id for one in found]), Attendee.answered_at > change.accepted_at
    )
    if session.scalars(answered.limit(1)).first() is not None:
        return "answered_meanwhile"
    if any(change.left.get(str(one.id)) != _state(one) for one in found):
        return "agenda_changed_meanwhile"
    if any(state_of(topic) not in UNPLANNED for topic, _meeting in freed_by(session, change)):
        return "topic_not_free_any_more"
    return None


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


def _cancel(
    session: Session, meeting: Meeting, successor: int | None, why: str, by: Actor, now: datetime
) -> None:
    left = [item.title for item in meeting.items if item.kind is ItemKind.TOPIC and item.topic_id is not None]
    if left:
        raise Conflict("topics_left_behind", titles="; ".join(left))
    meetings.cancel(session, meeting, why, successor, by, now)
