"""What the screens of this room show: the overview, a person, a body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, func, not_, or_, select, true
from sqlalchemy.orm import Session, joinedload

from agenda.core.actor import Actor
from agenda.core.audit import AuditEntry
from agenda.core.database import get
from agenda.people import rules
from agenda.people.model import Body, Membership, Organisation, Person, Role
from agenda.people.queries import (
    Attendee,
    College,
    attendees_on,
    bodies_for,
    colleges_on,
    count_members,
    held_on,
    on_day,
    organisations,
)

PAGE = 50
MOST_HISTORY = 100
SORTS = {"name": Person.name, "email": Person.email}


@dataclass(frozen=True)
class Filters:
    """What the overview of persons is narrowed to; it lives in the address bar."""

    q: str = ""
    body: int | None = None
    organisation: int | None = None
    role: Role | None = None
    state: str = ""  # "current", "former" or everyone
    sort: str = "name"
    page: int = 1


@dataclass(frozen=True)
class PersonRow:
    """A person in the overview, with the places of today."""

    person: Person
    places: Sequence[Membership]


@dataclass(frozen=True)
class PersonList:
    """One page of persons."""

    rows: Sequence[PersonRow]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class BodyRow:
    """A body in the overview."""

    body: Body
    people: int
    expiry: rules.Expiry


@dataclass(frozen=True)
class CollegeRow:
    """A seat on a body's page, with who sits there."""

    college: College
    people: Sequence[Attendee]


def persons(session: Session, filters: Filters, today: date, by: Actor) -> PersonList:
    """Give one page of the persons that fit, with their places of today."""
    by.must("administer")
    query = _narrowed(select(Person).where(Person.room.is_(False)), filters, today)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(filters.page, 1), pages)
    column = SORTS.get(filters.sort.lstrip("-"), Person.name)
    order = func.lower(column).desc() if filters.sort.startswith("-") else func.lower(column)
    found = session.scalars(query.order_by(order, Person.id).limit(PAGE).offset((page - 1) * PAGE)).all()
    held = held_on(session, today, [person.id for person in found])
    return PersonList([PersonRow(person, held.get(person.id, [])) for person in found], page, pages, total)


def _narrowed(query: Select[Person], filters: Filters, today: date) -> Select[Person]:
    for word in filters.q.lower().split():
        wanted = word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        like = f"%{wanted}%"
        query = query.where(
            or_(func.lower(Person.name).like(like, escape="\\"), Person.email.like(like, escape="\\"))
        )
    place = [on_day(today)]
    if filters.body:
        place.append(Membership.body_id == filters.body)
    if filters.organisation:
        place.append(Membership.organisation_id == filters.organisation)
    if filters.role:
        place.append(Membership.role == filters.role)
    if filters.state == "former":
        return query.where(
            Person.memberships.any(and_(true(), *place[1:])), not_(Person.memberships.any(and_(*place)))
        )
    if filters.state == "current" or len(place) > 1:
        return query.where(Person.memberships.any(and_(*place)))
    return query


def bodies(session: Session, today: date, by: Actor) -> list[BodyRow]:
    """Give every body with its number of people and how near its end is."""
    by.must("administer")
    counts = count_members(session, today)
    return [
        BodyRow(body, counts.get(body.id, 0), rules.expiry(body.expires_on, today))
        for body in bodies_for(session, None)
    ]


def all_organisations(session: Session, by: Actor) -> Sequence[Organisation]:
    """Give every organisation."""
    by.must("administer")
    return organisations(session)


def person_for(session: Session, person_id: int, by: Actor) -> Person:
    """Give a person; NotFound when there is none."""
    by.must("administer")
    return get(session, Person, person_id)


def membership_for(session: Session, membership_id: int, by: Actor) -> Membership:
    """Give a membership; NotFound when there is none."""
    by.must("administer")
    return get(session, Membership, membership_id)


def memberships_of(session: Session, person_id: int) -> Sequence[Membership]:
    """Give every membership a person has or had: what goes on first, then the newest."""
    query = (
        select(Membership)
        .options(joinedload(Membership.body), joinedload(Membership.organisation))
        .where(Membership.person_id == person_id)
        .order_by(Membership.until.is_not(None), Membership.since.desc(), Membership.id)
    )
    return session.scalars(query).all()


def body_for(session: Session, body_id: int, by: Actor) -> Body:
    """Give a body to who may see it; NotFound to everyone else."""
    body = get(session, Body, body_id)
    by.must("see", body)
    return body


def colleges(session: Session, body: Body, today: date) -> tuple[list[CollegeRow], list[Attendee]]:
    """Give the seats of a body with who sits there today, and those who sit there without a seat."""
    people = attendees_on(session, body.id, today)
    rows = [
        CollegeRow(college, [one for one in people if one.organisation.id == college.organisation.id])
        for college in colleges_on(session, body.id, today)
    ]
    seated = {row.college.organisation.id for row in rows}
    return rows, [one for one in people if one.organisation.id not in seated]


def history_of_person(session: Session, person_id: int) -> Sequence[AuditEntry]:
    """Give what happened to a person and to their places, newest first."""
    return _history(
        session, "person", person_id, select(Membership.id).where(Membership.person_id == person_id)
    )


def history_of_body(session: Session, body_id: int) -> Sequence[AuditEntry]:
    """Give what happened to a body and to the places in it, newest first."""
    return _history(session, "body", body_id, select(Membership.id).where(Membership.body_id == body_id))


def _history(session: Session, kind: str, key: int, memberships: Select[int]) -> Sequence[AuditEntry]:
    query = (
        select(AuditEntry)
        .where(
            or_(
                and_(AuditEntry.subject_kind == kind, AuditEntry.subject_id == key),
                and_(AuditEntry.subject_kind == "membership", AuditEntry.subject_id.in_(memberships)),
            )
        )
        .order_by(AuditEntry.id.desc())
        .limit(MOST_HISTORY)
    )
    return session.scalars(query).all()
