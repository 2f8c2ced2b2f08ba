"""Who is signed in, where, and who may be chosen in the demonstration."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.accounts import lifetimes, tokens
from agenda.accounts.model import SignIn
from agenda.people.model import Membership, OrganisationKind, Person, Role, Seat
from agenda.people.queries import held_on
from agenda.people.rules import ROLE_ORDER


def signed_in(session: Session, token: str, now: datetime, clock_is_wound: bool) -> SignIn | None:
    """Give the session that this token opens, with its person; None when there is none (any more)."""
    if not tokens.looks_right(token):
        return None
    row = session.scalar(
        select(SignIn)
        .options(joinedload(SignIn.person))
        .where(SignIn.token_hash == tokens.digest(token), SignIn.ended_at.is_(None))
    )
    if row is None or not lifetimes.is_alive(row.began_at, row.seen_at, now, clock_is_wound):
        return None
    return row


def sessions_of(session: Session, person_id: int, now: datetime, clock_is_wound: bool) -> list[SignIn]:
    """List where this person is signed in, last used first."""
    rows = session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    return [row for row in rows if lifetimes.is_alive(row.began_at, row.seen_at, now, clock_is_wound)]


@dataclass(frozen=True)
class DemoPerson:
    """Someone to be in the demonstration."""

    id: int
    name: str
    title: str


@dataclass(frozen=True)
class DemoGroup:
    """Persons under one heading: a code for those around the colleges, or an organisation's own name."""

    code: str
    name: str
    people: Sequence[DemoPerson]


def demo_groups(session: Session, today: date) -> list[DemoGroup]:
    """Group everyone who may sign in by a click: secretaries, clerks, then the colleges, then the rest.

    Organisations come in the order in which the first body has its hosts.
    """
    held = held_on(session, today)
    known = set(session.scalars(select(Membership.person_id).distinct()))
    turn = _first_turns(session)
    grouped: defaultdict[tuple[int, int, str, str], list[tuple[int, int, DemoPerson]]] = defaultdict(list)
    for person in session.scalars(select(Person).where(Person.room.is_(False))):
        memberships = held.get(person.id, [])
        if not memberships and person.id in known:
            continue
        best = max(memberships, key=lambda membership: ROLE_ORDER.index(membership.role), default=None)
        place = turn.get(best.organisation_id, len(turn)) if best else len(turn)
        made = DemoPerson(person.id, person.name, best.title if best else "")
        rank, code, name = _group(person, best)
        grouped[rank, place if name else 0, code, name].append((place, person.id, made))
    return [
        DemoGroup(code, name, [made for *_, made in sorted(people, key=lambda found: found[:2])])
        for (_, _, code, name), people in sorted(grouped.items())
    ]


def _first_turns(session: Session) -> dict[int, int]:
    seats = session.scalars(select(Seat.organisation_id).order_by(Seat.body_id, Seat.position))
    return {key: place for place, key in enumerate(dict.fromkeys(seats))}


def _group(person: Person, best: Membership | None) -> tuple[int, str, str]:
    if person.administrator:
        return 5, "administrator", ""
    if best is None:
        return 4, "guests", ""
    municipal = best.organisation.kind is OrganisationKind.MUNICIPALITY
    if best.role is Role.SECRETARY and municipal:
        return 0, "secretaries", ""
    if best.role is Role.CLERK and municipal:
        return 1, "clerks", ""
    return (2 if municipal else 3), "organisation", best.organisation.name
