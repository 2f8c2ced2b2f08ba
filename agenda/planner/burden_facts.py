"""The facts that the burden is reckoned from, in a number of queries that does not grow with the rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from agenda.core.clock import at_local, local_day
from agenda.dates.day_rules import DayRules, travel
from agenda.dates.model import DateRules, Journey
from agenda.decisions.model import Decision
from agenda.meetings.model import AgendaItem, Answer, Attendee, AttendeeRole, ItemOutcome, Meeting
from agenda.meetings.rules import Quarter, ends_at, quarter_of
from agenda.meetings.table_model import Presence
from agenda.people.model import Body
from agenda.planner.burden_rules import Held, Seated, Settled
from agenda.topics.model import Topic, TopicState, Turn, TurnResult
from agenda.topics.states import has_state

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Facts:
    """Everything that was, and will be, in a period."""

    held: Sequence[Held]
    settled: Sequence[Settled]

    def within(self, quarter: Quarter, body_id: int | None = None) -> Facts:
        """Give those of one quarter, and of one body where that is given."""
        first, last = quarter.first_day, quarter.last_day
        return Facts(
            [one for one in self.held if first <= one.day <= last and body_id in (None, one.body)],
            [one for one in self.settled if first <= one.day <= last and body_id in (None, one.body)],
        )


def facts_of(session: Session, bodies: Collection[Body], first: date, last: date, now: datetime) -> Facts:
    """Read what these bodies did, and plan to do, between two local days, both included.

    A meeting counts when it has a date and was not cancelled: before it is over as planned. Where presence
    was noted at the table, who was there counts; else whoever did not say that they would not come. A topic
    counts once, on the day of its final outcome.
    """
    zones = {body.id: body.time_zone for body in bodies}
    held = _held(session, Meeting.body_id.in_(zones), _comes(), first, last, now)
    return Facts(held, [one for one in _settled(session, zones, first, last) if first <= one.day <= last])


def meetings_of_person(
    session: Session, person_id: int, first: date, last: date, now: datetime
) -> list[Held]:
    """Read the meetings of one person between two local days, of whatever body, with nobody else in them."""
    theirs = and_(Attendee.person_id == person_id, _comes())
    return _held(session, _attended_by(person_id), theirs, first, last, now)


def time_of_person(session: Session, person_id: int, quarter: Quarter, zone: str) -> tuple[int, int]:
    """Count a person's meetings in a quarter and their minutes, travel not included, in one query."""
    query = select(func.count(), func.coalesce(func.sum(Meeting.minutes), 0)).where(
        Meeting.cancelled_at.is_(None),
        Meeting.starts_at >= at_local(quarter.first_day, time(), zone),
        Meeting.starts_at < at_local(quarter.last_day + DAY, time(), zone),
        _attended_by(person_id),
    )
    meetings, minutes = session.execute(query).one()
    return meetings, minutes


def first_quarter(session: Session, body_id: int, zone: str) -> Quarter | None:
    """Give the quarter of a body's first meeting; None when it has had none."""
    return _earliest(session, Meeting.body_id == body_id, zone)


def first_quarter_of_person(session: Session, person_id: int, zone: str) -> Quarter | None:
    """Give the quarter of a person's first meeting; None when there has been none."""
    return _earliest(session, _attended_by(person_id), zone)


def _earliest(session: Session, which: ColumnElement[bool], zone: str) -> Quarter | None:
    query = select(func.min(Meeting.starts_at)).where(which, Meeting.cancelled_at.is_(None))
    moment = session.scalar(query)
    return quarter_of(local_day(moment, zone)) if moment is not None else None


def _attended_by(person_id: int) -> ColumnElement[bool]:
    seat, theirs = aliased(Attendee), aliased(Meeting)
    attended = (
        select(seat.meeting_id)
        .join(theirs, theirs.id == seat.meeting_id)
        .where(seat.person_id == person_id, _comes(seat, theirs))
    )
    return Meeting.id.in_(attended)


def _comes(seat: type[Attendee] = Attendee, meeting: type[Meeting] = Meeting) -> ColumnElement[bool]:
    """Keep who was there where that was noted, else who did not decline the meeting as it is now.

    Whoever is no longer invited, and the hall, are left out.
    """
    # The same rule as meetings.rules.current_answer.
    stays_away = and_(seat.answer == Answer.DECLINED, seat.answered_revision == meeting.revision)
    # Each row names its meeting and its attendee, and both have an index.
    noted = exists().where(Presence.meeting_id == seat.meeting_id)
    was_there = exists().where(Presence.attendee_id == seat.id)
    return and_(
        seat.removed_at.is_(None),
        seat.role != AttendeeRole.ROOM,
        or_(was_there, and_(~noted, or_(seat.answered_revision.is_(None), ~stays_away))),
    )


