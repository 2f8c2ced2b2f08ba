"""The list of topics: what is found of what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.actor import Actor
from agenda.people.model import Body, Membership, Organisation, Person
from agenda.people.queries import on_day
from agenda.topics.asked import GROUPS, Filter
from agenda.topics.model import FocusArea, Topic, TopicState, Treatment, folded
from agenda.topics.sight import visible
from agenda.topics.states import has_state

PAGE = 50
SHOWN_PER_AREA = 12


@dataclass(frozen=True)
class Found:
    """One page of the list, and the sum of all pages."""

    topics: Sequence[Topic]
    total: int
    minutes: int
    page: int
    without_seat: frozenset[int] = frozenset()

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class Area:
    """One focus area with its topics; None gathers those without one."""

    area: FocusArea | None
    topics: Sequence[Topic]
    total: int
    minutes: int


@dataclass
class Choices:
    """What the filters offer: only what would find something."""

    bodies: Sequence[Body] = field(default_factory=list)
    areas: Sequence[FocusArea] = field(default_factory=list)
    leads: Sequence[Person] = field(default_factory=list)
    organisations: Sequence[Organisation] = field(default_factory=list)


def topics_found(session: Session, by: Actor, wanted: Filter, today: date, page: int | None = 1) -> Found:
    """List the topics that are asked, one page of fifty, or all where `page` is None."""
    conditions = _conditions(by, wanted, today)
    total, minutes = session.execute(
        select(func.count(Topic.id), func.coalesce(func.sum(Topic.minutes), 0)).where(*conditions)
    ).one()
    query = _with_names(select(Topic).where(*conditions)).order_by(*_order(wanted.sort))
    if page is not None:
        page = min(max(page, 1), max(1, -(-total // PAGE)))
        query = query.limit(PAGE).offset((page - 1) * PAGE)
    topics = session.scalars(query).all()
    return Found(topics, total, minutes, page or 1, leads_without_seat(session, topics, today))


def by_area(session: Session, by: Actor, wanted: Filter, today: date) -> tuple[list[Area], frozenset[int]]:
    """Group what is asked by focus area: all seven, each with its sum and its first dozen of topics.

    Also gives the topics whose lead has no seat any more.
    """
    conditions = _conditions(by, wanted, today)
    sums = {
        area: (total, minutes)
        for area, total, minutes in session.execute(
            select(Topic.focus_area_id, func.count(Topic.id), func.sum(Topic.minutes))
            .where(*conditions)
            .group_by(Topic.focus_area_id)
        )
    }
    place = func.row_number().over(partition_by=Topic.focus_area_id, order_by=_order(wanted.sort))
    ranked = select(Topic.id, place.label("place")).where(*conditions).subquery()
    query = select(Topic).join(ranked, ranked.c.id == Topic.id).where(ranked.c.place <= SHOWN_PER_AREA)
    topics = session.scalars(_with_names(query).order_by(ranked.c.place)).all()
    grouped: dict[int | None, list[Topic]] = {}
    for topic in topics:
        grouped.setdefault(topic.focus_area_id, []).append(topic)
    areas: list[FocusArea | None] = [*focus_areas(session)]
    if None in sums:
        areas.append(None)
    if wanted.focus:
        areas = [area for area in areas if area is not None and area.id == wanted.focus]
    keys = [(area, area.id if area else None) for area in areas]
    found = [Area(area, grouped.get(key, []), *sums.get(key, (0, 0))) for area, key in keys]
    return found, leads_without_seat(session, topics, today)


def choices(session: Session, by: Actor) -> Choices:
    """Give what the filters of this person's list can offer."""
    mine = _visible(by)
    leads = select(Topic.lead_id).where(*mine).union(select(Topic.official_lead_id).where(*mine))
    submitted = select(Topic.organisation_id).where(*mine)
    visible = by.bodies("see")
    bodies = select(Body).order_by(Body.name)
    if visible is not None:
        bodies = bodies.where(Body.id.in_(visible))
    return Choices(
        bodies=session.scalars(bodies).all(),
        areas=focus_areas(session),
        leads=session.scalars(select(Person).where(Person.id.in_(leads)).order_by(Person.name)).all(),
        organisations=session.scalars(
            select(Organisation).where(Organisation.id.in_(submitted)).order_by(Organisation.name)
        ).all(),
    )


