"""Take over on an agenda what earlier meetings left unfinished."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid
from agenda.meetings.agenda_actions import insert_item, lay_out, new_item
from agenda.meetings.agenda_change import Change
from agenda.meetings.model import AgendaItem, ItemKind, Meeting
from agenda.meetings.reuse_queries import unfinished
from agenda.topics.rules import LIMITS


def carry_over(
    session: Session,
    meeting: Meeting,
    chosen: Collection[int],
    by: Actor,
    now: datetime,
    seen: str | None = None,
) -> int:
    """Put the chosen unfinished items on the agenda in one step; give how many.

    Each new item is linked with the one it goes on from. Raises Invalid when nothing is chosen, and
    Conflict when one of them is no longer free.
    """
    change = Change(session, meeting, by, now, seen)
    if not chosen:
        raise Invalid("nothing_chosen")
    # Another meeting may reach for the same items at this moment.
    asked = select(AgendaItem.id).where(AgendaItem.id.in_(chosen)).order_by(AgendaItem.id)
    session.execute(asked.with_for_update())
    free = {one.item.id: one.item for one in unfinished(session, meeting, by, now) if one.free}
    if not set(chosen) <= free.keys():
        raise Conflict("agenda_changed_meanwhile")
    lay_out(session, meeting)
    taken = [item for key, item in free.items() if key in chosen]
    for earlier in taken:
        insert_item(session, meeting, _again(session, meeting, earlier, now))
    titles = "; ".join(item.title for item in taken)
    change.done("items_carried_over", "", after={"items_added": titles})
    return len(taken)


def _again(session: Session, meeting: Meeting, earlier: AgendaItem, now: datetime) -> AgendaItem:
    if earlier.topic is not None:
        item = new_item(session, meeting, earlier.topic, now, drafted=False)
    else:
        item = AgendaItem(
            kind=ItemKind.TOPIC,
            position=len(meeting.items),
            title=earlier.title,
            minutes=earlier.minutes,
            purpose=earlier.purpose,
            treatment=earlier.treatment,
            lead_id=earlier.lead_id,
            requested_decision=earlier.requested_decision,
            **{name: getattr(earlier, name) for name in LIMITS},
        )
    item.deferred_from_id = earlier.id
    return item