def _held(
    session: Session,
    which: ColumnElement[bool],
    who: ColumnElement[bool],
    first: date,
    last: date,
    now: datetime,
) -> list[Held]:
    """Read meetings between two local days, with those of their people who are asked for."""
    # The edges are those of each meeting's own days: a day more is read on both sides.
    asked = and_(
        which,
        Meeting.cancelled_at.is_(None),
        Meeting.starts_at >= at_local(first - DAY, time(), "UTC"),
        Meeting.starts_at < at_local(last + 2 * DAY, time(), "UTC"),
    )
    seats = _seats(session, asked, who)
    agendas, decisions = _agendas(session, asked), _decisions(session, asked)
    found = []
    columns = (Meeting.id, Meeting.body_id, Meeting.starts_at, Meeting.time_zone, Meeting.minutes)
    for row in session.execute(select(*columns).where(asked).order_by(Meeting.starts_at, Meeting.id)):
        day = local_day(row.starts_at, row.time_zone)
        if first <= day <= last:
            topic_minutes, deferrals = agendas.get(row.id, (0, 0))
            held = Held(
                body=row.body_id,
                day=day,
                minutes=row.minutes,
                seated=seats[row.id],
                topic_minutes=topic_minutes,
                decisions=decisions[row.id],
                deferrals=deferrals,
                ahead=ends_at(row.starts_at, row.minutes) > now,
            )
            found.append(held)
    return found


def _seats(
    session: Session, asked: ColumnElement[bool], who: ColumnElement[bool]
) -> defaultdict[int, list[Seated]]:
    journeys = {(one.one_id, one.other_id): one.minutes for one in session.scalars(select(Journey))}
    usual = {row.body_id: row.travel_minutes for row in session.scalars(select(DateRules))}
    otherwise = DayRules().travel_minutes

    @cache
    def there(home: int | None, host: int | None, body: int) -> int:
        return travel(home, host, journeys, usual.get(body, otherwise))

    query = (
        select(Meeting.id, Attendee.person_id, Attendee.organisation_id, Meeting.host_id, Meeting.body_id)
        .join(Attendee, Attendee.meeting_id == Meeting.id)
        .where(asked, who)
        .order_by(Attendee.id)
    )
    found: defaultdict[int, list[Seated]] = defaultdict(list)
    for meeting, person, home, host, body in session.execute(query):
        found[meeting].append(Seated(person, home, 2 * there(home, host, body)))
    return found


def _agendas(session: Session, asked: ColumnElement[bool]) -> dict[int, tuple[int, int]]:
    """Give for each meeting the minutes of its topics, and how many of its items were deferred."""
    of_topics = func.sum(case((AgendaItem.topic_id.is_not(None), AgendaItem.minutes), else_=0))
    deferred = func.count().filter(AgendaItem.outcome == ItemOutcome.DEFERRED)
    query = (
        select(AgendaItem.meeting_id, of_topics, deferred)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(asked)
        .group_by(AgendaItem.meeting_id)
    )
    return {meeting: (minutes, number) for meeting, minutes, number in session.execute(query)}


def _decisions(session: Session, asked: ColumnElement[bool]) -> Counter[int]:
    query = (
        select(Decision.meeting_id, func.count(Decision.id))
        .join(Meeting, Meeting.id == Decision.meeting_id)
        .where(asked)
        .group_by(Decision.meeting_id)
    )
    found: Counter[int] = Counter()
    for meeting, number in session.execute(query):
        found[meeting] = number
    return found


def _settled(session: Session, zones: Mapping[int, str], first: date, last: date) -> list[Settled]:
    """Give each topic that was dealt with about these days once, with the moment of its final outcome."""
    since, until = at_local(first - DAY, time(), "UTC"), at_local(last + 2 * DAY, time(), "UTC")
    later = aliased(Turn)
    came_back = exists().where(
        later.topic_id == Turn.topic_id,
        later.id > Turn.id,
        or_(later.result.is_(None), later.result != TurnResult.RELEASED),
    )
    treated = (
        select(Topic.body_id, Topic.created_at, Turn.concluded_at)
        .join(Turn, Turn.topic_id == Topic.id)
        .where(Turn.result == TurnResult.TREATED, ~came_back, has_state(TopicState.TREATED))
        .where(Topic.body_id.in_(zones), Turn.concluded_at >= since, Turn.concluded_at < until)
        .order_by(Topic.id)
    )
    moment = Topic.settled_in_writing_at
    written = (
        select(Topic.body_id, Topic.created_at, moment)
        .where(Topic.body_id.in_(zones), moment >= since, moment < until)
        .where(has_state(TopicState.SETTLED_IN_WRITING))
        .order_by(Topic.id)
    )
    return [
        Settled(body, local_day(submitted, zones[body]), local_day(at, zones[body]), in_writing)
        for in_writing, query in ((False, treated), (True, written))
        for body, submitted, at in session.execute(query)
        if at is not None
    ]
