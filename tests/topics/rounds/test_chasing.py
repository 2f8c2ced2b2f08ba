"""Who has not answered is reminded at once, each at most once a day."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.core.problems import Conflict
from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from agenda.topics.round_actions import locked
from agenda.topics.round_chasing import chase, to_chase
from agenda.topics.round_model import Said, WrittenRound
from tests.topics.rounds.rounds_world import MEMBERS, link_of, opened, say, text_of, told
from tests.world import StandingClock, World


def chased(runtime: Runtime, world: World, number: int) -> int:
    with runtime.work() as session:
        by, found = world.by(session, "clerk"), locked(session, number)
        return chase(session, runtime.config, found, by, runtime.clock())


def reminders(runtime: Runtime) -> list[Letter]:
    with runtime.read() as session:
        return list(session.scalars(select(Letter).where(Letter.kind == "round_reminder")))


def test_only_the_silent_are_reminded_with_everything_in_the_letter(runtime: Runtime, world: World) -> None:
    number = opened(runtime, world)
    told(runtime)
    say(runtime, number, Said.CONSENT, only=MEMBERS - 2)
    assert chased(runtime, world, number) == 2
    with runtime.read() as session:
        silent = {
            one.person_id: link_of(runtime, one) for one in session.get_one(WrittenRound, number).asked[-2:]
        }
    letters = reminders(runtime)
    assert {one.person_id for one in letters} == set(silent)
    for letter in letters:
        assert letter.subject.startswith("Herinnering")
        assert letter.person_id is not None
        for part in ("U hebt nog niet geantwoord", "Instemmen.", "8 januari 2019", silent[letter.person_id]):
            assert part in text_of(letter)


def test_nobody_is_reminded_twice_on_one_day_and_everyone_the_day_after(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    number = opened(runtime, world)
    with pytest.raises(Conflict, match="round_nobody_to_chase"):
        # The question itself has not left yet.
        chased(runtime, world, number)
    told(runtime)
    assert chased(runtime, world, number) == MEMBERS
    clock.wind(hours=12)
    with pytest.raises(Conflict, match="round_nobody_to_chase"):
        chased(runtime, world, number)
    # Midnight in Amsterdam, which is still the same day in UTC.
    clock.wind(hours=3, minutes=1)
    assert chased(runtime, world, number) == MEMBERS
    assert len(reminders(runtime)) == 2 * MEMBERS


def test_who_has_another_address_gets_another_link_and_the_old_one_dies(
    runtime: Runtime, world: World, client: FlaskClient
) -> None:
    number = opened(runtime, world)
    told(runtime)
    with runtime.work() as session:
        voter = session.get_one(WrittenRound, number).voters[0]
        old, voter.person.email = link_of(runtime, voter), "nieuw@leidseregio.example"
    chased(runtime, world, number)
    with runtime.read() as session:
        new = link_of(runtime, session.get_one(WrittenRound, number).voters[0])
    assert old != new
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200
    # The worker has nothing to add.
    assert told(runtime) == []


def test_an_address_that_cannot_be_written_keeps_nobody_else_waiting(runtime: Runtime, world: World) -> None:
    number = opened(runtime, world)
    told(runtime)
    with runtime.work() as session:
        person = session.get_one(WrittenRound, number).voters[0].person
        person.email = "twee\nregels@leidseregio.example"
    assert chased(runtime, world, number) == MEMBERS - 1
    with runtime.read() as session:
        assert session.get_one(WrittenRound, number).voters[0].person.undeliverable_since == runtime.clock()


def test_the_page_tells_how_many_letters_leave_before_it_is_pressed(
    runtime: Runtime, world: World, as_someone: Callable[[str], FlaskClient]
) -> None:
    number = opened(runtime, world)
    told(runtime)
    say(runtime, number, Said.CONSENT, only=MEMBERS - 3)
    browser = as_someone("secretary")
    page = browser.get(f"/rounds/{number}").text
    assert "3 personen hebben nog niet geantwoord. Er vertrekken 3 brieven" in page
    assert "Herinner nu" in page
    after = browser.post(f"/rounds/{number}/remind", follow_redirects=True).text
    assert "De herinneringen vertrekken nu" in after
    assert "Zij zijn vandaag al herinnerd" in after
    again = browser.post(f"/rounds/{number}/remind", follow_redirects=True).text
    assert "is vandaag al herinnerd" in again
    assert len(reminders(runtime)) == 3
    with runtime.read() as session:
        assert to_chase(session, session.get_one(WrittenRound, number), runtime.clock()) == []
