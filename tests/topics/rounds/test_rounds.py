"""A topic settled without a meeting: asked, answered in one tap, counted, and told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from agenda.core.problems import Conflict, Forbidden, Invalid
from agenda.core.runtime import Runtime
from agenda.topics import rules
from agenda.topics.model import TopicState, Treatment
from agenda.topics.round_actions import end_early, extend, locked, open_round, set_silence, withdraw
from agenda.topics.round_answers import answer_for
from agenda.topics.round_model import Ending, RoundVoter, Said, Silence, WrittenRound
from agenda.topics.round_queries import could_go_in_writing, settled_in_writing, written_decisions
from agenda.topics.round_rules import Member, closes_at, deadline_of, outcome, usual_last_day
from tests.meetings.agenda_world import topic
from tests.topics.rounds.rounds_world import LAST, MEMBERS, link_of, opened, say, text_of, told
from tests.world import START, StandingClock, World

LONG = "Wij willen eerst weten wat dit kost. " * 50


def standing(runtime: Runtime, number: int) -> tuple[Ending | None, TopicState]:
    with runtime.read() as session:
        found = session.get_one(WrittenRound, number)
        return found.ending, rules.state_of(found.topic)


def test_each_voting_member_gets_one_letter_with_a_link_of_their_own(runtime: Runtime, world: World) -> None:
    opened(runtime, world)
    letters = told(runtime)
    assert len(letters) == MEMBERS
    links = {re.search(r"/round/\S+", text_of(letter)) for letter in letters}
    assert len({link[0] for link in links if link}) == MEMBERS
    assert all("Instemmen." in text_of(letter) and "8 januari 2019" in text_of(letter) for letter in letters)
    assert told(runtime) == []


def test_all_colleges_consent_and_it_is_settled_and_listed_at_once(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    number = opened(runtime, world)
    told(runtime)
    say(runtime, number, Said.CONSENT)
    clock.wind(minutes=11)
    letters = told(runtime)
    assert standing(runtime, number) == (Ending.SETTLED, TopicState.SETTLED_IN_WRITING)
    assert len(letters) == MEMBERS
    with runtime.read() as session:
        body = world.body(session)
        assert [one.id for one in written_decisions(session, body.id, world.by(session, "reader"))] == [
            number
        ]
        assert len(settled_in_writing(session, body, START, clock() + timedelta(days=1))) == 1


def test_one_discuss_brings_it_to_the_backlog_with_the_reason(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    number = opened(runtime, world)
    say(runtime, number, Said.CONSENT)
    say(runtime, number, Said.DISCUSS, "Wat kost het?", only=1)
    clock.wind(minutes=11)
    told(runtime)
    assert standing(runtime, number) == (Ending.TO_DISCUSS, TopicState.OPEN)
    with runtime.read() as session:
        found = session.get_one(WrittenRound, number)
        assert "Wat kost het?" in found.ended_why
        assert found.topic.treatment is Treatment.DISCUSSION


@pytest.mark.parametrize(
    ("silence", "ending"),
    [
        (Silence.CONSENT, Ending.SETTLED),
        (Silence.DISCUSS, Ending.TO_DISCUSS),
        (Silence.ABSTAIN, Ending.NO_QUORUM),
    ],
)
def test_silence_counts_as_the_body_decided(
    runtime: Runtime, world: World, clock: StandingClock, silence: Silence, ending: Ending
) -> None:
    with runtime.work() as session:
        set_silence(session, world.body(session), silence, None, world.by(session, "secretary"), clock())
    number = opened(runtime, world)
    clock.at = deadline_of(LAST, "Europe/Amsterdam") - timedelta(seconds=1)
    told(runtime)
    assert standing(runtime, number)[0] is None
    clock.wind(seconds=1)
    told(runtime)
    assert standing(runtime, number)[0] is ending


def test_an_answer_can_be_changed_until_the_round_closes(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    number = opened(runtime, world)
    say(runtime, number, Said.DISCUSS, LONG)
    clock.wind(minutes=9)
    say(runtime, number, Said.CONSENT)
    clock.wind(minutes=11)
    with pytest.raises(Conflict, match="round_time_over"):
        say(runtime, number, Said.DISCUSS, "Te laat", only=1)
    told(runtime)
    assert standing(runtime, number)[0] is Ending.SETTLED


def test_a_wish_to_discuss_needs_its_reason(runtime: Runtime, world: World) -> None:
    number = opened(runtime, world)
    for reason in (" ", "x" * 2_001):
        with pytest.raises(Invalid):
            say(runtime, number, Said.DISCUSS, reason, only=1)


def test_a_withdrawn_round_is_told_to_whoever_was_asked(runtime: Runtime, world: World) -> None:
    number = opened(runtime, world)
    told(runtime)
    say(runtime, number, Said.CONSENT, only=1)
    with runtime.work() as session, pytest.raises(Invalid):
        by = world.by(session, "clerk")
        withdraw(session, locked(session, number), "", None, by, runtime.clock())
    with runtime.work() as session:
        by = world.by(session, "clerk")
        withdraw(session, locked(session, number), "Eerst naar de raad.", None, by, runtime.clock())
    letters = told(runtime)
    assert len(letters) == MEMBERS
    assert all("Eerst naar de raad." in text_of(letter) for letter in letters)
    assert standing(runtime, number) == (Ending.WITHDRAWN, TopicState.OPEN)


def test_more_time_is_told(runtime: Runtime, world: World) -> None:
    number = opened(runtime, world)
    told(runtime)
    with runtime.work() as session:
        by = world.by(session, "clerk")
        extend(session, locked(session, number), date(2019, 1, 15), None, by, runtime.clock())
    assert all("15 januari 2019" in text_of(letter) for letter in told(runtime))


def test_the_secretariat_fills_in_who_phoned_and_ends_early(runtime: Runtime, world: World) -> None:
    number = opened(runtime, world)
    with runtime.work() as session:
        by = world.by(session, "clerk")
        with pytest.raises(Conflict, match="round_still_open"):
            end_early(session, locked(session, number), None, by, runtime.clock())
        voter = session.get_one(WrittenRound, number).voters[0]
        answer_for(session, voter, Said.DISCUSS, "Belde op.", by, runtime.clock())
        end_early(session, locked(session, number), None, by, runtime.clock())
    assert standing(runtime, number)[0] is Ending.TO_DISCUSS


def test_a_topic_has_one_round_at_a_time(runtime: Runtime, world: World) -> None:
    number = opened(runtime, world)
    with runtime.work() as session, pytest.raises(Conflict):
        topic_id = session.get_one(WrittenRound, number).topic_id
        by = world.by(session, "clerk")
        open_round(session, runtime.config, topic_id, LAST, by, runtime.clock(), proposal="Nog eens.")


def test_a_member_opens_no_round(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        asked = topic(session, world)
        with pytest.raises(Forbidden):
            by = world.by(session, "Wethouder Leiden 1")
            open_round(session, runtime.config, asked.id, LAST, by, runtime.clock(), proposal="Ja.")


def test_only_what_is_no_discussion_could_go_in_writing(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        topic(session, world, "Bespreken")
        topic(session, world, "Hamer", treatment=Treatment.CONSENT)
        topic(session, world, "Ter kennisname", treatment=Treatment.FOR_INFORMATION)
        found = could_go_in_writing(session, world.body(session), world.by(session, "clerk"))
        assert {one.title for one in found} == {"Hamer", "Ter kennisname"}


def test_looking_at_the_link_answers_nothing_and_one_tap_does(
    runtime: Runtime, world: World, client: FlaskClient
) -> None:
    number = opened(runtime, world)
    with runtime.read() as session:
        voter = session.get_one(WrittenRound, number).voters[0]
    link = link_of(runtime, voter)
    page = client.get(link)
    assert page.status_code == 200
    assert "Instemmen." in page.text
    with runtime.read() as session:
        assert session.get_one(RoundVoter, voter.id).said is None
    assert client.post(link, data={"said": "discuss", "reason": ""}).status_code == 422
    assert client.post(link, data={"said": "consent"}).status_code == 303
    assert "Hamer" in client.get(f"{link}?saved=1").text
    assert client.get("/round/" + "x" * 40).status_code == 404


def test_the_clerk_opens_a_round_by_the_pages_and_sees_what_leaves_first(
    runtime: Runtime, world: World, as_someone: Callable[[str], FlaskClient]
) -> None:
    with runtime.work() as session:
        number = topic(session, world, "Van der Ven, Zoë <b>", requested_decision="Instemmen.").id
    browser = as_someone("clerk")
    address = f"/topics/{number}/round/new"
    assert "Van der Ven, Zoë &lt;b&gt;" in browser.get(address).text
    data = {"proposal": "Instemmen.", "last_day": "2019-01-08", "do": "check"}
    assert "15 brieven" in browser.post(address, data=data).text
    with runtime.read() as session:
        assert session.scalars(select(WrittenRound)).first() is None
    opened_page = browser.post(address, data=data | {"do": "open"}, follow_redirects=True)
    assert "Schriftelijke ronde" in opened_page.text
    past = browser.post(address, data=data | {"last_day": "2018-12-01"})
    assert past.status_code in (409, 422)
    for page in (f"/topics/{number}", f"/bodies/{world.body_id}/rounds", f"/bodies/{world.body_id}"):
        assert browser.get(page).status_code == 200


def test_a_deadline_is_the_end_of_the_local_day_also_when_clocks_change() -> None:
    assert deadline_of(date(2019, 3, 30), "Europe/Amsterdam") == datetime(2019, 3, 30, 23, tzinfo=UTC)
    assert deadline_of(date(2019, 3, 31), "Europe/Amsterdam") == datetime(2019, 3, 31, 22, tzinfo=UTC)
    assert deadline_of(date(2019, 10, 27), "Europe/Amsterdam") == datetime(2019, 10, 27, 23, tzinfo=UTC)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 1)))
def test_the_usual_last_day_is_a_working_day_about_a_week_ahead(today: date) -> None:
    day = usual_last_day(today)
    assert day.weekday() < 5
    assert 7 <= (day - today).days <= 9


answers = st.lists(
    st.builds(Member, st.integers(1, 3), st.none() | st.sampled_from(Said), st.none()),
    min_size=1,
    max_size=12,
)


@given(answers, st.sampled_from(Silence), st.dictionaries(st.integers(1, 3), st.integers(1, 3), min_size=1))
def test_settled_means_that_nobody_wants_to_discuss_and_every_college_has_its_quorum(
    members: list[Member], silence: Silence, quorums: dict[int, int]
) -> None:
    counted = [(one.college, one.said or Said(silence)) for one in members]
    wishes = any(said is Said.DISCUSS for _college, said in counted)
    reached = all(counted.count((college, Said.CONSENT)) >= least for college, least in quorums.items())
    expected = Ending.TO_DISCUSS if wishes else Ending.SETTLED if reached else Ending.NO_QUORUM
    assert outcome(members, quorums, silence) is expected


@given(answers)
def test_a_round_never_closes_after_its_deadline(members: list[Member]) -> None:
    deadline = datetime(2019, 1, 9, tzinfo=UTC)
    said = [Member(one.college, one.said, deadline if one.said else None) for one in members]
    assert closes_at(deadline, said) <= deadline
