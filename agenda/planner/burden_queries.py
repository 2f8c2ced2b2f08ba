"""The facts that the burden is reckoned from, in a number of queries that does not grow with the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.actor import Actor
from agenda.core.clock import at_local, local_day
from agenda.dates.day_rules import DayRules, travel
from agenda.dates.model import DateRules, Journey
from agenda.decisions.model import Decision
from agenda.meetings.model import Answer, Attendee, ItemOutcome, Meeting
from agenda.meetings.rules import Quarter, current_answer, ends_at, quarter_of
from agenda.people.model import Body, Role
from agenda.people.queries import attendees_on
from agenda.planner.burden_model import BodyTerm
from agenda.planner.burden_rules import Budget, Held, Seated, Settled
from agenda.topics.model import Topic, Turn, TurnResult

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


def bodies_seen_by(session: Session, by: Actor) -> list[Body]:
    """Give the bodies that one may see, by name."""
    allowed = by.bodies("see")
    query = select(Body).order_by(Body.name)
    if allowed is not None:
        query = query.where(Body.id.in_(allowed))
    return list(session.scalars(query))


def facts_of(session: Session, bodies: Collection[Body], first: date, last: date, now: datetime) -> Facts:
    """Read what these bodies did, and plan to do, between two local days, both included.

    A meeting counts when it has a date and was not cancelled: before it is over as planned. Whoever said
    that they would not come is not counted.
    """
    zones = {body.id: body.time_zone for body in bodies}
    since, until = at_local(first - DAY, time(), "UTC"), at_local(last + 2 * DAY, time(), "UTC")
    meetings = session.scalars(
        select(Meeting)
        .where(
            Meeting.body_id.in_(zones),
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at >= since,
            Meeting.starts_at < until,
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .options(selectinload(Meeting.items), selectinload(Meeting.attendees))
    ).all()
    decisions = _decisions(session, [one.id for one in meetings])
    journeys = {(one.one_id, one.other_id): one.minutes for one in session.scalars(select(Journey))}
    usual = {row.body_id: row.travel_minutes for row in session.scalars(select(DateRules))}
    held = [
        _held(one, decisions[one.id], journeys, usual.get(one.body_id, DayRules().travel_minutes), now)
        for one in meetings
    ]
    return Facts(
        [one for one in held if first <= one.day <= last],
        [one for one in _settled(session, zones, since, until) if first <= one.day <= last],
    )


def budget_left(session: Session, body: Body, quarter: Quarter) -> Budget:
    """Tell how many meetings a body may have in a quarter, and how many it has and has planned."""
    return budgets_of(session, [body], quarter)[body.id]


def budgets_of(session: Session, bodies: Collection[Body], quarter: Quarter) -> dict[int, Budget]:
    """Tell for each body how many meetings it may have in a quarter, and how many it has and has planned.

    A meeting without a date counts in the quarter that its window lies in.
    """
    zones = {body.id: body.time_zone for body in bodies}
    most = {
        term.body_id: term.most_meetings
        for term in session.scalars(select(BodyTerm).where(BodyTerm.body_id.in_(zones)))
    }
    # The edges are those of each body's own days: a day more is read on both sides.
    query = select(Meeting.body_id, Meeting.starts_at).where(
        Meeting.body_id.in_(zones),
        Meeting.cancelled_at.is_(None),
        Meeting.starts_at >= at_local(quarter.first_day - DAY, time(), "UTC"),
        Meeting.starts_at < at_local(quarter.last_day + 2 * DAY, time(), "UTC"),
    )
    used: Counter[int] = Counter()
    for body_id, starts_at in session.execute(query):
        if starts_at is not None:
            used[body_id] += quarter_of(local_day(starts_at, zones[body_id])) == quarter
    # What is planned in the quarter without a date takes of its budget too.
    undated = select(Meeting.body_id).where(
        Meeting.body_id.in_(zones),
        Meeting.cancelled_at.is_(None),
        Meeting.starts_at.is_(None),
        Meeting.window_from >= quarter.first_day,
        Meeting.window_until <= quarter.last_day,
    )
    used.update(session.scalars(undated))
    return {body_id: Budget(most.get(body_id), used[body_id]) for body_id in zones}


def cost_of(session: Session, body: Body, minutes: int, day: date) -> int:
    """Give the person-minutes of a meeting of everyone who is invited to a body's meetings on a day."""
    invited = [one for one in attendees_on(session, body.id, day) if one.role is not Role.READER]
    return minutes * len(invited)


