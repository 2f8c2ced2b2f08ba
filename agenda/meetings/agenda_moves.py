"""The order of one agenda: an item a place up or down, or all of them as they were dragged.

`seen` is the fingerprint of the agenda as it was on screen, as in agenda_actions. On the day itself the
order of a final agenda can change too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Conflict
from agenda.meetings import agenda_steps as steps
from agenda.meetings.agenda_change import Change
from agenda.meetings.model import AgendaItem, ItemKind, Meeting
from agenda.meetings.version_keeping import keep_as_it_was


def move_item(
    session: Session, item: AgendaItem, to: int, by: Actor, now: datetime, seen: str | None = None
) -> None:
    """Move an item to a place, counted from 0; the opening stays first and the closing last."""
    meeting = item.meeting
    change = Change(session, meeting, by, now, seen, on_final=is_at_table(meeting, now))
    if item.kind in (ItemKind.OPENING, ItemKind.CLOSING):
        raise Conflict("item_belongs_on_every_agenda", title=item.title)
    items = list(meeting.items)
    was = items.index(item)
    items.remove(item)
    first = 1 if items and items[0].kind is ItemKind.OPENING else 0
    last = len(items) - 1 if items and items[-1].kind is ItemKind.CLOSING else len(items)
    place = min(max(to, first), last)
    if place == was:
        return
    keep_as_it_was(session, meeting)
    items.insert(place, item)
    item.drafted = False
    steps.put_in_order(meeting, items)
    verb = _verb(meeting, up=place < was)
    places = {"place": was + 1}, {"place": place + 1, "item": item.title}
    change.done(verb, item.title, *places)


def reorder(
    session: Session,
    meeting: Meeting,
    order: Sequence[int],
    by: Actor,
    now: datetime,
    seen: str | None = None,
) -> None:
    """Put the items between opening and closing in the order of these numbers.

    Raises Conflict when the agenda holds other items than the ones that are put in order.
    """
    change = Change(session, meeting, by, now, seen, on_final=is_at_table(meeting, now))
    free = {item.id: item for item in meeting.items if item.kind not in (ItemKind.OPENING, ItemKind.CLOSING)}
    if sorted(order) != sorted(free):
        raise Conflict("agenda_changed_meanwhile")
    old = [item for item in meeting.items if item.id in free]
    new = [free[item_id] for item_id in order]
    moved = _moved(old, new)
    if moved is None:
        return
    keep_as_it_was(session, meeting)
    moved.drafted = False
    opening = [item for item in meeting.items if item.kind is ItemKind.OPENING]
    closing = [item for item in meeting.items if item.kind is ItemKind.CLOSING]
    steps.put_in_order(meeting, [*opening, *new, *closing])
    verb = _verb(meeting, up=new.index(moved) < old.index(moved))
    offset = len(opening) + 1
    places = (
        {"place": old.index(moved) + offset},
        {"place": new.index(moved) + offset, "item": moved.title},
    )
    change.done(verb, moved.title, *places)


def is_at_table(meeting: Meeting, now: datetime) -> bool:
    """Tell whether the day of a meeting has come: then the order of a final agenda may change.

    Numbers stay: what was printed and what is on the table must speak of the same item.
    """
    if meeting.starts_at is None:
        return False
    day, today = (local_day(moment, meeting.time_zone) for moment in (meeting.starts_at, now))
    return today >= day


def _verb(meeting: Meeting, up: bool) -> str:
    if meeting.agenda_final_at is not None:
        return steps.AT_TABLE
    return "item_moved_up" if up else "item_moved_down"


def _moved(old: Sequence[AgendaItem], new: Sequence[AgendaItem]) -> AgendaItem | None:
    """Find the one item that explains the new order, or else the first that stands elsewhere."""
    for item in old:
        rest = [other for other in old if other is not item]
        if old != new and rest == [other for other in new if other is not item]:
            return item
    return next((after for before, after in zip(old, new, strict=True) if before is not after), None)
