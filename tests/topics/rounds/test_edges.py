"""What is rare in a written round, and must still be right."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.core import audit
from agenda.core.problems import Conflict, Invalid
from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from agenda.topics.round_actions import end_early, extend, locked
from agenda.topics.round_answers import answer
from agenda.topics.round_model import Ending, RoundVoter, Said, WrittenRound
from agenda.topics.round_telling import tell_rounds
from tests.topics.rounds.rounds_world import MEMBERS, link_of, opened, say, text_of, told
from tests.world import StandingClock, World

NAME = "Van der Ven, Zoë"


def at_once(*deeds: Callable[[], None]) -> list[Exception]:
    """Let each do their deed at the same moment; give what was refused."""
    start, refused = threading.Barrier(len(deeds)), []

    def do(deed: Callable[[], None]) -> None:
        start.wait(10)
        try:
            deed()
        except Exception as problem:  # noqa: BLE001  # the test looks at each of them
            refused.append(problem)

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return refused


def verbs(runtime: Runtime, number: int) -> Counter[str]:
    with runtime.read() as session:
        return Counter(entry.verb for entry in audit.history(session, "written_round", number))


def test_two_people_who_answer_at_once_are_both_heard(runtime: Runtime, world: World) -> None:
    number = opened(runtime, world)
    with runtime.read() as session:
        first, second = (voter.id for voter in session.get_one(WrittenRound, number).voters[:2])

    def says(voter: int, said: Said, reason: str = "") -> Callable[[], None]:
        def deed() -> None:
            with runtime.work() as session:
                answer(session, session.get_one(RoundVoter, voter), said, reason, runtime.clock())

        return deed

    assert at_once(says(first, Said.CONSENT), says(second, Said.DISCUSS, "Wat kost het?")) == []
    with runtime.read() as session:
        kept = [(one.said, one.reason) for one in session.get_one(WrittenRound, number).voters[:2]]
    assert kept == [(Said.CONSENT, ""), (Said.DISCUSS, "Wat kost het?")]
    # One of them at two telephones: one answer stands, and both are in the history.
    assert at_once(says(first, Said.ABSTAIN), says(first, Said.DISCUSS, "Toch niet.")) == []
    with runtime.read() as session:
        voter = session.get_one(RoundVoter, first)
        assert (voter.said, voter.reason) in [(Said.ABSTAIN, ""), (Said.DISCUSS, "Toch niet.")]
    assert verbs(runtime, number)["round_answered"] == 4


def test_two_who_close_at_once_close_it_once_and_everyone_hears_it_once(
    runtime: Runtime, world: World
) -> None:
    number = opened(runtime, world)
    told(runtime)
    say(runtime, number, Said.CONSENT)

    def ends() -> None:
        with runtime.work() as session:
            by = world.by(session, "clerk")
            end_early(session, locked(session, number), None, by, runtime.clock())

    refused = at_once(ends, ends)
    assert [getattr(problem, "code", problem) for problem in refused] == ["round_settled_already"]
    assert at_once(*[lambda: told(runtime) and None] * 2) == []
    assert verbs(runtime, number)["round_ended"] == 1
    with runtime.read() as session:
        assert session.get_one(WrittenRound, number).ending is Ending.SETTLED
        heard = session.scalars(select(Letter.person_id).where(Letter.kind == "round_ended")).all()
    assert len(heard) == len(set(heard)) == MEMBERS


def test_two_workers_who_find_the_time_over_end_it_once(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    number = opened(runtime, world)
    told(runtime)
    clock.wind(days=30)

    def looks() -> None:
        with runtime.work() as session:
            tell_rounds(session, runtime.config, clock())

    assert at_once(looks, looks) == []
    assert verbs(runtime, number)["round_ended"] == 1
    with runtime.read() as session:
        assert len(session.scalars(select(Letter).where(Letter.kind == "round_ended")).all()) == MEMBERS


@pytest.mark.parametrize(
    ("last_day", "closes"),
    [
        # A day of 23 hours, one of 25, and the day that is not there in most years.
        (date(2019, 3, 31), datetime(2019, 3, 31, 22, tzinfo=UTC)),
        (date(2019, 10, 27), datetime(2019, 10, 27, 23, tzinfo=UTC)),
        (date(2020, 2, 29), datetime(2020, 2, 29, 23, tzinfo=UTC)),
    ],
)
def test_the_last_minute_of_a_rare_day_still_counts_and_the_next_does_not(
    runtime: Runtime, world: World, clock: StandingClock, last_day: date, closes: datetime
) -> None:
    clock.at = closes - timedelta(days=7)
    number = opened(runtime, world, last_day)
    told(runtime)
    clock.at = closes - timedelta(minutes=1)
    say(runtime, number, Said.CONSENT, only=MEMBERS - 1)
    assert told(runtime) == []
    clock.at = closes
    with pytest.raises(Conflict, match="round_time_over"):
        say(runtime, number, Said.DISCUSS, "Te laat.", only=1)
    assert len(told(runtime)) == MEMBERS
    with runtime.read() as session:
        assert session.get_one(WrittenRound, number).ending is Ending.SETTLED


def test_a_leap_day_is_written_in_the_letters(runtime: Runtime, world: World, clock: StandingClock) -> None:
    clock.at = datetime(2020, 2, 20, 8, tzinfo=UTC)
    number = opened(runtime, world, date(2020, 2, 28))
    told(runtime)
    with runtime.work() as session:
        by = world.by(session, "clerk", date(2020, 2, 20))
        extend(session, locked(session, number), date(2020, 2, 29), None, by, clock())
    assert all("zaterdag 29 februari 2020" in text_of(letter) for letter in told(runtime))


def test_a_reason_of_5000_characters_is_refused_and_stays_in_the_form(
    runtime: Runtime, world: World, client: FlaskClient
) -> None:
    number = opened(runtime, world)
    with runtime.read() as session:
        voter = session.get_one(WrittenRound, number).voters[0]
        link = link_of(runtime, voter)
    reason = "Wat kost dit? " * 358
    assert len(reason) > 5_000
    refused = client.post(link, data={"said": "discuss", "reason": reason})
    assert refused.status_code == 422
    assert "2000 tekens" in refused.text
    # All of it: who wrote so much shortens it better than a machine.
    assert reason.strip() in refused.text
    with runtime.read() as session:
        assert session.get_one(RoundVoter, voter.id).said is None
    with runtime.work() as session, pytest.raises(Invalid, match="round_reason_too_long"):
        answer(session, session.get_one(RoundVoter, voter.id), Said.DISCUSS, reason, runtime.clock())


def test_a_name_with_a_comma_and_a_diaeresis_reads_right_everywhere(
    runtime: Runtime, world: World, client: FlaskClient, as_someone: Callable[[str], FlaskClient]
) -> None:
    with runtime.work() as session:
        world.person(session, "Wethouder Leiden 1").name = NAME
    number = opened(runtime, world)
    letter = next(one for one in told(runtime) if one.person_id == world.people["Wethouder Leiden 1"])
    assert letter.recipient_name == NAME
    assert f'To: "{NAME}"'.encode() not in letter.content  # Encoded, or a mail server stumbles over it.
    with runtime.read() as session:
        voter = next(one for one in session.get_one(WrittenRound, number).voters if one.person.name == NAME)
        link = link_of(runtime, voter)
    assert f"voor {NAME}" in client.get(link).text
    assert client.post(link, data={"said": "discuss", "reason": "Eerst\nnaar de raad."}).status_code == 303
    assert NAME in as_someone("clerk").get(f"/rounds/{number}").text
    with runtime.work() as session:
        by = world.by(session, "clerk")
        end_early(session, locked(session, number), None, by, runtime.clock())
    assert all(f"{NAME}: Eerst naar de raad." in text_of(one) for one in told(runtime))


def test_who_opens_the_link_after_the_deadline_reads_how_it_ended_and_cannot_answer(
    runtime: Runtime, world: World, client: FlaskClient, clock: StandingClock
) -> None:
    number = opened(runtime, world)
    with runtime.read() as session:
        voter = session.get_one(WrittenRound, number).voters[0]
        link = link_of(runtime, voter)
    clock.wind(days=30)
    late = client.post(link, data={"said": "consent"})
    assert late.status_code == 409
    assert "De tijd om te antwoorden is voorbij" in late.text
    assert 'name="said"' not in late.text
    told(runtime)
    assert "Te weinig instemming" in client.get(link).text
    with runtime.read() as session:
        assert session.get_one(RoundVoter, voter.id).said is None


def test_the_link_of_one_round_answers_no_other(runtime: Runtime, world: World, client: FlaskClient) -> None:
    first, second = opened(runtime, world), opened(runtime, world)
    with runtime.read() as session:
        link = link_of(runtime, session.get_one(WrittenRound, first).voters[0])
    # A number of the other round in the form changes nothing: the link alone says which answer this is.
    data = {"said": "consent", "round": str(second), "voter": "16"}
    assert client.post(link, data=data).status_code == 303
    with runtime.read() as session:
        said = {
            key: [one.said for one in session.get_one(WrittenRound, key).voters if one.said]
            for key in (first, second)
        }
    assert said == {first: [Said.CONSENT], second: []}


def test_the_secretariat_cannot_fill_in_for_a_voter_of_another_round(
    runtime: Runtime, world: World, as_someone: Callable[[str], FlaskClient]
) -> None:
    first, second = opened(runtime, world), opened(runtime, world)
    with runtime.read() as session:
        voter = session.get_one(WrittenRound, second).voters[0].id
    browser = as_someone("clerk")
    for path in ("", "/remove"):
        assert browser.get(f"/rounds/{first}/voters/{voter}{path}").status_code == 404
