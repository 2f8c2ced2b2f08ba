"""What the meetings' screens show, each with a number of queries that does not grow with the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from agenda.core.actor import Actor
from agenda.core.clock import at_local, local_day
from agenda.core.problems import NotFound
from agenda.meetings.model import AgendaItem, Answer, Attendee, AttendeeRole, Meeting, MeetingState
from agenda.meetings.rules import (
    AHEAD,
    Quarter,
    answered_earlier,
    current_answer,
    ends_at,
    needed_for_quorum,
)
from agenda.meetings.states import ends_at_in_sql, state_in_sql
from agenda.people.model import Body, Membership, Organisation, Person, Seat

PER_PAGE = 50
PERIODS = ("ahead", "past", "all")


@dataclass(frozen=True)
class Filter:
    """Which meetings are asked for; every part is optional."""

    body_id: int | None = None
    host_id: int | None = None
    state: MeetingState | None = None
    period: str = "ahead"
    mine: bool = False


@dataclass(frozen=True)
class Found:
    """One page of meetings, and how many there are in all."""

    meetings: Sequence[Meeting]
    total: int
    page: int
    answered: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


@dataclass(frozen=True)
class Seen:
    """An attendee with the answer that counts now."""

    attendee: Attendee
    answer: Answer
    earlier: bool


@dataclass(frozen=True)
class CollegePresence:
    """What the answers promise for one college."""

    organisation: Organisation
    needed: int
    people: tuple[Seen, ...]

    def voting(self, answer: Answer | None = None) -> int:
        """Count the voting members, or those of them with this answer."""
        return sum(seen.attendee.voting and answer in (None, seen.answer) for seen in self.people)

    @property
    def present(self) -> int:
        return self.voting(Answer.ACCEPTED)

    @property
    def total(self) -> int:
        return self.voting()

    @property
    def met(self) -> bool:
        return self.present >= self.needed

    @property
    def lost(self) -> bool:
        """Whether those who did not decline are too few, whatever is still answered."""
        return self.total - self.voting(Answer.DECLINED) < self.needed


@dataclass(frozen=True)
class Presence:
    """Presence per college, and everyone else who is invited."""

    colleges: tuple[CollegePresence, ...]
    others: tuple[Seen, ...]

    @property
    def everyone(self) -> tuple[Seen, ...]:
        return tuple(seen for college in self.colleges for seen in college.people) + self.others

    @property
    def quorate(self) -> bool:
        """Whether every college has its quorum: nobody decides for another."""
        return bool(self.colleges) and all(college.met for college in self.colleges)

    @property
    def unanswered(self) -> tuple[Seen, ...]:
        return tuple(seen for seen in self.everyone if seen.answer is Answer.NEEDS_ACTION)

    @property
    def earlier(self) -> tuple[Seen, ...]:
        """Those who answered, but to an earlier date or place."""
        return tuple(seen for seen in self.everyone if seen.earlier)

    def count(self, answer: Answer) -> int:
        """Count all who gave this answer."""
        return sum(seen.answer is answer for seen in self.everyone)


@dataclass(frozen=True)
class Clash:
    """Another meeting at the same time, with the people who are asked for both."""

    meeting: Meeting
    people: tuple[Person, ...]


def visible(by: Actor) -> ColumnElement[bool]:
    """Keep the meetings of bodies that this person may see."""
    bodies = by.bodies("see")
    return Meeting.id.is_not(None) if bodies is None else Meeting.body_id.in_(bodies)


def meeting_for(session: Session, meeting_id: int, by: Actor) -> Meeting:
    """Give one meeting with all that its page shows; NotFound when it is not theirs to see."""
    meeting = session.scalars(
        select(Meeting)
        .where(Meeting.id == meeting_id)
        .options(
            joinedload(Meeting.body).selectinload(Body.seats).joinedload(Seat.organisation),
            joinedload(Meeting.host),
            joinedload(Meeting.successor),
            selectinload(Meeting.items).joinedload(AgendaItem.topic),
            selectinload(Meeting.items).joinedload(AgendaItem.lead),
            selectinload(Meeting.items).joinedload(AgendaItem.turn),
            selectinload(Meeting.attendees).joinedload(Attendee.person),
            selectinload(Meeting.attendees).joinedload(Attendee.organisation),
        )
    ).one_or_none()
    if meeting is None:
        raise NotFound("not_found")
    by.must("see", meeting.body)
    return meeting


def list_meetings(session: Session, by: Actor, now: datetime, wanted: Filter, page: int = 1) -> Found:
    """Give a page of meetings: what lies ahead in order, windows without a date first; the past newest first."""
    chosen = _chosen(by, now, wanted)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    page = min(max(1, page), max(1, -(-total // PER_PAGE)))
    if wanted.period == "ahead":
        order: list[Any] = [
            Meeting.starts_at.is_not(None),
            Meeting.window_until,
            Meeting.starts_at,
            Meeting.id,
        ]
    else:
        order = [
            Meeting.starts_at.is_not(None),
            Meeting.window_until.desc(),
            Meeting.starts_at.desc(),
            Meeting.id,
        ]
    query = chosen.options(joinedload(Meeting.body), joinedload(Meeting.host)).order_by(*order)
    meetings = session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return Found(meetings, total, page, answered_counts(session, [meeting.id for meeting in meetings]))


def answered_counts(session: Session, meeting_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Count for each meeting who will come, and who is invited."""
    comes = and_(Attendee.answer == Answer.ACCEPTED, Attendee.answered_revision == Meeting.revision)
    query = (
        select(Attendee.meeting_id, func.count().filter(comes), func.count())
        .join(Meeting, Meeting.id == Attendee.meeting_id)
        .where(Attendee.meeting_id.in_(meeting_ids), Attendee.removed_at.is_(None))
        .group_by(Attendee.meeting_id)
    )
    return {meeting_id: (coming, invited) for meeting_id, coming, invited in session.execute(query)}


