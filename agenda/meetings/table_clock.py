"""The clock at the table: which item is on it, and how long it takes.

Whoever touches the clock hands in `seen`, the mark of the clock as it was on screen: when somebody else
touched it since, Conflict "table_moved_meanwhile" is raised, so that two who press "next" skip nothing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, NotFound
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.table_actions import HISTORY, hold_table
from agenda.meetings.table_model import ItemTime
from agenda.meetings.table_queries import Clock, clock_of
from agenda.meetings.table_rules import number_of


def put_on_table(
    session: Session, item: AgendaItem, by: Actor, now: datetime, seen: int | None = None
) -> None:
    """Treat this item now, in whatever order; its number stays. The clock of the one before stops."""
    meeting = item.meeting
    clock = _held(session, meeting, by, now, seen)
    if item.withdrawn_at is not None:
        raise Conflict("item_was_withdrawn", title=item.title)
    if clock.running and clock.item is item:
        return
    _stop(clock, now)
    session.add(ItemTime(item=item, began_at=now))
    session.flush()
    told = {"number": number_of(item)}
    audit.record(session, by, now, "put_on_table", (HISTORY, meeting.id), after=told)


def stop_clock(session: Session, meeting: Meeting, by: Actor, now: datetime, seen: int | None = None) -> None:
    """Let the clock stand, for a pause or at the end; nothing when it stands already."""
    clock = _held(session, meeting, by, now, seen)
    if clock.running:
        _stop(clock, now)
        session.flush()
        audit.record(session, by, now, "clock_stopped", (HISTORY, meeting.id))


def start_clock(
    session: Session, meeting: Meeting, by: Actor, now: datetime, seen: int | None = None
) -> None:
    """Let the clock run on for the item that is on the table, or for the first one."""
    clock = _held(session, meeting, by, now, seen)
    if clock.running:
        return
    item = clock.item or next(iter(meeting.items), None)
    if item is None:
        raise NotFound("not_found")
    session.add(ItemTime(item=item, began_at=now))
    session.flush()
    told = {"number": number_of(item)}
    audit.record(session, by, now, "clock_started", (HISTORY, meeting.id), after=told)


def _held(session: Session, meeting: Meeting, by: Actor, now: datetime, seen: int | None) -> Clock:
    hold_table(session, meeting, by, now)
    clock = clock_of(session, meeting, now)
    if seen is not None and seen != clock.mark:
        raise Conflict("table_moved_meanwhile")
    return clock


def _stop(clock: Clock, now: datetime) -> None:
    if clock.running and clock.last is not None:
        clock.last.ended_at = max(now, clock.last.began_at)
