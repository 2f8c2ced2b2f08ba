"""What drafting needs to know of a meeting and of the open topics of its body."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.clock import local_day
from agenda.meetings.agenda_steps import FREE
from agenda.meetings.drafting import (
    LAST_PLACE,
    Candidate,
    Draft,
    Occasion,
    Wanted,
    Why,
    draft,
    in_the_way,
    is_urgent,
)
from agenda.meetings.model import AgendaItem, Answer, Attendee, ItemKind, Meeting
from agenda.meetings.rules import current_answer
from agenda.people.model import Membership
from agenda.topics.model import Need, Topic, TopicGuest, TopicState
from agenda.topics.rules import state_of
from agenda.topics.states import has_state

_BETWEEN_PORTFOLIOS = re.compile(r"\s*[,;/]\s*|\s+en\s+")
LEADS_ON = frozenset({TopicState.TREATED, TopicState.SETTLED_IN_WRITING, TopicState.WITHDRAWN})
OPENING_PART = (ItemKind.OPENING, ItemKind.MINUTES)
CLOSING_PART = (ItemKind.ANY_OTHER_BUSINESS, ItemKind.CLOSING)


@dataclass(frozen=True)
class Hint:
    """An open topic beside the agenda: whether it fits, and if not, why."""

    topic: Candidate
    why: Why | None
    facts: Mapping[str, Any]
    urgent: bool


def propose(session: Session, meeting: Meeting, now: datetime) -> Draft:
    """Draft what comes beside the items that a person put there or touched."""
    stays = [item for item in meeting.items if not may_leave(item)]
    occasion = _occasion(session, meeting, now, meeting.minutes - sum(item.minutes for item in stays))
    leaving = {item.topic_id for item in meeting.items if may_leave(item)}
    topics = _candidates(session, meeting, occasion.day, leaving)
    kept = [_standing(item) for item in split(stays)[1]]
    return draft(topics, occasion, kept)


def hints(session: Session, meeting: Meeting, now: datetime) -> list[Hint]:
    """List the topics that could still come on the agenda: what fits first, and of that what is urgent."""
    room = meeting.minutes - sum(item.minutes for item in meeting.items)
    occasion = _occasion(session, meeting, now, room)
    here = {item.topic_id for item in meeting.items if item.topic_id is not None}
    found = []
    for topic in _candidates(session, meeting, occasion.day, set()):
        if topic.id not in here:
            why, facts = in_the_way(topic, occasion, here) or (None, {})
            found.append(Hint(topic, why, facts, is_urgent(topic, occasion)))
    return sorted(found, key=_most_pressing)


def may_leave(item: AgendaItem) -> bool:
    """Tell whether a new draft may take this item off again: no person touched it, nothing came of it."""
    return item.drafted and item.outcome is None


def split(items: Sequence[AgendaItem]) -> tuple[list[AgendaItem], list[AgendaItem], list[AgendaItem]]:
    """Part an agenda in how it opens, what is treated, and how it closes."""
    first, last = 0, len(items)
    while first < last and items[first].kind in OPENING_PART:
        first += 1
    while last > first and items[last - 1].kind in CLOSING_PART:
        last -= 1
    return list(items[:first]), list(items[first:last]), list(items[last:])


def key_of(item: AgendaItem) -> int:
    """Give the number under which drafting knows an item: its topic's, or its own below zero."""
    return item.topic_id if item.topic_id is not None else -item.id


def _most_pressing(hint: Hint) -> tuple[Any, ...]:
    topic = hint.topic
    return hint.why is not None, not hint.urgent, -topic.priority, topic.deadline or date.max, topic.id


def _occasion(session: Session, meeting: Meeting, now: datetime, minutes: int) -> Occasion:
    if meeting.starts_at is not None:
        day = local_day(meeting.starts_at, meeting.time_zone)
    else:
        day = meeting.window_until or local_day(now, meeting.time_zone)
    attendees = session.scalars(select(Attendee).where(Attendee.meeting_id == meeting.id)).all()
    declined = {
        attendee.person_id
        for attendee in attendees
        if attendee.removed_at is not None or current_answer(attendee, meeting) is Answer.DECLINED
    }
    present = {attendee.person_id for attendee in attendees} - declined
    return Occasion(day, frozenset(present), frozenset(declined), minutes, _next_day(session, meeting, day))


def _next_day(session: Session, meeting: Meeting, day: date) -> date | None:
    """Find the first day after this meeting on which the body may meet again."""
    ahead = (Meeting.body_id == meeting.body_id, Meeting.id != meeting.id, Meeting.cancelled_at.is_(None))
    after = meeting.starts_at
    dated = session.scalars(select(Meeting.starts_at).where(*ahead, Meeting.starts_at.is_not(None))).all()
    days = [
        local_day(moment, meeting.time_zone) for moment in dated if moment and (not after or moment > after)
    ]
    window = session.scalar(
        select(func.min(Meeting.window_from)).where(
            *ahead, Meeting.starts_at.is_(None), Meeting.window_from > day
        )
    )
    return min((found for found in [*days, window] if found is not None and found > day), default=None)


