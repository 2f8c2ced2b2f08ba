"""From a person to an actor with the roles of today."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.accounts.rules import By
from agenda.people.model import Membership, Person, Role
from agenda.people.queries import on_day


def actor_for(session: Session, person: Person, today: date) -> By:
    """Give the actor that this person is today: memberships that ended give no role."""
    query = select(Membership.body_id, Membership.role).where(
        Membership.person_id == person.id, on_day(today)
    )
    roles: defaultdict[int, set[Role]] = defaultdict(set)
    for body_id, role in session.execute(query):
        roles[body_id].add(role)
    return By(
        person_id=person.id,
        name=person.name,
        administrator=person.administrator,
        language=person.language,
        roles={body_id: frozenset(held) for body_id, held in roles.items()},
    )
