"""From what the database holds to what ranking asks: the question, the people, and who cannot be missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.core.clock import local_day
from agenda.dates.body_rules import closures_of, day_rules_of, journeys_of
from agenda.dates.closures import closed_times
from agenda.dates.day_rules import NOTICE, DayRules, eves_of_papers, period, travel, usual_hours
from agenda.dates.holidays_known import public_holidays, school_holidays
from agenda.dates.known import Known, busy_of
from agenda.dates.model import MustAttend
from agenda.dates.question import Holidays, Kind, Need, Participant, Question
from agenda.meetings.model import AgendaItem, Answer, Attendee, Meeting
from agenda.meetings.rules import current_answer
from agenda.people import queries as people
from agenda.people.model import Seat
from agenda.people.rules import holders_of_portfolios, needed, portfolios
from agenda.topics.model import Need as TopicNeed

# How much longer a period is looked at, to see whether a later last day would help.
BEYOND = timedelta(weeks=2)


@dataclass(frozen=True)
class Wanted:
    """What is asked on the screen; what is left open is as the meeting, its agenda and its body have it.

    `must` holds the ids of needs, such as "person:7" and "portfolio:wonen".
    """

    minutes: int | None = None
    first: date | None = None
    last: date | None = None
    must: frozenset[str] | None = None


@dataclass(frozen=True)
class Invited:
    """Someone who is invited, as the screen names them."""

    id: str
    person_id: int
    name: str
    organisation_id: int | None
    organisation: str
    voting: bool
    accepted: bool


@dataclass(frozen=True)
class Needed:
    """Someone, or one of those who hold a portfolio, without whom the meeting may not take place.

    `topics` names what is on the agenda for which they are needed; `saved` tells that the secretary said so.
    """

    need: Need
    topics: tuple[str, ...]
    saved: bool
    asked: bool

    @property
    def can_be_kept(self) -> bool:
        """Tell whether the secretary says so, rather than the agenda alone."""
        return self.saved or not self.topics


@dataclass(frozen=True)
class Case:
    """All that a date is sought with."""

    meeting: Meeting
    question: Question
    participants: tuple[Participant, ...]
    # Everyone who may be asked for; those that are asked for are among the needs.
    needed: tuple[Needed, ...]
    needs: tuple[Need, ...]
    invited: Mapping[str, Invited]
    known: Mapping[int, Known]
    # At what hour the body met last or will meet; None where it never did.
    own_hour: time | None
    # Until which day calendars, holidays and closures were read.
    known_until: date

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.question.zone)


def case_of(session: Session, meeting: Meeting, wanted: Wanted, now: datetime) -> Case:
    """Gather what a date for a meeting depends on; the number of queries does not grow with what there is."""
    first, last = _period(meeting, wanted, now)
    known_until = max(first, last) + BEYOND
    seats = people.seats_of(session, meeting.body_id)
    rules = day_rules_of(session, meeting.body_id)
    invited = _invited(session, meeting, seats)
    known = busy_of(session, [one.person_id for one in invited.values()], first, known_until, meeting.id)
    journeys = journeys_of(session, meeting.host_id)
    all_needed = _needed(session, meeting, wanted, invited, first)
    dated = _dated(session, meeting)
    own_hour = max(dated)[0].astimezone(ZoneInfo(meeting.time_zone)).time() if dated else None
    closures = closures_of(session, meeting.body_id, seats)
    return Case(
        meeting=meeting,
        question=replace(
            _question(meeting, rules, dated, own_hour, now),
            first=first,
            last=last,
            minutes=wanted.minutes or meeting.minutes,
            closed=closed_times(closures, first, known_until, meeting.time_zone),
            public_holidays=public_holidays(first, known_until),
            school_holidays=school_holidays(first, known_until, rules.school_region),
        ),
        participants=tuple(
            Participant(
                one.id,
                known[one.person_id].blocks,
                travel(one.organisation_id, meeting.host_id, journeys, rules.travel_minutes),
            )
            for one in invited.values()
        ),
        needed=all_needed,
        needs=tuple(one.need for one in all_needed if one.asked) + _quorums(invited, seats),
        invited=invited,
        known=known,
        own_hour=own_hour,
        known_until=known_until,
    )


def _period(meeting: Meeting, wanted: Wanted, now: datetime) -> tuple[date, date]:
    today = local_day(now, meeting.time_zone)
    if wanted.first is not None and wanted.last is not None:
        return max(wanted.first, today), wanted.last
    return period(today, meeting.window_from, meeting.window_until)


def _invited(session: Session, meeting: Meeting, seats: Sequence[Seat]) -> dict[str, Invited]:
    """Give everyone who is invited: the colleges in the order of their seats, then the others."""
    order = {seat.organisation_id: seat.position for seat in seats}
    query = (
        select(Attendee)
        .where(Attendee.meeting_id == meeting.id, Attendee.removed_at.is_(None))
        .options(joinedload(Attendee.person), joinedload(Attendee.organisation))
        .order_by(Attendee.id)
    )
    found = [
        Invited(
            id=f"person:{attendee.person_id}",
            person_id=attendee.person_id,
            name=attendee.person.name,
            organisation_id=attendee.organisation_id,
            organisation=attendee.organisation.name if attendee.organisation else "",
            voting=attendee.voting,
            accepted=current_answer(attendee, meeting) is Answer.ACCEPTED,
        )
        for attendee in session.scalars(query)
    ]
    last = len(order)
    return {one.id: one for one in sorted(found, key=lambda one: order.get(one.organisation_id or 0, last))}


def _quorums(invited: Mapping[str, Invited], seats: Iterable[Seat]) -> tuple[Need, ...]:
    """Ask of each college that its quorum can be there."""
    voting: defaultdict[int | None, set[str]] = defaultdict(set)
    for one in invited.values():
        if one.voting:
            voting[one.organisation_id].add(one.id)
    quorums = [
        (
            seat,
            frozenset(voting[seat.organisation_id]),
            needed(len(voting[seat.organisation_id]), seat.quorum),
        )
        for seat in seats
    ]
    return tuple(
        Need(f"quorum:{seat.organisation_id}", college, least, Kind.QUORUM, seat.organisation.name)
        for seat, college, least in quorums
        if college and least
    )


def _needed(
    session: Session, meeting: Meeting, wanted: Wanted, invited: Mapping[str, Invited], day: date
) -> tuple[Needed, ...]:
    """Give who may be asked for: whom the agenda needs first, then everyone else who is invited."""
    saved = {
        f"person:{key}"
        for key in session.scalars(select(MustAttend.person_id).where(MustAttend.meeting_id == meeting.id))
    }
    found: dict[str, Need] = {}
    topics: defaultdict[str, list[str]] = defaultdict(list)
    for title, need in _agenda_needs(session, meeting, invited, day):
        found.setdefault(need.id, need)
        topics[need.id].append(title)
    for one in invited.values():
        found.setdefault(one.id, Need(one.id, frozenset((one.id,)), 1, Kind.REQUIRED, one.name))
    asked = saved | topics.keys() if wanted.must is None else wanted.must
    return tuple(Needed(need, tuple(topics[key]), key in saved, key in asked) for key, need in found.items())


def _agenda_needs(
    session: Session, meeting: Meeting, invited: Mapping[str, Invited], day: date
) -> list[tuple[str, Need]]:
    """Give for each topic on the agenda whom it needs; only of those who are invited can be told."""
    query = (
        select(AgendaItem.title, TopicNeed)
        .join(TopicNeed, TopicNeed.topic_id == AgendaItem.topic_id)
        .where(AgendaItem.meeting_id == meeting.id)
        .order_by(AgendaItem.position, TopicNeed.id)
    )
    rows = session.execute(query).all()
    held = holders_of_portfolios(people.members_on(session, meeting.body_id, day)) if rows else {}
    found = []
    for title, need in rows:
        if need.person_id is not None:
            key, holders = f"person:{need.person_id}", {need.person_id}
        else:
            key = f"portfolio:{need.portfolio.strip().casefold()}"
            holders = {one for name in portfolios(need.portfolio) for one in held.get(name, ())}
        there = frozenset(f"person:{one}" for one in holders) & invited.keys()
        if there:
            name = need.portfolio or invited[key].name
            found.append((title, Need(key, frozenset(there), 1, Kind.REQUIRED, name)))
    return found


def _question(
    meeting: Meeting,
    rules: DayRules,
    dated: Iterable[tuple[datetime, str]],
    own_hour: time | None,
    now: datetime,
) -> Question:
    """Say what is asked of any day, whatever the period."""
    today = local_day(now, meeting.time_zone)
    other_days = [(local_day(at, meeting.time_zone), title) for at, title in dated]
    return Question(
        zone=meeting.time_zone,
        first=today,
        last=today,
        minutes=meeting.minutes,
        hours=rules.hours,
        public=Holidays(rules.public_holidays),
        school=Holidays(rules.school_holidays),
        not_before=now,
        unwanted=eves_of_papers(other_days, meeting.body.papers_days_before),
        prepared_from=today + NOTICE,
        usual_hours=usual_hours(own_hour),
    )


def _dated(session: Session, meeting: Meeting) -> list[tuple[datetime, str]]:
    """Give when the body's other meetings are or were, and their titles."""
    query = select(Meeting.starts_at, Meeting.title).where(
        Meeting.body_id == meeting.body_id,
        Meeting.id != meeting.id,
        Meeting.cancelled_at.is_(None),
        Meeting.starts_at.is_not(None),
    )
    return [(at, title) for at, title in session.execute(query) if at is not None]
