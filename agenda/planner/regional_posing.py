"""From what the database holds of a regional day to the problem that the solver is asked."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.clock import at_local
from agenda.dates.body_rules import closures_of, day_rules_of, journeys_of
from agenda.dates.closures import closed_times
from agenda.dates.day_rules import travel
from agenda.dates.known import Known, busy_of
from agenda.dates.model import MustAttend
from agenda.dates.starts import minute_after, minute_before
from agenda.meetings.model import AgendaItem, Attendee, AttendeeRole, Meeting
from agenda.meetings.rules import AHEAD, state_of
from agenda.people.model import Body, Seat
from agenda.planner.regional_model import RegionalDay
from agenda.planner.solving.regional_problem import DayMeeting, DayPerson, DayProblem, Room, Stretch
from agenda.topics.model import Need as TopicNeed

STEP = 15


@dataclass(frozen=True)
class Guest:
    """Someone who is invited to one of the meetings, as the screens name them."""

    person_id: int
    name: str
    organisation_id: int | None
    organisation: str
    # Cannot be missed, unless the secretary says otherwise.
    needed: bool
    has_calendar: bool


@dataclass(frozen=True)
class PosedDay:
    """The problem, and what stands behind its ids.

    A meeting's id is its number, a person's that of the person, a room's its place in the list. `gone` counts
    meetings that were chosen and cannot move any more. `journeys` gives the minutes of travel to the host of
    each meeting as it is planned now, by meeting and person.
    """

    problem: DayProblem
    meetings: Mapping[str, Meeting]
    people: Mapping[str, Guest]
    gone: int
    journeys: Mapping[tuple[str, str], int]

    @property
    def rests_on(self) -> str:
        """Name everything that the answer rests on: another name when any of it differs."""
        told = [repr(_in_order(self.problem)), [(key, one.version) for key, one in self.meetings.items()]]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def pose_day(session: Session, day: RegionalDay, now: datetime) -> PosedDay:
    """Put together what a regional day asks: its meetings, who is invited, and when they can be there."""
    chosen = [int(number) for number in day.meetings]
    meetings = movable(session, chosen, now)
    seats = _seats(session, {one.body_id for one in meetings})
    coming = {one.id: _coming(one) for one in meetings}
    must = _must(session, [one.id for one in meetings])
    everyone = {who.person_id: who for one in meetings for who in coming[one.id]}
    known = busy_of(session, list(everyone), day.day, day.day, but_meetings=chosen)
    guests = {
        str(key): _guest(who, known[key], _is_needed(key, meetings, coming, must))
        for key, who in everyone.items()
    }
    usual = max((day_rules_of(session, body).travel_minutes for body in seats), default=0)
    closed = {body: _closed(session, body, seats[body], day) for body in seats}
    problem = DayProblem(
        opens=minute_of(day, day.opens),
        closes=minute_of(day, day.closes),
        rooms=tuple(Room(str(number), seats_in) for number, (_name, seats_in) in enumerate(day.rooms)),
        meetings=tuple(
            _meeting(day, one, coming[one.id], must[one.id], closed[one.body_id]) for one in meetings
        ),
        people=_people(session, day, guests, known, meetings, coming, usual),
        step=STEP,
        pause=_pause(day),
        change_over=day.change_over,
    )
    journeys = _journeys_now(session, meetings, coming, usual)
    by_number = {str(one.id): one for one in meetings}
    problem = _without_gone(problem)
    return PosedDay(problem, by_number, guests, len(chosen) - len(meetings), journeys)


def movable(session: Session, numbers: Collection[int], now: datetime) -> list[Meeting]:
    """Give those of these meetings that are ahead and whose agenda is not final, earliest first."""
    found = session.scalars(
        select(Meeting)
        .where(Meeting.id.in_(numbers), Meeting.agenda_final_at.is_(None))
        .order_by(Meeting.starts_at.is_(None), Meeting.starts_at, Meeting.id)
        .options(
            joinedload(Meeting.body),
            joinedload(Meeting.host),
            selectinload(Meeting.attendees).joinedload(Attendee.person),
            selectinload(Meeting.attendees).joinedload(Attendee.organisation),
        )
    ).all()
    return [one for one in found if state_of(one, now) in AHEAD and not _has_begun(one, now)]


def minute_of(day: RegionalDay, hour: time) -> int:
    """Give the minute since 1970 at which it is this hour there on that day."""
    return minute_before(at_local(day.day, hour, day.time_zone))


def _has_begun(meeting: Meeting, now: datetime) -> bool:
    return meeting.starts_at is not None and meeting.starts_at <= now


def _pause(day: RegionalDay) -> Stretch | None:
    if day.pause_begins is None or day.pause_ends is None:
        return None
    return minute_of(day, day.pause_begins), minute_of(day, day.pause_ends)


def _coming(meeting: Meeting) -> list[Attendee]:
    """Give who is asked for: not a hall, and not who lets somebody else come."""
    there = [one for one in meeting.attendees if one.removed_at is None and one.role is not AttendeeRole.ROOM]
    replaced = {one.substitute_for_id for one in there}
    return [one for one in there if one.id not in replaced]


def _must(session: Session, meetings: Sequence[int]) -> Mapping[int, set[int]]:
    """Give for each meeting whom the secretary or a topic on its agenda cannot do without."""
    said = select(MustAttend.meeting_id, MustAttend.person_id).where(MustAttend.meeting_id.in_(meetings))
    asked = (
        select(AgendaItem.meeting_id, TopicNeed.person_id)
        .join(TopicNeed, TopicNeed.topic_id == AgendaItem.topic_id)
        .where(AgendaItem.meeting_id.in_(meetings), TopicNeed.person_id.is_not(None))
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for query in (said, asked):
        for meeting, person in session.execute(query):
            if person is not None:
                found[meeting].add(person)
    return found


def _votes(attendee: Attendee) -> bool:
    return attendee.voting or (attendee.substitute_for is not None and attendee.substitute_for.voting)


def _is_needed(
    person: int,
    meetings: Iterable[Meeting],
    coming: Mapping[int, Sequence[Attendee]],
    must: Mapping[int, set[int]],
) -> bool:
    return any(
        who.person_id == person and (_votes(who) or person in must[one.id])
        for one in meetings
        for who in coming[one.id]
    )


def _guest(who: Attendee, known: Known, needed: bool) -> Guest:
    organisation = who.organisation.name if who.organisation else ""
    return Guest(
        who.person_id, who.person.name, who.organisation_id, organisation, needed, known.has_calendar
    )


def _meeting(
    day: RegionalDay,
    meeting: Meeting,
    coming: Sequence[Attendee],
    must: set[int],
    closed: tuple[Stretch, ...],
) -> DayMeeting:
    said = day.meetings[str(meeting.id)]
    may_miss = {key for key, one in day.people.items() if one.get("may_miss")}
    required = {str(who.person_id) for who in coming if _votes(who) or who.person_id in must} - may_miss
    fixed = said.get("fixed")
    after = str(said["after"]) if said.get("after") else None
    return DayMeeting(
        id=str(meeting.id),
        body=str(meeting.body_id),
        minutes=meeting.minutes,
        required=frozenset(required),
        optional=frozenset({str(who.person_id) for who in coming} - required),
        fixed=minute_of(day, time.fromisoformat(fixed)) if fixed else None,
        after=frozenset({after} if after in day.meetings else ()),
        closed=closed,
    )


def _without_gone(problem: DayProblem) -> DayProblem:
    """Let nothing wait for a meeting that cannot move any more."""
    known = frozenset(one.id for one in problem.meetings)
    return replace(problem, meetings=tuple(replace(one, after=one.after & known) for one in problem.meetings))


def _closed(session: Session, body_id: int, seats: Sequence[Seat], day: RegionalDay) -> tuple[Stretch, ...]:
    """Give when a body cannot meet that day: its own closures and those of its members."""
    closures = closures_of(session, body_id, seats)
    return tuple(
        (minute_before(one.starts_at), minute_after(one.ends_at))
        for one in closed_times(closures, day.day, day.day, day.time_zone)
    )


def _people(
    session: Session,
    day: RegionalDay,
    guests: Mapping[str, Guest],
    known: Mapping[int, Known],
    meetings: Iterable[Meeting],
    coming: Mapping[int, Sequence[Attendee]],
    usual: int,
) -> tuple[DayPerson, ...]:
    journeys = journeys_of(session, day.host_id)
    own = _own_times(meetings, coming)
    return tuple(
        DayPerson(
            id=key,
            begins=_hour(day, key, "begins"),
            ends=_hour(day, key, "ends"),
            busy=_busy(known[guest.person_id], own[guest.person_id], day),
            travel=travel(guest.organisation_id, day.host_id, journeys, usual),
            comes_anyway=bool(day.people.get(key, {}).get("comes_anyway")),
        )
        for key, guest in guests.items()
    )


def _hour(day: RegionalDay, person: str, which: str) -> int | None:
    said = day.people.get(person, {}).get(which)
    return minute_of(day, time.fromisoformat(said)) if said else None


def _own_times(
    meetings: Iterable[Meeting], coming: Mapping[int, Sequence[Attendee]]
) -> Mapping[int, list[Stretch]]:
    """Give for each person when the chosen meetings are now: a calendar says that they are busy then."""
    found: defaultdict[int, list[Stretch]] = defaultdict(list)
    for one in meetings:
        if one.starts_at is not None and one.confirmed_at is not None:
            begin = minute_before(one.starts_at)
            for who in coming[one.id]:
                found[who.person_id].append((begin, begin + one.minutes))
    return found


def _busy(known: Known, own: Iterable[Stretch], day: RegionalDay) -> tuple[Stretch, ...]:
    """Give when someone is busy on or around that day, but for the meetings that are moved."""
    low, high = minute_of(day, time()) - 12 * 60, minute_of(day, time()) + 36 * 60
    left: list[Stretch] = [(int(a), int(b)) for a, b in known.blocks if a < high and b > low]
    for begin, end in own:
        left = [
            part
            for since, until in left
            for part in ((since, min(until, begin)), (max(since, end), until))
            if part[0] < part[1]
        ]
    return tuple(sorted(set(left)))


def _journeys_now(
    session: Session, meetings: Sequence[Meeting], coming: Mapping[int, Sequence[Attendee]], usual: int
) -> dict[tuple[str, str], int]:
    journeys = {host: journeys_of(session, host) for host in {one.host_id for one in meetings}}
    return {
        (str(one.id), str(who.person_id)): travel(
            who.organisation_id, one.host_id, journeys[one.host_id], usual
        )
        for one in meetings
        for who in coming[one.id]
    }


def _seats(session: Session, bodies: Collection[int]) -> dict[int, list[Seat]]:
    found = session.scalars(
        select(Body)
        .where(Body.id.in_(bodies))
        .options(selectinload(Body.seats).joinedload(Seat.organisation))
    )
    return {body.id: list(body.seats) for body in found}


def _in_order(value: Any) -> Any:
    """Write a problem in one way only: sets in order."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_in_order(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return [_in_order(getattr(value, name)) for name in value.__dataclass_fields__]
    return value
