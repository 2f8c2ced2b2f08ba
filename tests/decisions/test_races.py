"""Two who record, close, rectify or ratify at the same moment, each on a connection of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from agenda.core.problems import Changed, Conflict
from agenda.core.runtime import Runtime
from agenda.decisions import ratification_actions, rectifying, reservation_actions
from agenda.decisions.actions import record_decision
from agenda.decisions.model import Decision, RatifyingOrgan, Rectification, Reservation
from agenda.meetings import actions as meetings
from agenda.meetings import agenda_actions
from agenda.meetings.model import AgendaItem, ItemOutcome, Meeting
from agenda.people.model import Organisation
from tests.decisions.held import LATER, Held, close, decided
from tests.meetings.planning import AFTER
from tests.world import World

Verb = Callable[[Session], object]
pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


def second(runtime: Runtime, look: Verb, first: Verb, then: Verb) -> list[str]:
    """Let one look, another act, and the first act on what it saw; gives how that was refused."""
    refused: list[str] = []

    def come_second(theirs: Session) -> None:
        try:
            then(theirs)
            theirs.commit()
        except (Conflict, Changed) as problem:
            refused.append(problem.code)
            theirs.rollback()

    with runtime.sessions.read() as theirs:
        look(theirs)
        with runtime.work() as session:
            first(session)
            session.flush()
            other = threading.Thread(target=come_second, args=(theirs,))
            other.start()
            _wait_until_blocked(runtime)
        other.join(timeout=30)
        assert not other.is_alive()
    return refused


def _wait_until_blocked(runtime: Runtime) -> None:
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with runtime.read() as session:
            if session.scalar(waiting):
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


@pytest.fixture
def ready(runtime: Runtime, world: World, held: Held) -> Held:
    """Let every item have its outcome, so that the meeting can be closed."""
    with runtime.work() as session:
        close(session, world, held)
        meetings.reopen(session, session.get_one(Meeting, held.id), world.by(session, "clerk"), AFTER)
    return held


def test_nothing_is_recorded_in_a_meeting_that_is_closed_meanwhile(
    runtime: Runtime, world: World, ready: Held
) -> None:
    def close_it(session: Session) -> None:
        meetings.close(session, session.get_one(Meeting, ready.id), world.by(session, "clerk"), AFTER)

    def record(session: Session) -> None:
        meeting, by = session.get_one(Meeting, ready.id), world.by(session, "clerk")
        record_decision(session, meeting, "Te laat.", None, by, AFTER)

    refused = second(runtime, lambda s: s.get_one(Meeting, ready.id).closed_at, close_it, record)
    assert refused == ["not_possible_when_closed"]
    with runtime.read() as session:
        assert session.scalars(select(Decision)).all() == []


def test_no_outcome_is_overwritten_in_a_meeting_that_is_closed_meanwhile(
    runtime: Runtime, world: World, ready: Held
) -> None:
    def close_it(session: Session) -> None:
        meetings.close(session, session.get_one(Meeting, ready.id), world.by(session, "clerk"), AFTER)

    def overwrite(session: Session) -> None:
        item, by = session.get_one(AgendaItem, ready.first), world.by(session, "clerk")
        agenda_actions.record_outcome(session, item, ItemOutcome.NOTED, "Te laat.", by, AFTER)

    refused = second(runtime, lambda s: s.get_one(AgendaItem, ready.first).meeting, close_it, overwrite)
    assert refused == ["not_possible_when_closed"]
    with runtime.read() as session:
        assert session.get_one(AgendaItem, ready.first).outcome is ItemOutcome.DECIDED


def test_two_decisions_at_once_get_a_number_each(runtime: Runtime, world: World, held: Held) -> None:
    def record(session: Session) -> None:
        decided(session, world, held)

    assert second(runtime, lambda s: s.get_one(Meeting, held.id), record, record) == []
    with runtime.read() as session:
        assert sorted(session.scalars(select(Decision.position))) == [1, 2]


def test_of_two_reservations_of_one_college_at_once_the_second_is_told(
    runtime: Runtime, world: World, held: Held
) -> None:
    def reserve(session: Session) -> None:
        college = session.get_one(Organisation, world.organisations["Leiden"])
        item, by = session.get_one(AgendaItem, held.first), world.by(session, "clerk")
        reservation_actions.make_reservation(session, item, college, "Geld.", by, AFTER)

    assert second(runtime, lambda s: s.get_one(Meeting, held.id), reserve, reserve) == ["reservation_stands"]
    with runtime.read() as session:
        assert len(session.scalars(select(Reservation)).all()) == 1


def test_of_two_rectifications_at_once_one_stands_and_the_other_is_told(
    runtime: Runtime, world: World, held: Held
) -> None:
    with runtime.work() as session:
        key = decided(session, world, held).id
        close(session, world, held)

    def rectify(words: str) -> Verb:
        def act(session: Session) -> None:
            decision, by = session.get_one(Decision, key), world.by(session, "clerk")
            rectifying.rectify_decision(session, decision, words, "Fout.", None, by, LATER)

        return act

    def stale(session: Session) -> None:
        with pytest.raises(Exception, match=r"version|UPDATE statement") as failed:
            rectify("De tweede.")(session)
        raise Changed from failed.value

    refused = second(runtime, lambda s: s.get_one(Decision, key).meeting.body, rectify("De eerste."), stale)
    assert refused == ["changed_meanwhile"]
    with runtime.read() as session:
        assert session.get_one(Decision, key).text == "De eerste."
        assert len(session.scalars(select(Rectification)).all()) == 1


def test_of_two_who_choose_the_organs_at_once_the_second_is_told(
    runtime: Runtime, world: World, held: Held
) -> None:
    with runtime.work() as session:
        decision = decided(session, world, held)
        key, seen = decision.id, decision.version

    def choose(name: str) -> Verb:
        def act(session: Session) -> None:
            decision, by = session.get_one(Decision, key), world.by(session, "clerk")
            wanted = [(world.organisations[name], RatifyingOrgan.COUNCIL)]
            due = decision.ratifications[0].due_on
            assert due is not None
            ratification_actions.choose_organs(session, decision, wanted, due, seen, by, AFTER)

        return act

    refused = second(runtime, lambda s: s.get_one(Decision, key), choose("Leiden"), choose("Leiderdorp"))
    assert refused == ["changed_meanwhile"]
    with runtime.read() as session:
        rows = session.get_one(Decision, key).ratifications
        assert [one.organisation.name for one in rows] == ["Leiden"]
