"""Members join a round that runs, and leave it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.problems import Conflict, Forbidden, Invalid, NotFound
from agenda.core.runtime import Runtime
from agenda.people.model import Membership, Role, Seat
from agenda.reminders.rounds import of_rounds
from agenda.topics.round_actions import locked
from agenda.topics.round_answers import answer
from agenda.topics.round_model import Ending, RoundVoter, Said, WrittenRound
from agenda.topics.round_queries import asked_of, closing, progress_of
from agenda.topics.round_rules import deadline_of
from agenda.topics.round_voters import add_voter, could_be_asked, have_left, remove_voter
from tests.topics.rounds.rounds_world import LAST, MEMBERS, ZONE, link_of, opened, say, text_of, told
from tests.world import SINCE, StandingClock, World

WHO = "Wethouder Leiden 1"
WHY = "Is sinds gisteren geen wethouder meer."


def voter_of(session: Session, world: World, number: int, who: str = WHO) -> RoundVoter:
    wanted = (RoundVoter.round_id == number, RoundVoter.person_id == world.people[who])
    return session.scalars(select(RoundVoter).where(*wanted)).one()


def removed(runtime: Runtime, world: World, number: int, who: str = WHO) -> None:
    with runtime.work() as session:
        locked(session, number)
        voter = voter_of(session, world, number, who)
        remove_voter(session, voter, WHY, world.by(session, "clerk"), runtime.clock())


def added(runtime: Runtime, world: World, number: int, who: str = WHO, why: str = "Was vergeten.") -> None:
    with runtime.work() as session:
        by, found = world.by(session, "clerk"), locked(session, number)
        add_voter(session, runtime.config, found, world.people[who], why, by, runtime.clock())


def seated(runtime: Runtime, world: World, who: str, where: str) -> None:
    """Let somebody become a voting member."""
    with runtime.work() as session:
        session.add(
            Membership(
                person_id=world.people[who],
                body_id=world.body_id,
                organisation_id=world.organisations[where],
                role=Role.MEMBER,
                title="Wethouder",
                portfolio="",
                voting=True,
                since=SINCE,
            )
        )


def test_who_is_taken_out_hears_why_once_and_nothing_of_the_end(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    number = opened(runtime, world)
    told(runtime)
    removed(runtime, world, number)
    (letter,) = told(runtime)
    assert letter.person_id == world.people[WHO]
    assert letter.kind == "round_removed"
    assert WHY in text_of(letter)
    clock.at = deadline_of(LAST, ZONE)
    ends = told(runtime)
    assert len(ends) == MEMBERS - 1
    assert world.people[WHO] not in {one.person_id for one in ends}


def test_who_is_taken_out_before_the_letters_leave_gets_none(runtime: Runtime, world: World) -> None:
    number = opened(runtime, world)
    removed(runtime, world, number)
    assert world.people[WHO] not in {one.person_id for one in told(runtime)}
    assert told(runtime) == []


def test_who_is_taken_out_is_not_counted_not_reminded_and_has_no_task(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    number = opened(runtime, world)
    told(runtime)
    say(runtime, number, Said.CONSENT)
    with runtime.work() as session:
        voter = voter_of(session, world, number)
        answer(session, voter, Said.DISCUSS, "Wat kost het?", clock())
    removed(runtime, world, number)
    removed(runtime, world, number, "Burgemeester Zoeterwoude")
    with runtime.read() as session:
        found = session.get_one(WrittenRound, number)
        progress = progress_of(found)
        assert (progress.answered, progress.asked) == (MEMBERS - 2, MEMBERS - 2)
        assert [college.needed for college, _stand in progress.colleges] == [1, 2, 2, 2, 1]
        assert asked_of(session, world.people[WHO], clock()) == []
        assert list(of_rounds(session, clock())) == []
    clock.wind(minutes=11)
    told(runtime)
    with runtime.read() as session:
        # The only wish to discuss left with the one who had it.
        assert session.get_one(WrittenRound, number).ending is Ending.SETTLED


def test_the_last_silent_one_who_is_taken_out_leaves_ten_minutes_to_undo_it(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    number = opened(runtime, world)
    say(runtime, number, Said.CONSENT, only=MEMBERS - 1)
    clock.wind(hours=3)
    with runtime.read() as session:
        silent = next(one for one in session.get_one(WrittenRound, number).asked if one.said is None)
        name = silent.person.name
    removed(runtime, world, number, name)
    with runtime.read() as session:
        assert closing(session.get_one(WrittenRound, number)) == clock() + timedelta(minutes=10)
    clock.wind(minutes=9)
    added(runtime, world, number, name)
    with runtime.read() as session:
        assert closing(session.get_one(WrittenRound, number)) == deadline_of(LAST, ZONE)


def test_adding_again_brings_back_answer_and_link_and_a_letter_says_so(
    runtime: Runtime, world: World, client: FlaskClient
) -> None:
    number = opened(runtime, world)
    told(runtime)
    say(runtime, number, Said.CONSENT, only=1)
    with runtime.read() as session:
        first = session.get_one(WrittenRound, number).voters[0]
        link, name = link_of(runtime, first), first.person.name
    removed(runtime, world, number, name)
    told(runtime)
    page = client.get(link)
    assert WHY in page.text
    assert 'name="said"' not in page.text
    refused = client.post(link, data={"said": "discuss", "reason": "Toch wel."})
    assert refused.status_code == 409
    added(runtime, world, number, name)
    (letter,) = told(runtime)
    assert (letter.kind, letter.recipient_name) == ("round", name)
    assert link in text_of(letter)
    assert client.post(link, data={"said": "abstain"}).status_code == 303
    with runtime.read() as session:
        assert voter_of(session, world, number, name).said is Said.ABSTAIN


def test_taken_out_and_added_again_before_the_worker_looks_leaves_no_letter(
    runtime: Runtime, world: World
) -> None:
    number = opened(runtime, world)
    told(runtime)
    removed(runtime, world, number)
    added(runtime, world, number)
    assert told(runtime) == []


def test_who_was_forgotten_gets_the_letter_and_the_quorum_follows(runtime: Runtime, world: World) -> None:
    number = opened(runtime, world)
    told(runtime)
    for who in ("stranger", "Gedeputeerde"):
        seated(runtime, world, who, "Leiden")
    with runtime.read() as session:
        found = session.get_one(WrittenRound, number)
        missing = {one.person.name for one in could_be_asked(session, found, runtime.clock())}
        assert missing == {"stranger", "Gedeputeerde"}
    for who in ("stranger", "Gedeputeerde"):
        added(runtime, world, number, who)
    assert {letter.recipient_name for letter in told(runtime)} == {"stranger", "Gedeputeerde"}
    with runtime.read() as session:
        progress = progress_of(session.get_one(WrittenRound, number))
        assert progress.asked == MEMBERS + 2
        assert [college.needed for college, _stand in progress.colleges] == [3, 2, 2, 2, 2]


def test_a_college_that_was_absent_joins_with_its_first_member(runtime: Runtime, world: World) -> None:
    number = opened(runtime, world)
    seated(runtime, world, "Gedeputeerde", "Provincie")
    added(runtime, world, number, "Gedeputeerde")
    with runtime.read() as session:
        colleges = progress_of(session.get_one(WrittenRound, number)).colleges
        assert len(colleges) == 6
        assert (colleges[-1][0].needed, colleges[-1][1].total) == (1, 1)


def test_who_comes_back_for_another_college_answers_anew(runtime: Runtime, world: World) -> None:
    number = opened(runtime, world)
    say(runtime, number, Said.CONSENT)
    removed(runtime, world, number)
    with runtime.work() as session:
        seat = session.scalars(select(Membership).where(Membership.person_id == world.people[WHO])).one()
        seat.organisation_id = world.organisations["Leiderdorp"]
    added(runtime, world, number)
    with runtime.read() as session:
        voter = voter_of(session, world, number)
        assert (voter.organisation.name, voter.said, voter.answered_at) == ("Leiderdorp", None, None)


def test_the_last_of_a_college_stays(runtime: Runtime, world: World) -> None:
    number = opened(runtime, world)
    for who in ("Burgemeester Leiden", "Wethouder Leiden 1"):
        removed(runtime, world, number, who)
    with pytest.raises(Conflict, match="round_last_of_college"):
        removed(runtime, world, number, "Wethouder Leiden 2")


def test_a_quorum_that_the_college_itself_chose_is_not_put_out_of_reach(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        for seat in session.scalars(select(Seat).where(Seat.body_id == world.body_id)):
            seat.quorum = 3
    number = opened(runtime, world)
    with pytest.raises(Invalid, match="round_quorum_impossible"):
        removed(runtime, world, number)


def test_nobody_is_added_or_taken_out_twice_without_reason_or_without_a_vote(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    number = opened(runtime, world)
    with pytest.raises(Conflict, match="round_asked_already"):
        added(runtime, world, number)
    with pytest.raises(NotFound):
        added(runtime, world, number, "reader")
    removed(runtime, world, number)
    with pytest.raises(Conflict, match="round_removed_already"):
        removed(runtime, world, number)
    for why in (" ", "x" * 5_000):
        with pytest.raises(Invalid):
            added(runtime, world, number, why=why)
    with runtime.work() as session, pytest.raises(Forbidden):
        member = world.by(session, "Wethouder Leiden 2")
        add_voter(session, runtime.config, locked(session, number), world.people[WHO], WHY, member, clock())
    clock.at = deadline_of(LAST, ZONE)
    with pytest.raises(Conflict, match="round_time_over"):
        added(runtime, world, number)


def test_both_stand_in_the_history_with_their_reason(runtime: Runtime, world: World) -> None:
    number = opened(runtime, world)
    removed(runtime, world, number)
    added(runtime, world, number)
    with runtime.read() as session:
        kept = {one.verb: one.after for one in audit.history(session, "written_round", number)}
    assert kept["round_voter_removed"] == {"person": WHO, "reason": WHY}
    assert kept["round_voter_added"]["reason"] == "Was vergeten."


def test_the_clerk_takes_out_who_left_and_adds_them_again_by_the_pages(
    runtime: Runtime, world: World, as_someone: Callable[[str], FlaskClient]
) -> None:
    number = opened(runtime, world)
    told(runtime)
    with runtime.work() as session:
        session.scalars(
            select(Membership).where(Membership.person_id == world.people[WHO])
        ).one().until = date(2018, 12, 17)
        found = session.get_one(WrittenRound, number)
        assert [one.person.name for one in have_left(session, found, runtime.clock())] == [WHO]
        voter = voter_of(session, world, number).id
    browser = as_someone("clerk")
    address = f"/rounds/{number}/voters/{voter}/remove"
    assert f"{WHO} is in dit gremium niet meer stemgerechtigd" in browser.get(f"/rounds/{number}").text
    assert "Er vertrekt één brief" in browser.get(address).text
    assert browser.post(address, data={"why": ""}).status_code == 422
    page = browser.post(address, data={"why": WHY}, follow_redirects=True).text
    assert "Niet meer gevraagd" in page
    assert WHY in page
    # Without a vote nobody is asked; with it, adding undoes what was done.
    assert (
        "Iedereen die nu stemgerechtigd is, is gevraagd" in browser.get(f"/rounds/{number}/voters/new").text
    )
    with runtime.work() as session:
        session.scalars(
            select(Membership).where(Membership.person_id == world.people[WHO])
        ).one().until = None
    form = {"person": world.people[WHO], "why": "x" * 2_001}
    refused = browser.post(f"/rounds/{number}/voters/new", data=form)
    assert refused.status_code == 422
    assert "xxx" in refused.text
    page = browser.post(
        f"/rounds/{number}/voters/new", data=form | {"why": "Toch nog."}, follow_redirects=True
    )
    assert f"{WHO} wordt gevraagd" in page.text
    assert browser.get(f"/rounds/{number}/voters/99999/remove").status_code == 404


def test_only_who_runs_rounds_changes_who_is_asked(
    runtime: Runtime, world: World, as_someone: Callable[[str], FlaskClient]
) -> None:
    number = opened(runtime, world)
    with runtime.read() as session:
        voter = voter_of(session, world, number).id
    browser = as_someone("Wethouder Leiden 2")
    for path in ("voters/new", f"voters/{voter}/remove", f"voters/{voter}"):
        assert browser.get(f"/rounds/{number}/{path}").status_code == 403
    assert browser.post(f"/rounds/{number}/remind").status_code == 403
