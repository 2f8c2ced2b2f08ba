"""Which items of an agenda are someone's own: those for which they must be there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.core.clock import local_day
from agenda.invitations.rules import PersonalItem
from agenda.meetings.agenda_numbers import printed_order
from agenda.meetings.model import AgendaItem, AttendeeRole, Meeting
from agenda.meetings.sight import Sight, is_own, title_of
from agenda.meetings.timing import timetable
from agenda.people.model import Membership
from agenda.people.rules import holders_of_portfolios, is_active
from agenda.topics.model import Topic


def own_items(session: Session, meetings: Iterable[Meeting]) -> dict[tuple[int, int], list[PersonalItem]]:
    """List for each (meeting, person) the agenda items that concern that person, in order, with their times.

    The number of queries does not grow with meetings, items or people.
    """
    final = {meeting.id: meeting for meeting in meetings}
    items: defaultdict[int, list[AgendaItem]] = defaultdict(list)
    query = (
        select(AgendaItem)
        .where(AgendaItem.meeting_id.in_(final))
        .order_by(AgendaItem.position)
        .options(
            joinedload(AgendaItem.topic).selectinload(Topic.needs),
            joinedload(AgendaItem.topic).selectinload(Topic.guests),
        )
    )
    for item in session.scalars(query) if final else ():
        items[item.meeting_id].append(item)
    own: defaultdict[tuple[int, int], list[PersonalItem]] = defaultdict(list)
    holders = _portfolio_holders(session, list(final.values()))
    for meeting_id, lines in items.items():
        meeting = final[meeting_id]
        members = {a.person_id for a in meeting.attendees if a.role is AttendeeRole.MEMBER}
        table = members | {a.person_id for a in meeting.attendees if a.role is AttendeeRole.SECRETARIAT}
        for slot in timetable(meeting.starts_at, meeting.minutes, as_printed(lines)):
            if slot.start is None or slot.item.withdrawn_at is not None:
                continue
            for person_id in concerned(slot.item, holders.get(meeting_id, {}), members):
                title = title_of(slot.item, _sight(slot.item, person_id in table, person_id))
                own[meeting_id, person_id].append(PersonalItem(title, slot.start, slot.item.minutes))
    return own


def _sight(item: AgendaItem, at_table: bool, person_id: int) -> Sight:
    """Give what somebody may see of an item: members and secretariat all, guests and leads their own."""
    if at_table:
        return Sight(everything=True)
    return Sight(items=frozenset({item.id}) if is_own(item, person_id) else frozenset())


def as_printed(items: Iterable[AgendaItem]) -> list[AgendaItem]:
    """Give items in the order that people were told: another order at the table costs no letter."""
    found = list(items)
    if not all(item.number for item in found):
        return found
    return sorted(found, key=lambda item: printed_order(item.number))


def leads_of(item: AgendaItem) -> set[int]:
    """Name who prepares an item: its lead on this agenda, and the official who helps."""
    people = {item.lead_id, item.topic.official_lead_id if item.topic else None}
    return {person for person in people if person is not None}


def concerned(item: AgendaItem, holders: Mapping[str, frozenset[int]], members: set[int]) -> set[int]:
    """Give the persons whom an item needs: its leads, who must be there, and its guests.

    A topic for which nobody in particular must be there needs every member. `holders` tells who holds which
    portfolio, in lower case.
    """
    people: set[int | None] = {*leads_of(item)}
    if item.topic is not None:
        people |= {item.topic.lead_id}
        people |= {guest.person_id for guest in item.topic.guests}
        people |= set() if item.topic.needs else members
        for need in item.topic.needs:
            held = holders.get(need.portfolio.strip().casefold(), frozenset())
            people |= {need.person_id} if need.person_id else held
    return {person for person in people if person is not None}


def holders_of_meeting(session: Session, meeting: Meeting) -> Mapping[str, frozenset[int]]:
    """Tell who holds which portfolio, in lower case, in a meeting's body on its day."""
    return _portfolio_holders(session, [meeting]).get(meeting.id, {})


def _portfolio_holders(session: Session, meetings: Sequence[Meeting]) -> dict[int, dict[str, frozenset[int]]]:
    """Tell for each meeting who holds which portfolio in its body on its day."""
    if not meetings:
        return {}
    rows = session.execute(
        select(
            Membership.body_id, Membership.person_id, Membership.portfolio, Membership.since, Membership.until
        ).where(Membership.body_id.in_({meeting.body_id for meeting in meetings}), Membership.portfolio != "")
    ).all()
    holders = {}
    for meeting in meetings:
        if meeting.starts_at is not None:
            day = local_day(meeting.starts_at, meeting.time_zone)
            sitting = (
                row for row in rows if row.body_id == meeting.body_id and is_active(row.since, row.until, day)
            )
            holders[meeting.id] = holders_of_portfolios(sitting)
    return holders
