"""Who comes: per college, per item, and who cannot be counted on. Reads for one screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.invitations.by_mail import Came, came_by_mail
from agenda.invitations.own_items import concerned, holders_of_meeting
from agenda.meetings import queries as meetings
from agenda.meetings.model import AgendaItem, Answer, AttendeeRole, Meeting
from agenda.meetings.queries import Presence, Seen
from agenda.meetings.timing import timetable
from agenda.topics.model import Topic


@dataclass(frozen=True)
class ItemPresence:
    """An agenda item, and who of those whom it needs comes."""

    item: AgendaItem
    starts_at: datetime | None
    coming: tuple[Seen, ...]
    missing: tuple[Seen, ...]
    unknown: tuple[Seen, ...]


@dataclass(frozen=True)
class Overview:
    """All that the screen tells."""

    presence: Presence
    items: tuple[ItemPresence, ...]
    undeliverable: tuple[Seen, ...]
    came: Came


def overview(session: Session, meeting: Meeting) -> Overview:
    """Tell who comes; the number of queries does not grow with people or items."""
    presence = meetings.presence(session, meeting)
    return Overview(
        presence=presence,
        items=tuple(_items(session, meeting, presence)),
        undeliverable=tuple(seen for seen in presence.everyone if seen.attendee.person.undeliverable_since),
        came=came_by_mail(session, meeting),
    )


def _items(session: Session, meeting: Meeting, presence: Presence) -> list[ItemPresence]:
    items = session.scalars(
        select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.withdrawn_at.is_(None))
        .order_by(AgendaItem.position)
        .options(
            joinedload(AgendaItem.topic).selectinload(Topic.needs),
            joinedload(AgendaItem.topic).selectinload(Topic.guests),
        )
    ).all()
    people = {seen.attendee.person_id: _stand_in(seen, presence) for seen in presence.everyone}
    members = {
        seen.attendee.person_id
        for seen in presence.everyone
        if seen.attendee.role is AttendeeRole.MEMBER and seen.attendee.substitute_for_id is None
    }
    holders = holders_of_meeting(session, meeting)
    found = []
    for slot in timetable(meeting.starts_at, meeting.minutes, items):
        if slot.item.topic is None:
            continue
        needed = [people[key] for key in sorted(concerned(slot.item, holders, members)) if key in people]
        found.append(_item(slot.item, slot.start, needed))
    return found


def _stand_in(seen: Seen, presence: Presence) -> Seen:
    """Give who speaks for this attendee: the substitute, where somebody comes in their place."""
    if seen.substitute is None:
        return seen
    return next((one for one in presence.everyone if one.attendee.id == seen.substitute.id), seen)


def _item(item: AgendaItem, starts_at: datetime | None, needed: Sequence[Seen]) -> ItemPresence:
    coming = tuple(seen for seen in needed if seen.answer in (Answer.ACCEPTED, Answer.TENTATIVE))
    missing = tuple(seen for seen in needed if seen.answer is Answer.DECLINED)
    unknown = tuple(seen for seen in needed if seen.answer is Answer.NEEDS_ACTION)
    return ItemPresence(item, starts_at, coming, missing, unknown)
