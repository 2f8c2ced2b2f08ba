"""What is filled in about an organisation, a body, a person or a membership."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from agenda.people.model import Body, Membership, Organisation, OrganisationKind, Person, Role


@dataclass(frozen=True)
class OrganisationFacts:
    """An organisation as filled in."""

    kind: OrganisationKind
    name: str
    tooi_id: str | None = None
    venue: str = ""
    # Where its hall is booked by invitation; "" where it is not.
    room: str = ""


@dataclass(frozen=True)
class SeatFacts:
    """A member organisation's seat; the order of the seats is the order of the hosts."""

    organisation_id: int
    quorum: int | None = None


@dataclass(frozen=True)
class BodyFacts:
    """A body as filled in."""

    name: str
    purpose: str = ""
    usual_minutes: int = 120
    papers_days_before: int = 7
    expires_on: date | None = None
    seats: tuple[SeatFacts, ...] = ()
    organiser: str = ""
    list_attendees: bool = False


@dataclass(frozen=True)
class PersonFacts:
    """A person as filled in."""

    name: str
    email: str
    language: str = "nl"
    administrator: bool = False


@dataclass(frozen=True)
class MembershipFacts:
    """A membership as filled in."""

    body_id: int
    organisation_id: int
    role: Role
    since: date
    until: date | None = None
    title: str = ""
    portfolio: str = ""
    voting: bool = False


def of_organisation(row: Organisation) -> dict[str, Any]:
    """Tell what the history keeps of an organisation."""
    return {
        "kind": row.kind,
        "name": row.name,
        "tooi_id": row.tooi_id,
        "venue": row.venue,
        "room": row.room.email if row.room else None,
    }


def of_body(row: Body) -> dict[str, Any]:
    """Tell what the history keeps of a body."""
    return {
        "name": row.name,
        "purpose": row.purpose,
        "usual_minutes": row.usual_minutes,
        "papers_days_before": row.papers_days_before,
        "expires_on": row.expires_on,
        "organiser": row.organiser,
        "list_attendees": row.list_attendees,
        "seats": [seat_text(seat.organisation.name, seat.quorum) for seat in row.seats],
    }


def seat_text(name: str, quorum: int | None) -> str:
    """Write a seat as the history shows it: the name, with the quorum where one is set."""
    return name if quorum is None else f"{name} ({quorum})"


def of_person(row: Person) -> dict[str, Any]:
    """Tell what the history keeps of a person."""
    return {
        "name": row.name,
        "email": row.email,
        "language": row.language,
        "administrator": row.administrator,
    }


def of_membership(row: Membership) -> dict[str, Any]:
    """Tell what the history keeps of a membership."""
    return {
        "person": row.person.name,
        "body": row.body.name,
        "organisation": row.organisation.name,
        "role": row.role,
        "title": row.title,
        "portfolio": row.portfolio,
        "voting": row.voting,
        "since": row.since,
        "until": row.until,
    }