def _chosen(by: Actor, now: datetime, wanted: Filter) -> Select[tuple[Meeting]]:
    query = select(Meeting).where(visible(by))
    state = state_in_sql(now)
    if wanted.body_id:
        query = query.where(Meeting.body_id == wanted.body_id)
    if wanted.host_id:
        query = query.where(Meeting.host_id == wanted.host_id)
    if wanted.state:
        query = query.where(state == wanted.state.value)
    if wanted.mine:
        query = query.where(_attended_by(by))
    if wanted.period == "ahead":
        query = query.where(or_(Meeting.starts_at.is_(None), ends_at_in_sql() > now))
    elif wanted.period == "past":
        query = query.where(ends_at_in_sql() <= now)
    return query


def _attended_by(by: Actor) -> ColumnElement[bool]:
    return Meeting.attendees.any((Attendee.person_id == by.person_id) & Attendee.removed_at.is_(None))


def in_quarter(
    session: Session, by: Actor, now: datetime, quarter: Quarter, zone: str, wanted: Filter
) -> list[Meeting]:
    """Give what falls in a quarter: the meetings with a date in it, and windows that touch it."""
    begins = at_local(quarter.first_day, time.min, zone)
    ends = at_local(quarter.last_day + timedelta(days=1), time.min, zone)
    dated = and_(Meeting.starts_at >= begins, Meeting.starts_at < ends)
    waiting = and_(
        Meeting.starts_at.is_(None),
        Meeting.cancelled_at.is_(None),
        Meeting.window_from <= quarter.last_day,
        Meeting.window_until >= quarter.first_day,
    )
    chosen = _chosen(by, now, Filter(wanted.body_id, wanted.host_id, wanted.state, "all", wanted.mine))
    query = chosen.where(or_(dated, waiting)).options(joinedload(Meeting.body), joinedload(Meeting.host))
    return list(session.scalars(query.order_by(Meeting.starts_at, Meeting.window_from, Meeting.id)))


def presence(session: Session, meeting: Meeting) -> Presence:
    """Tell per college who comes, and whether its quorum stands, from the answers that count now."""
    seats = {
        seat.organisation_id: seat
        for seat in session.scalars(
            select(Seat)
            .where(Seat.body_id == meeting.body_id)
            .options(joinedload(Seat.organisation))
            .order_by(Seat.position)
        )
    }
    attendees = session.scalars(
        select(Attendee)
        .where(Attendee.meeting_id == meeting.id, Attendee.removed_at.is_(None))
        .options(joinedload(Attendee.person), joinedload(Attendee.organisation))
        .order_by(Attendee.id)
    )
    people: dict[int, list[Seen]] = {organisation_id: [] for organisation_id in seats}
    others: list[Seen] = []
    for attendee in attendees:
        seen = Seen(attendee, current_answer(attendee, meeting), answered_earlier(attendee, meeting))
        sits = attendee.role in (AttendeeRole.MEMBER, AttendeeRole.CHAIR)
        if sits and attendee.organisation_id in people:
            people[attendee.organisation_id].append(seen)
        else:
            others.append(seen)
    return Presence(
        tuple(_college(seats[key], tuple(found)) for key, found in people.items() if found), tuple(others)
    )


def _college(seat: Seat, people: tuple[Seen, ...]) -> CollegePresence:
    voting = sum(seen.attendee.voting for seen in people)
    return CollegePresence(seat.organisation, needed_for_quorum(seat.quorum, voting), people)


def conflicts(session: Session, meeting: Meeting, starts_at: datetime, minutes: int) -> list[Clash]:
    """Find other meetings at that time that ask the same people, those people with each."""
    ours = select(Attendee.person_id).where(Attendee.meeting_id == meeting.id, Attendee.removed_at.is_(None))
    query = (
        select(Attendee)
        .join(Attendee.meeting)
        .where(
            Meeting.id != meeting.id,
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at < ends_at(starts_at, minutes),
            ends_at_in_sql() > starts_at,
            Attendee.removed_at.is_(None),
            Attendee.person_id.in_(ours),
        )
        .options(contains_eager(Attendee.meeting).joinedload(Meeting.body), joinedload(Attendee.person))
        .order_by(Meeting.starts_at, Meeting.id, Attendee.id)
    )
    found: dict[int, list[Attendee]] = {}
    for attendee in session.scalars(query):
        found.setdefault(attendee.meeting_id, []).append(attendee)
    return [Clash(group[0].meeting, tuple(a.person for a in group)) for group in found.values()]


