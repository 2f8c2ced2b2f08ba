"""Who was erased is written down outside the database, and erased again after a restore."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from agenda.core.actor import System
from agenda.core.runtime import Runtime
from agenda.mail.model import Incoming, Letter
from agenda.people.actions import create_person, edit_person
from agenda.people.facts import PersonFacts
from agenda.people.model import Person
from agenda.retention.erased_people import BOOK, Erasure, erasure_of, is_about, read
from agenda.retention.erasing_again import Again, erase_again
from tests.mail.letters import outgoing, queue
from tests.meetings.conftest import AsSomeone
from tests.retention.conftest import ADDRESS, NAME, ROLE
from tests.retention.crawl import where
from tests.world import START, StandingClock, World

MADE = START - timedelta(days=1)
SINCE = START - timedelta(hours=2)


def line(runtime: Runtime, number: int, address: str = ADDRESS, at: Any = SINCE) -> Erasure:
    return erasure_of(runtime.config.secret, number, [address], at)


def again(runtime: Runtime, *lines: Erasure) -> Again:
    with runtime.work() as session:
        return erase_again(
            session,
            lines,
            MADE,
            runtime.config.secret,
            runtime.config.time_zone,
            System(),
            runtime.clock(),
        )


def numbers(done: Again) -> list[int]:
    return [one.person_id for one in done.erased]


def test_who_came_back_goes_again_whatever_had_been_cleared_away_the_first_time(
    runtime: Runtime, lived: World
) -> None:
    """An administrator then, with a calendar that is written, and mail that waits or is leaving."""
    key = lived.people["secretary"]
    first, second = queue(runtime, outgoing(f"Vraag het aan {NAME}"), outgoing("voor u", to=ADDRESS))
    with runtime.work() as session:
        session.get_one(Person, key).administrator = True
        letter = session.get_one(Letter, first)
        letter.lease, letter.leased_until = "a worker that is gone", runtime.clock() + timedelta(minutes=10)
        message = session.scalars(select(Incoming).limit(1)).one()
        message.settled_at, message.fate, message.person_id = None, None, key
    done = again(runtime, line(runtime, key))
    assert (numbers(done), done.doubtful, done.administrators_left) == ([key], (), True)
    assert where(runtime, [NAME, ADDRESS]) == []
    with runtime.read() as session:
        assert lived.person(session, "secretary").name == ROLE
        assert [session.get_one(Letter, one).fate for one in (first, second)] == ["discarded"] * 2
        assert session.scalars(select(Incoming).where(Incoming.settled_at.is_(None))).all() == []
    assert numbers(again(runtime, line(runtime, key))) == []


def test_a_number_alone_is_not_the_same_person(runtime: Runtime, world: World) -> None:
    key, email = world.people["clerk"], "clerk@leidseregio.example"
    with runtime.read() as session:
        assert world.person(session, "clerk").email == email
    for other in (
        line(runtime, key, "iemand.anders@leidseregio.example"),
        erasure_of(b"another key" * 4, key, [email], SINCE),
        Erasure(key, SINCE),
    ):
        assert (numbers(again(runtime, other)), again(runtime, other).doubtful) == ([], (key,))
    assert again(runtime, line(runtime, 12345), line(runtime, 2**40), line(runtime, -1)) == Again()
    assert numbers(again(runtime, Erasure(key, SINCE), line(runtime, key, email))) == [key]


def test_who_was_erased_before_the_backup_was_made_is_left(runtime: Runtime, world: World) -> None:
    """Under that number and address somebody may have come anew since."""
    key, email = world.people["clerk"], "clerk@leidseregio.example"
    assert again(runtime, line(runtime, key, email, MADE - timedelta(hours=2))) == Again()
    # It began before the backup and ended after it.
    assert numbers(again(runtime, line(runtime, key, email, MADE - timedelta(minutes=5)))) == [key]


def test_who_was_added_after_the_erasing_is_left(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    with runtime.work() as session:
        new = create_person(session, PersonFacts("Nieuw", ADDRESS), System(), runtime.clock())
        session.flush()
        key = new.id
    assert again(runtime, line(runtime, key)) == Again()
    assert numbers(again(runtime, line(runtime, key), line(runtime, key, at=START + timedelta(days=1)))) == [
        key
    ]


def test_the_last_administrator_of_the_backup_is_missed(runtime: Runtime, world: World) -> None:
    key = world.people["administrator"]
    done = again(runtime, line(runtime, key, "administrator@leidseregio.example"))
    assert (numbers(done), done.administrators_left) == ([key], False)


def test_erasing_at_the_screen_is_written_down_with_every_address(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    key, client = world.people["Wethouder Leiden 1"], as_someone("administrator")
    with runtime.work() as session:
        wanted = PersonFacts("Wethouder Leiden 1", ADDRESS)
        edit_person(session, key, wanted, None, System(), runtime.clock())
    client.post(f"/people/{key}/erase", data={"typed": "Wethouder Leiden 1", "sure": "y"})
    (one,) = read(runtime.config.documents).erasures
    assert (one.person, one.at) == (key, runtime.clock())
    for address in (ADDRESS, "wethouder.leiden.1@leidseregio.example"):
        assert is_about(runtime.config.secret, one, address)


def test_nobody_is_erased_where_that_cannot_be_written_down(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    key, client = world.people["Wethouder Leiden 1"], as_someone("administrator")
    (runtime.config.documents / BOOK).mkdir(parents=True)
    answer = client.post(f"/people/{key}/erase", data={"typed": "Wethouder Leiden 1", "sure": "y"})
    assert answer.status_code == 409
    assert "Er is niemand gewist" in answer.text
    with runtime.read() as session:
        assert session.get_one(Person, key).erased_at is None