def focus_areas(session: Session) -> Sequence[FocusArea]:
    """List the focus areas in their order."""
    return session.scalars(select(FocusArea).order_by(FocusArea.position)).all()


def topics_by_body(session: Session) -> dict[int, int]:
    """Count the topics of each body."""
    query = select(Topic.body_id, func.count(Topic.id)).group_by(Topic.body_id)
    return {row[0]: row[1] for row in session.execute(query)}


def any_visible(session: Session, by: Actor) -> bool:
    """Tell whether this person can see any topic at all."""
    return session.scalar(select(Topic.id).where(*_visible(by)).limit(1)) is not None


def lead_has_no_seat(today: date) -> ColumnElement[bool]:
    """Keep the topics with a lead, administrative or official, who has no place in their body today."""
    return or_(_without_seat(Topic.lead_id, today), _without_seat(Topic.official_lead_id, today))


def _without_seat(lead: Any, today: date) -> ColumnElement[bool]:
    seat = select(Membership.id).where(
        Membership.body_id == Topic.body_id, Membership.person_id == lead, on_day(today)
    )
    return and_(lead.is_not(None), ~seat.correlate(Topic).exists())


def leads_without_seat(session: Session, topics: Sequence[Topic], today: date) -> frozenset[int]:
    """Name those of these topics that lack a lead with a place in their body today."""
    ids = [topic.id for topic in topics]
    if not ids:
        return frozenset()
    # Not by their numbers: a whole list has more of them than a database takes in one question.
    query = select(Topic.id).where(Topic.id.between(min(ids), max(ids)), lead_has_no_seat(today))
    return frozenset(session.scalars(query)) & frozenset(ids)


def _visible(by: Actor) -> list[ColumnElement[bool]]:
    return [visible(by)]


def _conditions(by: Actor, wanted: Filter, today: date) -> list[ColumnElement[bool]]:
    found = _visible(by)
    states = GROUPS.get(wanted.state) or (TopicState(wanted.state),)
    if len(states) < len(TopicState):
        found.append(has_state(*states))
    for column, key in (
        (Topic.body_id, wanted.body),
        (Topic.focus_area_id, wanted.focus),
        (Topic.organisation_id, wanted.organisation),
    ):
        if key is not None:
            found.append(column == key)
    if wanted.lead:
        found.append(_led(wanted.lead, by, today))
    if wanted.before is not None:
        found.append(Topic.deadline < wanted.before)
    if wanted.treatment:
        found.append(Topic.treatment == Treatment(wanted.treatment))
    if wanted.intensified:
        found.append(Topic.intensified.is_(True))
    found += [Topic.searchable.contains(word, autoescape=True) for word in folded(wanted.q).split()]
    return found


def _led(lead: str, by: Actor, today: date) -> ColumnElement[bool]:
    if lead == "open":
        return Topic.lead_id.is_(None)
    if lead == "ended":
        return lead_has_no_seat(today)
    # Zero is nobody: the product itself leads nothing.
    person_id = (by.person_id or 0) if lead == "mine" else int(lead)
    return or_(Topic.lead_id == person_id, Topic.official_lead_id == person_id)


def _order(sort: str) -> list[ColumnElement[Any]]:
    falling = sort.startswith("-")
    key = sort.removeprefix("-")
    column: Any = {
        "deadline": Topic.deadline,
        "title": func.lower(Topic.title),
        "priority": Topic.priority,
        "minutes": Topic.minutes,
        "newest": Topic.created_at,
    }[key]
    # The newest comes first where the newest are asked.
    ordered = column.desc() if falling != (key == "newest") else column.asc()
    return [ordered.nulls_last(), Topic.priority.desc(), Topic.id.asc()]


def _with_names(query: Select[Topic]) -> Select[Topic]:
    return query.options(
        joinedload(Topic.focus_area),
        joinedload(Topic.organisation),
        joinedload(Topic.lead),
        joinedload(Topic.official_lead),
        joinedload(Topic.body),
        selectinload(Topic.turns),
    )
