"""Who sits where on a day, for every room above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.people import rules
from agenda.people.model import Body, Membership, Organisation, Person, Role, Seat


class Attendee(NamedTuple):
    """One person in a body on a day, whatever number of roles they hold."""

    person: Person
    organisation: Organisation
    role: Role
    voting: bool
    title: str


@dataclass(frozen=True)
class College:
    """One organisation's seat in a body on a day, with what it takes to be in number."""

    organisation: Organisation
    position: int
    voting_members: int
    needed: int
    explicit: int | None


def on_day(day: date) -> ColumnElement[bool]:
    """Keep the memberships that hold on a day."""
    return and_(Membership.since <= day, or_(Membership.until.is_(None), Membership.until >= day))


def members_on(session: Session, body_id: int, day: date) -> Sequence[Membership]:
    """List the memberships of a body that hold on a day, with person and organisation."""
    query = (
        select(Membership)
        .options(joinedload(Membership.person), joinedload(Membership.organisation))
        .where(Membership.body_id == body_id, on_day(day))
        .order_by(Membership.organisation_id, Membership.id)
    )
    return session.scalars(query).all()


def attendees_on(session: Session, body_id: int, day: date) -> list[Attendee]:
    """List who belongs to a body on a day, each person once.

    The highest role gives organisation and title: member over secretary over clerk over reader.
    Someone votes who votes in any role.
    """
    held: defaultdict[int, list[Membership]] = defaultdict(list)
    for membership in members_on(session, body_id, day):
        held[membership.person_id].append(membership)
    return [_merged(memberships) for memberships in held.values()]


def _merged(memberships: list[Membership]) -> Attendee:
    first = max(memberships, key=lambda membership: rules.ROLE_ORDER.index(membership.role))
    return Attendee(
        person=first.person,
        organisation=first.organisation,
        role=first.role,
        voting=any(membership.voting for membership in memberships),
        title=first.title,
    )


def held_on(
    session: Session, day: date, people: Collection[int] | None = None
) -> dict[int, list[Membership]]:
    """Give the memberships of these persons on a day, or of everyone where None, by person."""
    query = (
        select(Membership)
        .options(joinedload(Membership.organisation), joinedload(Membership.body))
        .where(on_day(day))
        .order_by(Membership.id)
    )
    if people is not None:
        query = query.where(Membership.person_id.in_(people))
    held: defaultdict[int, list[Membership]] = defaultdict(list)
    for membership in session.scalars(query):
        held[membership.person_id].append(membership)
    return dict(held)


def portfolios_in(session: Session, body_id: int, day: date) -> list[str]:
    """List every portfolio held in a body on a day, for a choice."""
    return sorted(rules.holders_of_portfolios(members_on(session, body_id, day)))


def seats_of(session: Session, body_id: int) -> Sequence[Seat]:
    """List a body's seats in the order in which they are host."""
    query = (
        select(Seat)
        .options(joinedload(Seat.organisation))
        .where(Seat.body_id == body_id)
        .order_by(Seat.position)
    )
    return session.scalars(query).all()


def colleges_on(session: Session, body_id: int, day: date) -> list[College]:
    """List a body's seats with the number of voting members and the quorum on a day."""
    voting: defaultdict[int, set[int]] = defaultdict(set)
    for membership in members_on(session, body_id, day):
        if membership.voting:
            voting[membership.organisation_id].add(membership.person_id)
    return [
        College(
            organisation=seat.organisation,
            position=seat.position,
            voting_members=len(voting[seat.organisation_id]),
            needed=rules.needed(len(voting[seat.organisation_id]), seat.quorum),
            explicit=seat.quorum,
        )
        for seat in seats_of(session, body_id)
    ]


def next_host(session: Session, body: Body, after: Organisation | None = None) -> Organisation | None:
    """Give the organisation whose turn to be host it is after another; the first when nobody was yet."""
    hosts = {seat.organisation_id: seat.organisation for seat in seats_of(session, body.id)}
    found = rules.next_in_turn(list(hosts), after.id if after else None)
    return None if found is None else hosts[found]


def bodies_for(session: Session, ids: frozenset[int] | None) -> Sequence[Body]:
    """List bodies by name, with their seats; those with these numbers, or all where None."""
    query = select(Body).options(selectinload(Body.seats).joinedload(Seat.organisation)).order_by(Body.name)
    if ids is not None:
        query = query.where(Body.id.in_(ids))
    return session.scalars(query).all()


def organisations(session: Session) -> Sequence[Organisation]:
    """List every organisation, municipalities first."""
    order = {"municipality": 0, "province": 1, "partner": 2}
    found = session.scalars(select(Organisation)).all()
    return sorted(found, key=lambda row: (order[row.kind.value], row.name))


def person_by_email(session: Session, email: str) -> Person | None:
    """Find the person with this address, if there is one."""
    return session.scalar(select(Person).where(Person.email == rules.same_address(email)))


def count_members(session: Session, day: date) -> dict[int, int]:
    """Count the persons in each body on a day."""
    query = (
        select(Membership.body_id, func.count(Membership.person_id.distinct()))
        .where(on_day(day))
        .group_by(Membership.body_id)
    )
    return {body_id: int(number) for body_id, number in session.execute(query)}
