"""Lists of meetings: filtered, by quarter, and what is already planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from agenda.core.actor import Actor
from agenda.core.clock import at_local, local_day
from agenda.meetings.model import AgendaItem, Answer, Attendee, Meeting, MeetingState
from agenda.meetings.rules import AHEAD, Quarter, current_answer
from agenda.meetings.states import ends_at_in_sql, state_in_sql
from agenda.people.model import Body, Membership, Organisation
from agenda.people.queries import on_day

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


def visible(by: Actor) -> ColumnElement[bool]:
    """Keep the meetings of bodies that this person may see."""
    bodies = by.bodies("see")
    return Meeting.id.is_not(None) if bodies is None else Meeting.body_id.in_(bodies)


def list_meetings(session: Session, by: Actor, now: datetime, wanted: Filter, page: int = 1) -> Found:
    """Give a page of meetings: windows without a date first, then what is next; the past newest first."""
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


def _chosen(by: Actor, now: datetime, wanted: Filter) -> Select[Meeting]:
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
            on_day(today),
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
            on_day(today),
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


def hosts_for(session: Session, by: Actor) -> Sequence[Organisation]:
    """List the organisations that are host of any meeting this person may see."""
    hosts = select(Meeting.host_id).where(visible(by), Meeting.host_id.is_not(None))
    return session.scalars(
        select(Organisation).where(Organisation.id.in_(hosts)).order_by(Organisation.name)
    ).all()


def waiting_for_work(session: Session, by: Actor, now: datetime) -> Sequence[Meeting]:
    """List the meetings ahead, and those held but not closed, of bodies for which someone works."""
    bodies = (by.bodies("plan") or frozenset()) | (by.bodies("record") or frozenset())
    open_states = [MeetingState.DRAFT, MeetingState.DATED, MeetingState.CONFIRMED, MeetingState.HELD]
    query = (
        select(Meeting)
        .where(Meeting.body_id.in_(bodies), state_in_sql(now).in_([state.value for state in open_states]))
        .options(joinedload(Meeting.body), joinedload(Meeting.host), selectinload(Meeting.items))
        .order_by(Meeting.id)
    )
    return session.scalars(query).all()


def invitations_of(session: Session, by: Actor, now: datetime) -> list[tuple[Meeting, Answer]]:
    """List the confirmed meetings ahead to which someone is invited, with the answer that counts now."""
    query = (
        select(Attendee)
        .join(Attendee.meeting)
        .where(
            Attendee.person_id == by.person_id,
            Attendee.removed_at.is_(None),
            state_in_sql(now) == MeetingState.CONFIRMED.value,
        )
        .options(contains_eager(Attendee.meeting).joinedload(Meeting.body))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [
        (attendee.meeting, current_answer(attendee, attendee.meeting)) for attendee in session.scalars(query)
    ]