@dataclass(frozen=True)
class Planned:
    """A meeting ahead that the same people already have, with the minutes its agenda leaves."""

    meeting: Meeting
    room: int


def already_planned(session: Session, by: Actor, body: Body, now: datetime) -> list[Planned]:
    """List the meetings ahead of a body, and of bodies in which most of its members also sit."""
    today = local_day(now, body.time_zone)
    here = _sitting(body.id, today)
    sitting = session.scalar(select(func.count(here.c.person_id.distinct()))) or 0
    shared = (
        select(Membership.body_id)
        .where(
            Membership.person_id.in_(select(here.c.person_id)),
            Membership.voting,
            Membership.since <= today,
            or_(Membership.until.is_(None), Membership.until >= today),
        )
        .group_by(Membership.body_id)
        .having(func.count(Membership.person_id.distinct()) * 2 > sitting)
    )
    used = (
        select(func.coalesce(func.sum(AgendaItem.minutes), 0))
        .where(AgendaItem.meeting_id == Meeting.id)
        .scalar_subquery()
    )
    query = (
        select(Meeting, used)
        .where(
            visible(by),
            or_(Meeting.body_id == body.id, Meeting.body_id.in_(shared)),
            state_in_sql(now).in_([state.value for state in AHEAD]),
            or_(Meeting.starts_at.is_(None), Meeting.starts_at > now),
        )
        .options(joinedload(Meeting.body), joinedload(Meeting.host))
        .order_by(Meeting.starts_at.is_not(None), Meeting.window_from, Meeting.starts_at)
        .limit(20)
    )
    return [Planned(meeting, max(0, meeting.minutes - taken)) for meeting, taken in session.execute(query)]


def _sitting(body_id: int, today: date) -> Any:
    return (
        select(Membership.person_id)
        .where(
            Membership.body_id == body_id,
            Membership.voting,
            Membership.since <= today,
            or_(Membership.until.is_(None), Membership.until >= today),
        )
        .subquery()
    )


def possible_successors(session: Session, meeting: Meeting, now: datetime) -> Sequence[Meeting]:
    """List the other meetings ahead of the same body, any of which can replace this one."""
    query = (
        select(Meeting)
        .where(
            Meeting.body_id == meeting.body_id,
            Meeting.id != meeting.id,
            state_in_sql(now).in_([state.value for state in AHEAD]),
        )
        .options(joinedload(Meeting.host))
        .order_by(Meeting.starts_at.is_not(None), Meeting.window_from, Meeting.starts_at)
    )
    return session.scalars(query).all()


def upcoming_of(session: Session, body: Body, now: datetime, most: int = 5) -> Sequence[Meeting]:
    """List the next meetings of a body."""
    query = (
        select(Meeting)
        .where(Meeting.body_id == body.id, state_in_sql(now).in_([state.value for state in AHEAD]))
        .options(joinedload(Meeting.host))
        .order_by(Meeting.starts_at.is_not(None), Meeting.window_from, Meeting.starts_at)
        .limit(most)
    )
    return session.scalars(query).all()


def appearances(session: Session, topic_id: int) -> Sequence[AgendaItem]:
    """List the agenda items in which a topic stood or stands, newest first."""
    query = (
        select(AgendaItem)
        .where(AgendaItem.topic_id == topic_id)
        .options(joinedload(AgendaItem.meeting).joinedload(Meeting.body))
        .order_by(AgendaItem.id.desc())
    )
    return session.scalars(query).all()


def bodies_for(session: Session, by: Actor, permission: str = "see") -> Sequence[Body]:
    """List the bodies for which someone has a permission, with their seats."""
    mine = by.bodies(permission)
    query = select(Body).options(selectinload(Body.seats).joinedload(Seat.organisation)).order_by(Body.name)
    return session.scalars(query if mine is None else query.where(Body.id.in_(mine))).all()


def hosts_for(session: Session, by: Actor) -> Sequence[Organisation]:
    """List the organisations that are host of any meeting this person may see."""
    hosts = select(Meeting.host_id).where(visible(by), Meeting.host_id.is_not(None))
    return session.scalars(
        select(Organisation).where(Organisation.id.in_(hosts)).order_by(Organisation.name)
    ).all()


def people_to_add(session: Session, meeting: Meeting) -> Sequence[Person]:
    """List everyone who is not invited to this meeting."""
    invited = select(Attendee.person_id).where(
        Attendee.meeting_id == meeting.id, Attendee.removed_at.is_(None)
    )
    return session.scalars(select(Person).where(Person.id.not_in(invited)).order_by(Person.name)).all()
