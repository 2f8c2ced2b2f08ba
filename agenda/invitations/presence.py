"""Who comes: per college, per item, and who cannot be counted on. Reads for one screen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.invitations.model import Reply
from agenda.invitations.own_items import concerned, holders_of_meeting
from agenda.mail.model import Incoming
from agenda.mail.understood import IncomingKind
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
    absent: dict[int, Incoming]
    replies: dict[int, tuple[Reply, ...]]


def overview(session: Session, meeting: Meeting) -> Overview:
    """Tell who comes; the number of queries does not grow with people or items."""
    presence = meetings.presence(session, meeting)
    return Overview(
        presence=presence,
        items=tuple(_items(session, meeting, presence)),
        undeliverable=tuple(seen for seen in presence.everyone if seen.attendee.person.undeliverable_since),
        absent=_absent(session, meeting),
        replies=_replies(session, meeting),
    )


def _items(session: Session, meeting: Meeting, presence: Presence) -> list[ItemPresence]:
    items = session.scalars(
        select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting.id)
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


def _absent(session: Session, meeting: Meeting) -> dict[int, Incoming]:
    """Give the last absence notice of each person who sent one in answer to this meeting's letters."""
    query = (
        select(Incoming)
        .where(
            Incoming.kind == IncomingKind.AUTOMATIC,
            Incoming.subject_kind == "meeting",
            Incoming.subject_id == meeting.id,
            Incoming.person_id.is_not(None),
        )
        .order_by(Incoming.id)
    )
    return {one.person_id: one for one in session.scalars(query) if one.person_id is not None}


def _replies(session: Session, meeting: Meeting) -> dict[int, tuple[Reply, ...]]:
    """Give each attendee's answers by mail, newest first."""
    query = (
        select(Reply)
        .join(Reply.attendee)
        .where(Reply.attendee.has(meeting_id=meeting.id))
        .order_by(Reply.id.desc())
    )
    found: defaultdict[int, list[Reply]] = defaultdict(list)
    for reply in session.scalars(query):
        found[reply.attendee_id].append(reply)
    return {attendee_id: tuple(replies) for attendee_id, replies in found.items()}