def due_for_review(
    session: Session, bodies: Collection[int] | None, today: date, until: date
) -> list[tuple[Body, BodyTerm | None]]:
    """List the bodies that have not ended whose review or last day comes before a day, first ones first."""
    query = (
        select(Body, BodyTerm)
        .outerjoin(BodyTerm, BodyTerm.body_id == Body.id)
        .where(or_(BodyTerm.review_on <= until, Body.expires_on <= until))
        .where(or_(Body.expires_on.is_(None), Body.expires_on >= today))
    )
    if bodies is not None:
        query = query.where(Body.id.in_(bodies))
    found = [(body, term) for body, term in session.execute(query)]
    return sorted(found, key=lambda pair: first_day(*pair))


def first_day(body: Body, term: BodyTerm | None) -> date:
    """Give the day on which something must be decided about a body: its review, or its last day."""
    days = [body.expires_on, term.review_on if term is not None else None]
    return min(day for day in days if day is not None)


def first_quarter(session: Session, body_id: int, zone: str) -> Quarter | None:
    """Give the quarter of a body's first meeting; None when it has had none."""
    moment = session.scalar(
        select(func.min(Meeting.starts_at)).where(Meeting.body_id == body_id, Meeting.cancelled_at.is_(None))
    )
    return quarter_of(local_day(moment, zone)) if moment is not None else None


def _held(
    meeting: Meeting, decisions: int, journeys: Mapping[tuple[int, int], int], usual: int, now: datetime
) -> Held:
    if meeting.starts_at is None:
        raise ValueError("only dated meetings are counted")
    there = [one for one in meeting.people if current_answer(one, meeting) is not Answer.DECLINED]
    return Held(
        body=meeting.body_id,
        day=local_day(meeting.starts_at, meeting.time_zone),
        minutes=meeting.minutes,
        seated=[_seated(one, meeting.host_id, journeys, usual) for one in there],
        topic_minutes=sum(item.minutes for item in meeting.items if item.topic_id is not None),
        decisions=decisions,
        deferrals=sum(item.outcome is ItemOutcome.DEFERRED for item in meeting.items),
        ahead=ends_at(meeting.starts_at, meeting.minutes) > now,
    )


def _seated(
    attendee: Attendee, host: int | None, journeys: Mapping[tuple[int, int], int], usual: int
) -> Seated:
    there = travel(attendee.organisation_id, host, journeys, usual)
    return Seated(attendee.person_id, attendee.organisation_id, 2 * there)


def _decisions(session: Session, meetings: Sequence[int]) -> Counter[int]:
    query = (
        select(Decision.meeting_id, func.count(Decision.id))
        .where(Decision.meeting_id.in_(meetings))
        .group_by(Decision.meeting_id)
    )
    found: Counter[int] = Counter()
    for meeting, number in session.execute(query):
        found[meeting] = number
    return found


def _settled(session: Session, zones: Mapping[int, str], since: datetime, until: datetime) -> list[Settled]:
    treated = session.scalars(
        select(Turn)
        .join(Turn.topic)
        .where(
            Topic.body_id.in_(zones),
            Turn.result == TurnResult.TREATED,
            Turn.concluded_at >= since,
            Turn.concluded_at < until,
        )
        .options(joinedload(Turn.topic))
        .order_by(Turn.id)
    ).all()
    found = [
        _one(turn.topic, turn.concluded_at, zones, in_writing=False)
        for turn in treated
        if turn.concluded_at is not None
    ]
    written = session.scalars(
        select(Topic).where(
            Topic.body_id.in_(zones),
            Topic.settled_in_writing_at >= since,
            Topic.settled_in_writing_at < until,
        )
    ).all()
    return found + [
        _one(topic, topic.settled_in_writing_at, zones, in_writing=True)
        for topic in written
        if topic.settled_in_writing_at is not None
    ]


def _one(topic: Topic, at: datetime, zones: Mapping[int, str], *, in_writing: bool) -> Settled:
    zone = zones[topic.body_id]
    return Settled(topic.body_id, local_day(topic.created_at, zone), local_day(at, zone), in_writing)
