"""Whether a topic may be changed by someone, and whether what it points to is there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from agenda.core.actor import Actor, System
from agenda.core.problems import Invalid
from agenda.people.model import Membership, Organisation, Person, Role
from agenda.people.queries import on_day
from agenda.topics.model import FocusArea, Topic
from agenda.topics.rules import Particulars, is_own, makes_circle


def seats_of(session: Session, body_id: int, by: Actor, today: date) -> frozenset[int]:
    """Give the organisations for which this person sits in a body today."""
    query = select(Membership.organisation_id).where(
        Membership.body_id == body_id, Membership.person_id == by.person_id, on_day(today)
    )
    return frozenset(session.scalars(query))


def may_edit(topic: Topic, by: Actor) -> bool:
    """Tell whether this person may change a topic: the secretariat any, a member their own (rules.is_own)."""
    if topic.merged_into_id is not None:
        return False
    if by.may("edit_topics", topic.body):
        return True
    return by.may("submit_topic", topic.body) and is_own(topic, by.person_id)


def refuse_strangers(session: Session, topic: Topic, given: Particulars, by: Actor, today: date) -> None:
    """Raise Invalid when something a topic points to does not exist, or has no place in its body.

    Who was named before may stay: a lead who left is flagged, not removed by an edit of something else.
    """
    refuse_strange_lead(session, topic, given, by, today)
    _must_exist(session, FocusArea.id, [given.focus_area_id], "focus_area_id")
    _must_exist(session, Organisation.id, [given.organisation_id], "organisation_id")
    _must_exist(session, Person.id, [given.official_lead_id], "official_lead_id")
    _must_exist(session, Person.id, given.needed_people, "needed_people")
    _must_exist(session, Person.id, given.guests, "guests")
    if not isinstance(by, System):
        known = {need.person_id for need in topic.needs} | {topic.official_lead_id, None}
        asked = {given.official_lead_id, *given.needed_people} - known
        strangers = asked - _sitting(session, topic.body.id, asked, today)
        if given.official_lead_id in strangers:
            raise Invalid("lead_not_in_body", field="official_lead_id")
        if strangers:
            raise Invalid("needed_not_in_body", field="needed_people")
    _refuse_predecessor(session, topic, given.predecessor_id)


def refuse_strange_lead(session: Session, topic: Topic, given: Particulars, by: Actor, today: date) -> None:
    """Raise Invalid unless the lead is a member of the body today, or was the lead already."""
    _must_exist(session, Person.id, [given.lead_id], "lead_id")
    if given.lead_id in (None, topic.lead_id) or isinstance(by, System):
        return
    if not _sitting(session, topic.body.id, [given.lead_id], today, Role.MEMBER):
        raise Invalid("lead_not_in_body", field="lead_id")


def _must_exist(
    session: Session, column: InstrumentedAttribute[int], keys: Collection[int | None], field: str
) -> None:
    wanted = {key for key in keys if key is not None}
    if wanted and len(set(session.scalars(select(column).where(column.in_(wanted))))) < len(wanted):
        raise Invalid("choice_is_gone", field=field)


def _sitting(
    session: Session, body_id: int, people: Collection[int | None], today: date, role: Role | None = None
) -> set[int]:
    query = select(Membership.person_id).where(
        Membership.body_id == body_id, Membership.person_id.in_(people), on_day(today)
    )
    if role is not None:
        query = query.where(Membership.role == role)
    return set(session.scalars(query)) if people else set()


def _refuse_predecessor(session: Session, topic: Topic, predecessor_id: int | None) -> None:
    if predecessor_id is None or predecessor_id == topic.predecessor_id:
        return
    query = select(Topic.id, Topic.predecessor_id).where(Topic.body_id == topic.body.id)
    before = {row.id: row.predecessor_id for row in session.execute(query)}
    if predecessor_id not in before:
        raise Invalid("choice_is_gone", field="predecessor_id")
    if topic.id and makes_circle(before, topic.id, predecessor_id):
        raise Invalid("predecessor_makes_circle", field="predecessor_id")