def _candidates(
    session: Session, meeting: Meeting, day: date, leaving: AbstractSet[int | None]
) -> list[Candidate]:
    """Read the topics that are free, stand on another agenda, or are `leaving` this one."""
    topics = session.scalars(
        select(Topic)
        .where(Topic.body_id == meeting.body_id, has_state(*FREE, TopicState.PLANNED))
        .options(
            joinedload(Topic.focus_area),
            joinedload(Topic.lead),
            selectinload(Topic.turns),
            selectinload(Topic.needs).joinedload(Need.person),
            selectinload(Topic.guests).joinedload(TopicGuest.person),
            joinedload(Topic.predecessor).selectinload(Topic.turns),
        )
        .order_by(Topic.id)
    ).all()
    holders = _holders(session, meeting, day)
    elsewhere = _planned_elsewhere(session, meeting)
    found = []
    for topic in topics:
        if topic.id in leaving or topic.id in elsewhere or state_of(topic) in FREE:
            found.append(_candidate(topic, holders, elsewhere.get(topic.id)))
    return found


def _candidate(
    topic: Topic, holders: Mapping[str, frozenset[int]], elsewhere: tuple[str, date | None] | None
) -> Candidate:
    predecessor = topic.predecessor
    waits = predecessor is not None and state_of(predecessor) not in LEADS_ON
    meeting, day = elsewhere or ("", None)
    return Candidate(
        id=topic.id,
        title=topic.title,
        minutes=topic.minutes,
        priority=topic.priority,
        treatment=topic.treatment,
        deadline=topic.deadline,
        earliest=topic.earliest,
        focus=topic.focus_area.position if topic.focus_area else LAST_PLACE,
        wanted=_wanted(topic, holders),
        guests={guest.person_id: guest.person.name for guest in topic.guests},
        predecessor_id=topic.predecessor_id if waits else None,
        predecessor=predecessor.title if predecessor is not None and waits else "",
        planned_in=meeting,
        planned_on=day,
        has_lead=topic.lead_id is not None,
    )


def _wanted(topic: Topic, holders: Mapping[str, frozenset[int]]) -> tuple[Wanted, ...]:
    """Name whom a topic cannot do without: its lead, persons, and for a portfolio one who holds it."""
    wanted = [Wanted(topic.lead.name, frozenset({topic.lead.id}))] if topic.lead else []
    for need in topic.needs:
        if need.person is None:
            wanted.append(Wanted(need.portfolio, holders.get(need.portfolio.casefold(), frozenset())))
        elif need.person_id != topic.lead_id:
            wanted.append(Wanted(need.person.name, frozenset({need.person.id})))
    return tuple(wanted)


def holders_of_portfolios(memberships: Sequence[Membership]) -> dict[str, frozenset[int]]:
    """Tell who holds each portfolio; one person may hold several, as in "wonen, ruimte en zorg"."""
    people: defaultdict[str, set[int]] = defaultdict(set)
    for membership in memberships:
        for portfolio in _BETWEEN_PORTFOLIOS.split(membership.portfolio.casefold().strip()):
            if portfolio:
                people[portfolio].add(membership.person_id)
    return {portfolio: frozenset(held) for portfolio, held in people.items()}


def _holders(session: Session, meeting: Meeting, day: date) -> dict[str, frozenset[int]]:
    query = select(Membership).where(
        Membership.body_id == meeting.body_id,
        Membership.since <= day,
        or_(Membership.until.is_(None), Membership.until >= day),
    )
    return holders_of_portfolios(session.scalars(query).all())


def _planned_elsewhere(session: Session, meeting: Meeting) -> dict[int, tuple[str, date | None]]:
    query = (
        select(AgendaItem)
        .join(AgendaItem.meeting)
        .join(AgendaItem.turn)
        .where(Meeting.body_id == meeting.body_id, Meeting.id != meeting.id, Meeting.cancelled_at.is_(None))
        .options(joinedload(AgendaItem.meeting), joinedload(AgendaItem.turn))
    )
    return {
        item.topic_id: (
            item.meeting.title,
            local_day(item.meeting.starts_at, meeting.time_zone) if item.meeting.starts_at else None,
        )
        for item in session.scalars(query)
        if item.topic_id is not None and item.turn is not None and item.turn.result is None
    }


def _standing(item: AgendaItem) -> Candidate:
    topic = item.topic
    area = topic.focus_area if topic is not None else None
    return Candidate(
        id=key_of(item),
        title=item.title,
        minutes=item.minutes,
        treatment=item.treatment,
        focus=area.position if area is not None else LAST_PLACE,
        guests={guest.person_id: guest.person.name for guest in topic.guests} if topic is not None else {},
        predecessor_id=topic.predecessor_id if topic is not None else None,
    )
