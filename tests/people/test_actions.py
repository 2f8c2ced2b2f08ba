"""Keeping people and bodies, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.accounts.rules import By
from agenda.core import audit
from agenda.core.actor import System
from agenda.core.audit import AuditEntry, history
from agenda.core.problems import Changed, Conflict, Forbidden, Invalid, NotFound, Problem
from agenda.core.runtime import Runtime
from agenda.people import actions
from agenda.people.facts import BodyFacts, MembershipFacts, OrganisationFacts, PersonFacts, SeatFacts
from agenda.people.model import Body, Membership, OrganisationKind, Person, Role
from agenda.people.queries import attendees_on, colleges_on, members_on, next_host
from tests.world import START, TODAY, World


def admin(world: World, session: Session) -> By:
    return world.by(session, "administrator")


def membership_of(world: World, session: Session, who: str) -> Membership:
    return session.scalars(select(Membership).where(Membership.person_id == world.people[who])).one()


def place(world: World, **changed: object) -> MembershipFacts:
    facts = {
        "body_id": world.body_id,
        "organisation_id": world.organisations["Leiden"],
        "role": Role.CLERK,
        "since": TODAY,
    }
    return MembershipFacts(**(facts | changed))


def test_a_person_is_kept_with_the_address_in_small_letters_and_a_line_of_history(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        by = admin(world, session)
        made = actions.create_person(session, PersonFacts("Griffier", " Griffier@Leiden.Example "), by, START)
        assert made.email == "griffier@leiden.example"
        (entry,) = history(session, "person", made.id)
        assert (entry.verb, entry.actor_name) == ("created", "administrator")
        assert entry.after["email"] == "griffier@leiden.example"


@pytest.mark.parametrize(
    "email",
    [
        "",
        "x",
        "x@",
        "@x.nl",
        "a b@x.nl",
        "a@localhost",
        "a@x.nl, b@x.nl",
        "Jan <a@x.nl>",
        "a@x.nl\nBcc: b@x.nl",
        "é@x.nl",
    ],
)
def test_an_address_no_letter_can_reach_is_refused(runtime: Runtime, world: World, email: str) -> None:
    with runtime.work() as session, pytest.raises(Invalid, match="email_wrong"):
        actions.create_person(session, PersonFacts("X", email), admin(world, session), START)


def test_two_people_can_not_have_one_address(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by, clerk = admin(world, session), world.person(session, "clerk")
        with pytest.raises(Conflict, match="email_taken"):
            actions.create_person(session, PersonFacts("X", "CLERK@leidseregio.example"), by, START)
        with pytest.raises(Conflict, match="email_taken"):
            actions.edit_person(
                session, clerk.id, PersonFacts("X", "reader@leidseregio.example"), clerk.version, by, START
            )


def test_the_last_administrator_stays_one(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by, me = admin(world, session), world.person(session, "administrator")
        plain = PersonFacts(me.name, me.email)
        with pytest.raises(Conflict, match="last_administrator"):
            actions.edit_person(session, me.id, plain, me.version, by, START)
        world.person(session, "clerk").administrator = True
        session.flush()
        actions.edit_person(session, me.id, plain, me.version, by, START)
        assert not me.administrator


def test_a_new_address_is_given_a_new_chance(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by, clerk = admin(world, session), world.person(session, "clerk")
        clerk.undeliverable_since = START
        session.flush()
        actions.edit_person(session, clerk.id, PersonFacts("X", clerk.email), clerk.version, by, START)
        assert clerk.undeliverable_since == START
        actions.edit_person(session, clerk.id, PersonFacts("X", "new@x.example"), clerk.version, by, START)
        assert clerk.undeliverable_since is None


def test_of_two_who_edit_the_same_the_second_is_told_and_nothing_is_overwritten(
    runtime: Runtime, world: World
) -> None:
    with runtime.read() as session:
        seen = world.person(session, "clerk").version
    key = world.people["clerk"]
    with runtime.work() as session:
        first = PersonFacts("Eerste", "clerk@leidseregio.example")
        actions.edit_person(session, key, first, seen, admin(world, session), START)
    with pytest.raises(Changed), runtime.work() as session:
        second = PersonFacts("Tweede", "clerk@leidseregio.example")
        actions.edit_person(session, key, second, seen, admin(world, session), START)
    with runtime.read() as session:
        assert world.person(session, "clerk").name == "Eerste"


def test_changing_only_the_seats_of_a_body_raises_its_version(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by, body = admin(world, session), world.body(session)
        seen = body.version
        seats = tuple(SeatFacts(seat.organisation_id, 2) for seat in reversed(body.seats))
        same = BodyFacts(body.name, body.purpose, body.usual_minutes, 7, body.expires_on, seats)
        actions.edit_body(session, body.id, same, seen, by, START)
        assert body.version > seen
        with pytest.raises(Changed):
            actions.edit_body(session, body.id, same, seen, by, START)
    with runtime.read() as session:
        body = world.body(session)
        assert body.seats[0].organisation.name == "Zoeterwoude"
        assert {seat.quorum for seat in body.seats} == {2}
        (entry,) = history(session, "body", body.id)
        assert entry.before["seats"][0] == "Leiden"
        assert entry.after["seats"][0] == "Zoeterwoude (2)"


def test_a_seat_can_be_given_up(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by, body = admin(world, session), world.body(session)
        kept = tuple(
            SeatFacts(seat.organisation_id) for seat in body.seats if seat.organisation.name != "Leiden"
        )
        actions.edit_body(session, body.id, BodyFacts(body.name, seats=kept), body.version, by, START)
    with runtime.read() as session:
        names = [seat.organisation.name for seat in world.body(session).seats]
        assert names == ["Leiderdorp", "Oegstgeest", "Voorschoten", "Zoeterwoude"]


def test_names_and_tooi_ids_are_given_out_once(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by = admin(world, session)
        made = OrganisationFacts(OrganisationKind.MUNICIPALITY, "Kaag en Braassem", "gm1884", "Raadhuis")
        row = actions.create_organisation(session, made, by, START)
        for taken in (
            OrganisationFacts(OrganisationKind.PARTNER, "Leiden"),
            OrganisationFacts(OrganisationKind.MUNICIPALITY, "Anders", "gm0546"),
        ):
            with pytest.raises(Conflict, match="taken"):
                actions.create_organisation(session, taken, by, START)
            with pytest.raises(Conflict, match="taken"):
                actions.edit_organisation(session, row.id, taken, row.version, by, START)
        with pytest.raises(Conflict, match="name_taken"):
            actions.create_body(session, BodyFacts("Gezamenlijk collegeoverleg"), by, START)


def test_ending_a_membership_takes_the_roles_and_keeps_the_history(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        row = membership_of(world, session, "Wethouder Leiden 1")
        actions.end_membership(session, row.id, TODAY, row.version, admin(world, session), START)
    with runtime.read() as session:
        key = world.people["Wethouder Leiden 1"]
        on_the_day = {one.person.id for one in attendees_on(session, world.body_id, TODAY)}
        day_after = {one.person.id for one in attendees_on(session, world.body_id, TODAY + timedelta(days=1))}
        assert key in on_the_day
        assert key not in day_after
        row = membership_of(world, session, "Wethouder Leiden 1")
        assert row.until == TODAY
        (entry,) = history(session, "membership", row.id)
        assert (entry.verb, entry.before, entry.after) == (
            "membership_ended",
            {"until": None},
            {"until": "2018-12-18"},
        )


def test_a_membership_does_not_end_before_it_begins(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by, row = admin(world, session), membership_of(world, session, "clerk")
        with pytest.raises(Invalid, match="ends_before_it_begins"):
            actions.end_membership(session, row.id, row.since - timedelta(days=1), row.version, by, START)
        with pytest.raises(Invalid, match="ends_before_it_begins"):
            late = place(world, until=TODAY - timedelta(days=1))
            actions.add_membership(session, world.people["stranger"], late, by, START)


def test_one_place_is_not_held_twice_at_the_same_time_but_may_be_held_again(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        by, key = admin(world, session), world.people["clerk"]
        with pytest.raises(Conflict, match="membership_overlaps"):
            actions.add_membership(session, key, place(world), by, START)
        row = membership_of(world, session, "clerk")
        actions.end_membership(session, row.id, TODAY - timedelta(days=1), row.version, by, START)
        again = actions.add_membership(session, key, place(world), by, START)
        with pytest.raises(Conflict, match="membership_overlaps"):
            actions.edit_membership(
                session, again.id, place(world, since=TODAY - timedelta(days=1)), again.version, by, START
            )


def test_one_person_with_two_roles_is_one_attendee(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        key = world.people["Wethouder Leiden 1"]
        wanted = place(world, organisation_id=world.organisations["Oegstgeest"], title="Coördinator")
        actions.add_membership(session, key, wanted, admin(world, session), START)
    with runtime.read() as session:
        (one,) = [found for found in attendees_on(session, world.body_id, TODAY) if found.person.id == key]
        assert (one.role, one.organisation.name, one.title, one.voting) == (
            Role.MEMBER,
            "Leiden",
            "Wethouder",
            True,
        )
        assert len([row for row in members_on(session, world.body_id, TODAY) if row.person_id == key]) == 2


def test_a_college_needs_half_of_the_voting_members_of_that_day(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        row = membership_of(world, session, "Wethouder Leiden 1")
        row.until = TODAY - timedelta(days=1)
    with runtime.read() as session:
        told = {
            one.organisation.name: (one.voting_members, one.needed)
            for one in colleges_on(session, world.body_id, TODAY)
        }
        assert told["Leiden"] == (2, 1)
        assert told["Zoeterwoude"] == (3, 2)
        assert next(iter(told)) == "Leiden"


def test_the_turn_goes_round_the_members(runtime: Runtime, world: World) -> None:
    with runtime.read() as session:
        body = world.body(session)
        hosts = {seat.organisation.name: seat.organisation for seat in body.seats}
        assert next_host(session, body) == hosts["Leiden"]
        assert next_host(session, body, after=hosts["Leiden"]) == hosts["Leiderdorp"]
        assert next_host(session, body, after=hosts["Zoeterwoude"]) == hosts["Leiden"]
        assert next_host(session, session.get_one(Body, world.other_body_id)) is None


@pytest.mark.parametrize(
    "who", ["secretary", "clerk", "Wethouder Leiden 1", "reader", "stranger", "outsider"]
)
def test_only_an_administrator_changes_anything_here(runtime: Runtime, world: World, who: str) -> None:
    organisation = OrganisationFacts(OrganisationKind.PARTNER, "X")
    person = PersonFacts("X", "x@x.example", administrator=True)
    with runtime.work() as session:
        by = world.by(session, who)
        clerk = membership_of(world, session, "clerk")
        tries = (
            lambda: actions.create_organisation(session, organisation, by, START),
            lambda: actions.edit_organisation(
                session, world.organisations["Leiden"], organisation, None, by, START
            ),
            lambda: actions.create_body(session, BodyFacts("X"), by, START),
            lambda: actions.edit_body(session, world.body_id, BodyFacts("X"), None, by, START),
            lambda: actions.create_person(session, person, by, START),
            lambda: actions.edit_person(session, world.people[who], person, None, by, START),
            lambda: actions.add_membership(session, world.people[who], place(world), by, START),
            lambda: actions.edit_membership(session, clerk.id, place(world), None, by, START),
            lambda: actions.end_membership(session, clerk.id, date(2018, 12, 1), None, by, START),
        )
        for attempt in tries:
            with pytest.raises(Problem) as refused:
                attempt()
            assert isinstance(refused.value, Forbidden | NotFound)
        assert session.scalars(select(AuditEntry)).all() == []
        assert session.scalar(select(Person).where(Person.email == "x@x.example")) is None


def test_a_known_person_is_promoted_and_keeps_the_rest(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        known = world.person(session, "clerk")
        made, new = actions.make_administrator(session, known.email.upper(), None, System(), START)
        assert (made.id, new, made.administrator, made.name) == (known.id, False, True, "clerk")
        (entry,) = audit.history(session, "person", known.id)
        assert (entry.actor_name, entry.after) == (System.name, {"administrator": True})
        with pytest.raises(Forbidden):
            actions.make_administrator(session, "x@y.example", None, world.by(session, "secretary"), START)
