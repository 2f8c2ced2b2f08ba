"""Keep organisations, bodies, persons and memberships: one verb a function, for administrators only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.database import get
from agenda.core.problems import Conflict, Invalid
from agenda.people import facts, rules
from agenda.people.addresses import checked_address
from agenda.people.facts import BodyFacts, MembershipFacts, OrganisationFacts, PersonFacts, SeatFacts
from agenda.people.model import Body, Membership, Organisation, Person, Seat
from agenda.people.queries import person_by_email


def create_organisation(
    session: Session, wanted: OrganisationFacts, by: Actor, now: datetime
) -> Organisation:
    """Add a municipality, province or partner; Conflict when its name or TOOI id is taken."""
    by.must("administer")
    _name_is_free(session, Organisation, wanted.name, None)
    _tooi_is_free(session, wanted.tooi_id, None)
    row = Organisation(kind=wanted.kind, name=wanted.name, tooi_id=wanted.tooi_id or None, venue=wanted.venue)
    _add(session, row, "name_taken", "name")
    _give_room(session, row, wanted.room)
    audit.record(session, by, now, "created", ("organisation", row.id), {}, facts.of_organisation(row))
    return row


def edit_organisation(
    session: Session,
    organisation_id: int,
    wanted: OrganisationFacts,
    version: int | None,
    by: Actor,
    now: datetime,
) -> Organisation:
    """Change an organisation; Changed when someone else did so in between."""
    by.must("administer")
    row = get(session, Organisation, organisation_id)
    row.expect(version)
    _name_is_free(session, Organisation, wanted.name, row.id)
    _tooi_is_free(session, wanted.tooi_id, row.id)
    before = facts.of_organisation(row)
    row.kind, row.name, row.tooi_id, row.venue = (
        wanted.kind,
        wanted.name,
        wanted.tooi_id or None,
        wanted.venue,
    )
    _flush(session, "name_taken", "name")
    _give_room(session, row, wanted.room)
    _note(session, by, now, ("organisation", row.id), before, facts.of_organisation(row))
    return row


def _give_room(session: Session, row: Organisation, address: str) -> None:
    """Let the hall of an organisation be booked at this address, or no longer; it is named as its venue."""
    if not address:
        row.room = None
        return
    email = checked_address(address)
    if row.room is None or row.room.email != email:
        known = person_by_email(session, email)
        if known is not None and not known.room:
            raise Conflict("email_taken", field="room")
        row.room = known or Person(name=row.name, email=email, language="nl", room=True)
    row.room.name = row.venue or row.name
    _flush(session, "email_taken", "room")


def create_body(session: Session, wanted: BodyFacts, by: Actor, now: datetime) -> Body:
    """Add a standing consultation with its seats; Conflict when its name is taken."""
    by.must("administer")
    _name_is_free(session, Body, wanted.name, None)
    row = Body(
        name=wanted.name,
        purpose=wanted.purpose,
        usual_minutes=wanted.usual_minutes,
        papers_days_before=wanted.papers_days_before,
        expires_on=wanted.expires_on,
        organiser=wanted.organiser,
        list_attendees=wanted.list_attendees,
    )
    _add(session, row, "name_taken", "name")
    _seat(session, row, wanted.seats)
    _flush(session, "name_taken", "name")
    audit.record(session, by, now, "created", ("body", row.id), {}, facts.of_body(row))
    return row


def edit_body(
    session: Session, body_id: int, wanted: BodyFacts, version: int | None, by: Actor, now: datetime
) -> Body:
    """Change a body, its seats and the order of its hosts; Changed when someone else did so in between."""
    by.must("administer")
    row = get(session, Body, body_id)
    row.expect(version)
    _name_is_free(session, Body, wanted.name, row.id)
    before = facts.of_body(row)
    row.name, row.purpose, row.expires_on = wanted.name, wanted.purpose, wanted.expires_on
    row.usual_minutes, row.papers_days_before = wanted.usual_minutes, wanted.papers_days_before
    row.organiser, row.list_attendees = wanted.organiser, wanted.list_attendees
    _seat(session, row, wanted.seats)
    # A change of seats alone is a change of the body too: its version must rise.
    flag_modified(row, "name")
    _flush(session, "name_taken", "name")
    _note(session, by, now, ("body", row.id), before, facts.of_body(row))
    return row


def create_person(session: Session, wanted: PersonFacts, by: Actor, now: datetime) -> Person:
    """Add a person; Invalid for an address no letter can reach, Conflict for one that is taken."""
    by.must("administer")
    email = checked_address(wanted.email)
    _email_is_free(session, email, None)
    row = Person(name=wanted.name, email=email, language=wanted.language, administrator=wanted.administrator)
    _add(session, row, "email_taken", "email")
    audit.record(session, by, now, "created", ("person", row.id), {}, facts.of_person(row))
    return row


def edit_person(
    session: Session, person_id: int, wanted: PersonFacts, version: int | None, by: Actor, now: datetime
) -> Person:
    """Change a person; the last administrator stays one, or nobody could undo it."""
    by.must("administer")
    row = _there(session, person_id)
    row.expect(version)
    email = checked_address(wanted.email)
    _email_is_free(session, email, row.id)
    if row.administrator and not wanted.administrator and not _other_administrator(session, row.id):
        raise Conflict("last_administrator", field="administrator")
    before = facts.of_person(row)
    if email != row.email:
        # Letters to the old address failed; that says nothing of the new one.
        row.undeliverable_since = None
    row.name, row.email = wanted.name, email
    row.language, row.administrator = wanted.language, wanted.administrator
    _flush(session, "email_taken", "email")
    _note(session, by, now, ("person", row.id), before, facts.of_person(row))
    return row


def _there(session: Session, person_id: int) -> Person:
    """Give a person who was not erased: what is left of one is a role in the history."""
    person = get(session, Person, person_id)
    if person.erased_at is not None:
        raise Conflict("person_erased")
    return person


def make_administrator(
    session: Session, email: str, name: str | None, by: Actor, now: datetime
) -> tuple[Person, bool]:
    """Make the person with this address an administrator; True where the person is new.

    Without a name someone new is called by the address, and someone known keeps theirs.
    """
    by.must("administer")
    email = checked_address(email)
    known = person_by_email(session, email)
    if known is None:
        return create_person(session, PersonFacts(name or email, email, administrator=True), by, now), True
    wanted = PersonFacts(name or known.name, known.email, known.language, administrator=True)
    return edit_person(session, known.id, wanted, None, by, now), False


def add_membership(
    session: Session, person_id: int, wanted: MembershipFacts, by: Actor, now: datetime
) -> Membership:
    """Give a person a place in a body; Conflict when they have that very place in that time."""
    by.must("administer")
    row = Membership()
    _place(session, row, _there(session, person_id), wanted)
    session.add(row)
    session.flush()
    audit.record(session, by, now, "membership_added", ("membership", row.id), {}, facts.of_membership(row))
    return row


def edit_membership(
    session: Session,
    membership_id: int,
    wanted: MembershipFacts,
    version: int | None,
    by: Actor,
    now: datetime,
) -> Membership:
    """Correct a membership; Changed when someone else did so in between."""
    by.must("administer")
    row = get(session, Membership, membership_id)
    row.expect(version)
    before = facts.of_membership(row)
    _place(session, row, row.person, wanted)
    session.flush()
    _note(session, by, now, ("membership", row.id), before, facts.of_membership(row), "membership_edited")
    return row


def end_membership(
    session: Session, membership_id: int, last_day: date, version: int | None, by: Actor, now: datetime
) -> Membership:
    """Let a membership end after this day; what was done in it stays in the history."""
    by.must("administer")
    row = get(session, Membership, membership_id)
    row.expect(version)
    if last_day < row.since:
        raise Invalid("ends_before_it_begins", field="until")
    before = {"until": row.until}
    row.until = last_day
    session.flush()
    _note(session, by, now, ("membership", row.id), before, {"until": row.until}, "membership_ended")
    return row


def _place(session: Session, row: Membership, person: Person, wanted: MembershipFacts) -> None:
    if wanted.until is not None and wanted.until < wanted.since:
        raise Invalid("ends_before_it_begins", field="until")
    _is_not_held(session, row, person, wanted)
    body, organisation = (
        get(session, Body, wanted.body_id),
        get(session, Organisation, wanted.organisation_id),
    )
    row.person, row.body, row.organisation = person, body, organisation
    row.role, row.title, row.portfolio = wanted.role, wanted.title, wanted.portfolio
    row.voting, row.since, row.until = wanted.voting, wanted.since, wanted.until


def _is_not_held(session: Session, row: Membership, person: Person, wanted: MembershipFacts) -> None:
    query = select(Membership).where(
        Membership.person_id == person.id,
        Membership.body_id == wanted.body_id,
        Membership.organisation_id == wanted.organisation_id,
        Membership.role == wanted.role,
    )
    for other in session.scalars(query):
        if other is not row and rules.overlaps(wanted.since, wanted.until, other.since, other.until):
            raise Conflict("membership_overlaps", field="since")


def _seat(session: Session, body: Body, wanted: tuple[SeatFacts, ...]) -> None:
    present = {seat.organisation_id: seat for seat in body.seats}
    kept = []
    for position, seat in enumerate(wanted):
        row = present.get(seat.organisation_id)
        if row is None:
            row = Seat(organisation=get(session, Organisation, seat.organisation_id))
        row.position, row.quorum = position, seat.quorum
        kept.append(row)
    body.seats = kept


def _note(
    session: Session,
    by: Actor,
    now: datetime,
    subject: tuple[str, int],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    verb: str = "edited",
) -> None:
    if before != after:
        audit.record(session, by, now, verb, subject, before, after)


def _add(session: Session, row: Organisation | Body | Person, code: str, field: str) -> None:
    session.add(row)
    _flush(session, code, field)


def _flush(session: Session, code: str, field: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        # Someone else took the name or the address between our look and our write.
        raise Conflict(code, field=field) from error


def _name_is_free(session: Session, kind: type[Organisation | Body], name: str, own: int | None) -> None:
    other = session.scalar(select(kind.id).where(kind.name == name, kind.id != (own or 0)))
    if other is not None:
        raise Conflict("name_taken", field="name")


def _tooi_is_free(session: Session, tooi_id: str | None, own: int | None) -> None:
    if not tooi_id:
        return
    query = select(Organisation.id).where(Organisation.tooi_id == tooi_id, Organisation.id != (own or 0))
    if session.scalar(query) is not None:
        raise Conflict("tooi_taken", field="tooi_id")


def _email_is_free(session: Session, email: str, own: int | None) -> None:
    if session.scalar(select(Person.id).where(Person.email == email, Person.id != (own or 0))) is not None:
        raise Conflict("email_taken", field="email")


def _other_administrator(session: Session, own: int) -> bool:
    return session.scalar(select(Person.id).where(Person.administrator, Person.id != own)) is not None
