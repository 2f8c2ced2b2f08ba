"""What one topic's page, its form and the start page ask of the backlog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from agenda.core.actor import Actor
from agenda.core.problems import NotFound
from agenda.people.model import Membership, Organisation, Person, Role
from agenda.people.queries import members_on, portfolios_in
from agenda.topics.listing import focus_areas, lead_has_no_seat
from agenda.topics.model import FocusArea, Need, Topic, TopicGuest
from agenda.topics.rules import NEAR, RUNNING, UNPLANNED
from agenda.topics.sight import sees, visible
from agenda.topics.states import has_state

Choice = tuple[int, str]


def topic_for(session: Session, topic_id: int, by: Actor) -> Topic:
    """Give one topic with all that stands about it; NotFound when it is not theirs to see."""
    topic = session.scalar(select(Topic).where(Topic.id == topic_id).options(*_everything()))
    if topic is None or not sees(topic, by):
        raise NotFound("not_found")
    return topic


def successors(session: Session, topic: Topic, by: Actor) -> Sequence[Topic]:
    """List the topics that come after this one, as far as this person may know of them."""
    query = (
        select(Topic).where(Topic.predecessor_id == topic.id, visible(by)).options(selectinload(Topic.turns))
    )
    return session.scalars(query.order_by(Topic.id)).all()


def leads_to_reassign(session: Session, by: Actor, today: date) -> Sequence[Topic]:
    """List the running topics that this person may edit and whose lead has left their body."""
    query = select(Topic).where(*_editable(by), has_state(*RUNNING), lead_has_no_seat(today))
    return session.scalars(query.options(joinedload(Topic.lead)).order_by(Topic.id)).all()


def intensified_without_lead(session: Session, by: Actor) -> Sequence[Topic]:
    """List the topics for extra consultation that nobody leads yet."""
    query = select(Topic).where(
        *_editable(by), has_state(*RUNNING), Topic.intensified.is_(True), Topic.lead_id.is_(None)
    )
    return session.scalars(query.order_by(Topic.id)).all()


def pressing(session: Session, by: Actor, today: date) -> Sequence[Topic]:
    """List the topics on no agenda whose deadline has passed or comes within fourteen days."""
    query = select(Topic).where(*_editable(by), has_state(*UNPLANNED), Topic.deadline <= today + NEAR)
    return session.scalars(query.order_by(Topic.deadline, Topic.id)).all()


def led_by(session: Session, person_id: int, by: Actor) -> Sequence[Topic]:
    """List the running topics that someone leads, those of the other's bodies only."""
    query = select(Topic).where(
        or_(Topic.lead_id == person_id, Topic.official_lead_id == person_id), has_state(*RUNNING), visible(by)
    )
    query = query.options(selectinload(Topic.turns), joinedload(Topic.body))
    return session.scalars(query.order_by(Topic.deadline.asc().nulls_last(), Topic.id)).all()


def _editable(by: Actor) -> list[ColumnElement[bool]]:
    bodies = by.bodies("edit_topics")
    return [] if bodies is None else [Topic.body_id.in_(bodies)]


def _everything() -> list[ExecutableOption]:
    return [
        joinedload(Topic.body),
        joinedload(Topic.focus_area),
        joinedload(Topic.organisation),
        joinedload(Topic.lead),
        joinedload(Topic.official_lead),
        joinedload(Topic.predecessor).selectinload(Topic.turns),
        selectinload(Topic.turns),
        selectinload(Topic.needs).joinedload(Need.person),
        selectinload(Topic.guests).joinedload(TopicGuest.person),
        selectinload(Topic.links),
    ]


@dataclass(frozen=True)
class Offer:
    """What the edit form lets a person choose from, today's members and what stands there now."""

    areas: Sequence[FocusArea]
    organisations: Sequence[Organisation]
    leads: Sequence[Choice]
    official_leads: Sequence[Choice]
    people: Sequence[Choice]
    portfolios: Sequence[str]
    guests: Sequence[Choice]
    predecessors: Sequence[Choice]


def offer_for(
    session: Session, body_id: int, topic: Topic | None, organisations: frozenset[int] | None, today: date
) -> Offer:
    """Gather the choices for a topic of this body; `organisations` limits who may submit, None does not."""
    members = members_on(session, body_id, today)
    needed = [need for need in topic.needs if need.person] if topic else []
    return Offer(
        areas=focus_areas(session),
        organisations=_organisations(session, organisations),
        leads=lead_choices(members, topic.lead if topic else None),
        official_leads=_named([each for each in members if each.role is not Role.MEMBER], _one(topic)),
        people=_named(members, [need.person for need in needed if need.person]),
        portfolios=_portfolios(session, body_id, topic, today),
        guests=_guests(session, members, topic),
        predecessors=_predecessors(session, body_id, topic),
    )


def lead_choices(members: Sequence[Membership], present: Person | None) -> list[Choice]:
    """Name who may lead a topic: today's members, and who leads it now."""
    seated = [each for each in members if each.role is Role.MEMBER]
    return _named(seated, [present] if present else [])


def _one(topic: Topic | None) -> list[Person]:
    return [topic.official_lead] if topic and topic.official_lead else []


def _named(members: Sequence[Membership], present: Sequence[Person]) -> list[Choice]:
    people = {each.person_id: each.person.name for each in members}
    people |= {person.id: person.name for person in present}
    return sorted(people.items(), key=lambda found: found[1])


def _organisations(session: Session, limit: frozenset[int] | None) -> Sequence[Organisation]:
    query = select(Organisation).order_by(Organisation.name)
    if limit is not None:
        query = query.where(Organisation.id.in_(limit))
    return session.scalars(query).all()


def _portfolios(session: Session, body_id: int, topic: Topic | None, today: date) -> list[str]:
    present = {need.portfolio for need in topic.needs if need.person_id is None} if topic else set()
    return sorted({*portfolios_in(session, body_id, today), *present})


def _guests(session: Session, members: Sequence[Membership], topic: Topic | None) -> list[Choice]:
    """Name who may be asked as a guest: whoever is not a member anyway."""
    seated = {each.person_id for each in members}
    present = {guest.person_id for guest in topic.guests} if topic else set()
    people = session.execute(select(Person.id, Person.name).order_by(Person.name, Person.id))
    return [(key, name) for key, name in people if key not in seated or key in present]


def _predecessors(session: Session, body_id: int, topic: Topic | None) -> list[Choice]:
    present = topic.predecessor_id if topic else None
    query = select(Topic.id, Topic.title).where(
        Topic.body_id == body_id, or_(has_state(*RUNNING), Topic.id == present)
    )
    if topic is not None:
        query = query.where(Topic.id != topic.id)
    found = session.execute(query.order_by(Topic.title, Topic.id))
    return [(key, title) for key, title in found]
