"""What drafting needs to know of a meeting and of the open topics of its body."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from agenda.core.clock import local_day
from agenda.meetings.candidates import LAST_PLACE, Candidate, Draft, Occasion, Wanted, Why
from agenda.meetings.drafting import draft, in_the_way, is_urgent
from agenda.meetings.model import AgendaItem, Answer, Attendee, Beside, ItemKind, Meeting
from agenda.meetings.rules import current_answer
from agenda.people.model import Person
from agenda.people.queries import members_on
from agenda.people.rules import holders_of_portfolios
from agenda.topics.model import FocusArea, Need, Topic, TopicGuest, TopicState, Turn
from agenda.topics.rules import RUNNING, UNPLANNED
from agenda.topics.states import has_state, state_expression

LEADS_ON = frozenset(
    {TopicState.TREATED, TopicState.SETTLED_IN_WRITING, TopicState.WITHDRAWN, TopicState.MERGED}
)
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
    kept = [as_candidate(item) for item in split(stays)[1]]
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
    while first < last and _opens(items[first]):
        first += 1
    while last > first and _closes(items[last - 1]):
        last -= 1
    return list(items[:first]), list(items[first:last]), list(items[last:])


def _opens(item: AgendaItem) -> bool:
    return item.beside is Beside.BEFORE or (item.beside is None and item.kind in OPENING_PART)


def _closes(item: AgendaItem) -> bool:
    return item.beside is Beside.AFTER or (item.beside is None and item.kind in CLOSING_PART)


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
    return candidates_of(session, meeting.body_id, day, leaving, _planned_elsewhere(session, meeting))


def candidates_of(
    session: Session,
    body_id: int,
    day: date,
    leaving: AbstractSet[int | None],
    elsewhere: Mapping[int, tuple[str, date | None]],
) -> list[Candidate]:
    """Read a body's topics that are free, `leaving` an agenda, or `elsewhere` on one, with its title and day.

    There may be thousands: columns are read, not rows, in a number of queries that stays the same.
    """
    wanted = (Topic.body_id == body_id, has_state(*RUNNING))
    holders = holders_of_portfolios(members_on(session, body_id, day))
    needs = _wanted(session, wanted, holders)
    guests = _guests(session, wanted)
    done = set(session.scalars(select(Topic.id).where(_leads_somewhere(), has_state(*LEADS_ON))))
    before = aliased(Topic)
    query = (
        select(
            Topic.id,
            Topic.title,
            Topic.minutes,
            Topic.priority,
            Topic.treatment,
            Topic.deadline,
            Topic.earliest,
            Topic.lead_id,
            Topic.predecessor_id,
            state_expression().label("state"),
            FocusArea.position,
            Person.name.label("lead_name"),
            before.title.label("predecessor_title"),
        )
        .select_from(Topic)
        .outerjoin(FocusArea, FocusArea.id == Topic.focus_area_id)
        .outerjoin(Person, Person.id == Topic.lead_id)
        .outerjoin(before, before.id == Topic.predecessor_id)
        .where(*wanted)
        .order_by(Topic.id)
    )
    # What an earlier meeting treats has been treated by the day of this one.
    done |= {topic_id for topic_id, (_title, on) in elsewhere.items() if on is not None and on < day}
    return [
        _candidate(row, needs, guests, done, elsewhere)
        for row in session.execute(query)
        if row.state in UNPLANNED or row.id in leaving or row.id in elsewhere
    ]


def _candidate(
    row: Any,
    needs: Mapping[int, Sequence[Wanted]],
    guests: Mapping[int, Mapping[int, str]],
    done: AbstractSet[int],
    elsewhere: Mapping[int, tuple[str, date | None]],
) -> Candidate:
    waits = row.predecessor_id is not None and row.predecessor_id not in done
    lead = (Wanted(row.lead_name, frozenset({row.lead_id})),) if row.lead_id is not None else ()
    meeting, day = elsewhere.get(row.id, ("", None))
    return Candidate(
        id=row.id,
        title=row.title,
        minutes=row.minutes,
        priority=row.priority,
        treatment=row.treatment,
        deadline=row.deadline,
        earliest=row.earliest,
        focus=row.position if row.position is not None else LAST_PLACE,
        wanted=(*lead, *(wanted for wanted in needs.get(row.id, ()) if wanted not in lead)),
        guests=guests.get(row.id, {}),
        predecessor_id=row.predecessor_id if waits else None,
        predecessor=row.predecessor_title if waits else "",
        planned_in=meeting,
        planned_on=day,
        has_lead=row.lead_id is not None,
    )


def _leads_somewhere() -> ColumnElement[bool]:
    later = aliased(Topic)
    return Topic.id.in_(select(later.predecessor_id))


def _wanted(
    session: Session, wanted: Sequence[ColumnElement[bool]], holders: Mapping[str, frozenset[int]]
) -> dict[int, list[Wanted]]:
    """Name whom each topic cannot do without: persons, and for a portfolio anyone who holds it."""
    query = (
        select(Need.topic_id, Need.person_id, Need.portfolio, Person.name)
        .join(Topic, Topic.id == Need.topic_id)
        .outerjoin(Person, Person.id == Need.person_id)
        .where(*wanted)
        .order_by(Need.id)
    )
    found: defaultdict[int, list[Wanted]] = defaultdict(list)
    for topic_id, person_id, portfolio, name in session.execute(query):
        if person_id is None:
            found[topic_id].append(Wanted(portfolio, holders.get(portfolio.strip().casefold(), frozenset())))
        else:
            found[topic_id].append(Wanted(name, frozenset({person_id})))
    return found


def _guests(session: Session, wanted: Sequence[ColumnElement[bool]]) -> dict[int, dict[int, str]]:
    query = (
        select(TopicGuest.topic_id, Person.id, Person.name)
        .join(Topic, Topic.id == TopicGuest.topic_id)
        .join(Person, Person.id == TopicGuest.person_id)
        .where(*wanted)
        .order_by(TopicGuest.id)
    )
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for topic_id, person_id, name in session.execute(query):
        found[topic_id][person_id] = name
    return found


def _planned_elsewhere(session: Session, meeting: Meeting) -> dict[int, tuple[str, date | None]]:
    query = (
        select(AgendaItem.topic_id, Meeting.title, Meeting.starts_at)
        .join(AgendaItem.meeting)
        .join(AgendaItem.turn)
        .where(
            Meeting.body_id == meeting.body_id,
            Meeting.id != meeting.id,
            Meeting.cancelled_at.is_(None),
            Turn.result.is_(None),
        )
    )
    return {
        topic_id: (title, local_day(starts_at, meeting.time_zone) if starts_at else None)
        for topic_id, title, starts_at in session.execute(query)
        if topic_id is not None
    }


def as_candidate(item: AgendaItem) -> Candidate:
    """Give what ordering must know of an item that stands on the agenda."""
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
