"""Erasing a person: nothing says any more who that was, and the history still reads."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from agenda import steps
from agenda.core.audit import AuditEntry
from agenda.core.database import Sessions
from agenda.core.problems import Changed, Conflict, Forbidden, Invalid
from agenda.core.runtime import Runtime
from agenda.invitations.model import CalendarPush
from agenda.mail.model import Letter
from agenda.meetings.model import Attendee, Meeting
from agenda.people.actions import create_person
from agenda.people.facts import PersonFacts
from agenda.people.model import Membership, Person
from agenda.retention import erasing, mentions, queries
from agenda.retention.mentions import Mails
from agenda.retention.naming import Names
from agenda.topics import actions as topics
from agenda.topics.model import Topic
from tests.accounts.helpers import sign_in
from tests.attacks.field import COMING_AT
from tests.mail.letters import outgoing, queue
from tests.retention.conftest import ADDRESS, NAME, ROLE, mails_are_settled
from tests.retention.crawl import where
from tests.world import StandingClock, World


def erase(runtime: Runtime, world: World, who: str = "secretary", typed: str = NAME) -> str:
    with runtime.work() as session:
        by, person = world.by(session, "administrator"), world.person(session, who)
        erasing.take_out_of_calendar(session, person, by, runtime.clock(), leave=True)
        return erasing.erase(
            session, person, typed, person.version, Mails(), "Europe/Amsterdam", by, runtime.clock()
        ).role


def test_the_name_and_the_address_stand_in_many_places_before(runtime: Runtime, lived: World) -> None:
    found = where(runtime, [NAME, ADDRESS])
    assert {"person.name", "letter.content", "audit_entry.actor_name", "told.facts"} <= {
        place.partition(":")[0] for place in found
    }


def test_after_that_they_stand_nowhere_in_whatever_way_they_are_written(
    runtime: Runtime, lived: World
) -> None:
    assert erase(runtime, lived) == ROLE
    assert where(runtime, [NAME, ADDRESS, "der Ven", "zoe.van"]) == []


def test_the_history_goes_on_with_the_role_and_says_who_erased(runtime: Runtime, lived: World) -> None:
    with runtime.read() as session:
        before = session.scalar(select(func.count()).where(AuditEntry.actor_name == NAME))
        entries = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    erase(runtime, lived)
    with runtime.read() as session:
        assert session.scalar(select(func.count()).where(AuditEntry.actor_name == ROLE)) == before
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (newest.actor_name, newest.verb, newest.after) == ("administrator", "erased", {"role": ROLE})
        # The end of the own calendar, and the erasing.
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == entries + 2
        meeting = session.scalars(select(Meeting).where(Meeting.starts_at == COMING_AT)).one()
        assert ROLE in [attendee.person.name for attendee in meeting.attendees]


def test_nothing_is_written_to_who_was_erased_and_they_are_invited_no_more(
    runtime: Runtime, lived: World, clock: StandingClock
) -> None:
    erase(runtime, lived)
    with runtime.read() as session:
        last = session.scalar(select(func.max(Letter.id))) or 0
    for _ in range(20):
        clock.wind(days=5)
        steps.tell(runtime)
        steps.remind(runtime)
        steps.deliver(runtime)
    with runtime.read() as session:
        gone = lived.people["secretary"]
        later = session.scalars(select(Letter).where(Letter.id > last)).all()
        assert later
        assert not [one for one in later if one.person_id == gone or "erased" in one.recipient]
        invited = select(Attendee.removed_at).join(Attendee.meeting).where(Attendee.person_id == gone)
        assert all(session.scalars(invited.where(Meeting.starts_at >= COMING_AT)))


def test_the_application_still_shows_every_page_about_them(
    app: Flask, runtime: Runtime, lived: World
) -> None:
    erase(runtime, lived)
    client = app.test_client()
    sign_in(client, runtime, lived, "administrator")
    person = lived.people["secretary"]
    assert ROLE in client.get(f"/people/{person}").text
    for page in ("/people", "/letters", "/inbox", "/meetings", "/topics", f"/bodies/{lived.body_id}"):
        assert client.get(page).status_code == 200
    with runtime.read() as session:
        meetings = session.scalars(select(Meeting.id)).all()
        found = session.scalars(select(Topic.id)).all()
    for page in (*(f"/meetings/{one}" for one in meetings), *(f"/topics/{one}" for one in found)):
        assert client.get(page).status_code == 200
    changed = client.post(
        f"/people/{person}/edit", data={"name": "A", "email": "a@b.example", "language": "nl"}
    )
    assert changed.status_code == 409


def test_whoever_is_added_later_under_that_address_is_somebody_new(runtime: Runtime, lived: World) -> None:
    erase(runtime, lived)
    with runtime.work() as session:
        by = lived.by(session, "administrator")
        wanted = PersonFacts(NAME, ADDRESS)
        create_person(session, wanted, by, runtime.clock())
        session.flush()
        new = session.scalars(select(Person).where(Person.email == ADDRESS)).one()
        assert new.id != lived.people["secretary"]
        assert lived.person(session, "secretary").name == ROLE


def test_it_is_all_or_nothing(runtime: Runtime, lived: World) -> None:
    before = where(runtime, [NAME, ADDRESS])
    with pytest.raises(ZeroDivisionError), runtime.work() as session:
        by, person = lived.by(session, "administrator"), lived.person(session, "secretary")
        erasing.take_out_of_calendar(session, person, by, runtime.clock(), leave=True)
        erasing.erase(session, person, NAME, None, Mails(), "Europe/Amsterdam", by, runtime.clock())
        raise ZeroDivisionError
    assert where(runtime, [NAME, ADDRESS]) == before


def test_the_name_must_be_typed_over_and_only_administrators_erase(runtime: Runtime, lived: World) -> None:
    with pytest.raises(Invalid, match="name_differs"):
        erase(runtime, lived, typed="Van der Ven")
    with pytest.raises(Forbidden), runtime.work() as session:
        by, person = lived.by(session, "clerk"), lived.person(session, "secretary")
        erasing.erase(session, person, NAME, None, Mails(), "Europe/Amsterdam", by, runtime.clock())


def test_the_second_of_two_administrators_is_told(runtime: Runtime, lived: World) -> None:
    erase(runtime, lived)
    with pytest.raises(Conflict, match="erased_already"):
        erase(runtime, lived, typed=ROLE)


def test_who_saw_an_older_version_looks_again(runtime: Runtime, lived: World) -> None:
    with pytest.raises(Changed), runtime.work() as session:
        by, person = lived.by(session, "administrator"), lived.person(session, "clerk")
        erasing.erase(
            session, person, "clerk", person.version + 1, Mails(), "Europe/Amsterdam", by, runtime.clock()
        )


def test_what_stands_in_the_own_calendar_is_taken_out_first(runtime: Runtime, lived: World) -> None:
    with runtime.work() as session:
        by, person = lived.by(session, "administrator"), lived.person(session, "secretary")
        with pytest.raises(Conflict, match="calendar_first"):
            erasing.erase(session, person, NAME, None, Mails(), "Europe/Amsterdam", by, runtime.clock())
        erasing.take_out_of_calendar(session, person, by, runtime.clock(), leave=False)
        push = session.scalars(select(CalendarPush).where(CalendarPush.person_id == person.id)).one()
        assert push.ended_at == runtime.clock()


def test_nobody_erases_themselves_or_another_administrator(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by, person = world.by(session, "administrator"), world.person(session, "administrator")
        assert erasing.why_not(session, person, by) == "not_oneself"
        world.person(session, "stranger").administrator = True
        session.flush()
        assert erasing.why_not(session, world.person(session, "stranger"), by) == "administrator_first"


def test_a_letter_to_somebody_else_that_names_them_and_waits_goes_first(
    runtime: Runtime, lived: World
) -> None:
    (number,) = queue(runtime, outgoing("Vraag het aan Van der Ven, Zoë"))
    with pytest.raises(Conflict, match="mails_wait"):
        erase(runtime, lived)
    mails_are_settled(runtime)
    erase(runtime, lived)
    with runtime.read() as session:
        assert session.get_one(Letter, number).content == b""


def test_a_letter_to_them_that_waits_never_leaves(runtime: Runtime, lived: World) -> None:
    (number,) = queue(runtime, outgoing("voor u", to=ADDRESS))
    erase(runtime, lived)
    with runtime.read() as session:
        assert session.get_one(Letter, number).fate == "discarded"
    assert steps.deliver(runtime) == 0


def test_free_words_that_name_them_are_listed_and_not_touched(runtime: Runtime, lived: World) -> None:
    with runtime.work() as session:
        by = lived.by(session, "clerk")
        topic = topics.quick_add(
            session, lived.body(session), "Afscheid van  van der ven, zoë", by, runtime.clock()
        )
        session.flush()
        person = lived.person(session, "secretary")
        found = erasing.preview(session, person, lived.by(session, "administrator"), runtime.clock())
        assert ("topic", "title", topic.id) in [(one.table, one.column, one.key) for one in found.words]
    erase(runtime, lived)
    with runtime.read() as session:
        assert "van der ven" in session.get_one(Topic, topic.id).title


def test_somebody_else_of_the_same_name_keeps_it(runtime: Runtime, lived: World) -> None:
    with runtime.work() as session:
        session.add(Person(name=NAME, email="another@leiden.example"))
    erase(runtime, lived)
    with runtime.read() as session:
        names = set(session.scalars(select(AuditEntry.actor_name)))
        assert ROLE in names
        assert NAME not in names
        assert session.scalars(select(Person).where(Person.name == NAME)).one().email.startswith("another")


def test_a_name_within_a_longer_name_leaves_the_longer_one_alone(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        session.add(Person(name="Wethouder Leiden 1 en 2", email="both@leiden.example"))
        session.flush()
        names = mentions.names_of(session, world.person(session, "Wethouder Leiden 1"))
    assert names.replaced({"person": "Wethouder Leiden 1"}) == {"person": "Wethouder Leiden (verwijderd)"}
    assert names.replaced(["Wethouder Leiden 1 en 2", "Wethouder Leiden 11"]) == [
        "Wethouder Leiden 1 en 2",
        "Wethouder Leiden 11",
    ]


def test_a_role_that_begins_with_the_name_is_written_once() -> None:
    role = "Burgemeester Leiden (verwijderd)"
    names = Names(frozenset({"Burgemeester Leiden", "J. Jansen", "Leiden"}), frozenset(), role)
    for text in ("Burgemeester Leiden", "J. Jansen", role, names.replaced("J. Jansen")):
        assert names.replaced(text) == role
    said = names.replaced("Door Burgemeester Leiden (eerder J. Jansen)")
    assert said == names.replaced(said) == f"Door {role} (eerder {role})"


def test_two_of_one_role_are_told_apart(runtime: Runtime, world: World) -> None:
    mails_are_settled(runtime)
    roles = [erase(runtime, world, who, who) for who in ("Wethouder Leiden 1", "Wethouder Leiden 2")]
    assert roles == ["Wethouder Leiden (verwijderd)", "Wethouder Leiden 2 (verwijderd)"]


def test_who_left_more_than_a_year_ago_is_proposed_and_nobody_goes_by_themselves(
    runtime: Runtime, world: World, clock: StandingClock, sessions: Sessions
) -> None:
    with runtime.work() as session:
        person = world.person(session, "Wethouder Leiden 1")
        for place in session.scalars(select(Membership).where(Membership.person_id == person.id)):
            place.until = date(2019, 2, 28)
    with runtime.read() as session:
        assert queries.who_left(session, date(2020, 2, 28)) == []
        (left,) = queries.who_left(session, date(2020, 2, 29))
        assert (left.person.name, left.last_day) == ("Wethouder Leiden 1", date(2019, 2, 28))
    clock.wind(days=800)
    steps.retain(runtime)
    with runtime.read() as session:
        assert world.person(session, "Wethouder Leiden 1").name == "Wethouder Leiden 1"
