"""Two clerks who decide about the same two topics at once, each on a connection of their own."""

from __future__ import annotations

import threading

import pytest

from agenda.core.problems import Problem
from agenda.core.runtime import Runtime
from agenda.people.model import Role
from agenda.topics import likeness_actions as actions
from agenda.topics.likeness_merging import Choice
from agenda.topics.likeness_model import Verdict
from agenda.topics.likeness_queries import pair_between
from agenda.topics.model import TopicState
from agenda.topics.rules import state_of
from tests.topics.likeness.twins import both, seat, seen, twins
from tests.topics.test_races import _wait_until_blocked
from tests.world import START, World

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@pytest.mark.parametrize("first", ["link", "merge"])
@pytest.mark.parametrize("second", ["differ", "merge the other way"])
def test_the_second_waits_and_is_refused(runtime: Runtime, world: World, first: str, second: str) -> None:
    seat(runtime, world, "clerk", Role.CLERK)
    numbers = twins(runtime, world)
    refused: list[str] = []

    def decide(what: str) -> None:
        with runtime.read() as session:
            on_screen = seen(session, numbers)
            by = world.by(session, "clerk")
            one, other = both(session, numbers)
            ready.wait(timeout=10)
            try:
                if what == "differ":
                    actions.judge(session, (one, other), Verdict.DIFFERENT, on_screen, by, START)
                else:
                    actions.merge(session, other, one, Choice(), on_screen, by, START)
                session.commit()
            except Problem as problem:
                refused.append(problem.code)
                session.rollback()

    ready = threading.Event()
    late = threading.Thread(target=decide, args=(second,))
    with runtime.work() as session:
        one, other = both(session, numbers)
        by = world.by(session, "clerk")
        if first == "link":
            actions.judge(session, (one, other), Verdict.LINKED, seen(session, numbers), by, START)
        else:
            actions.merge(session, one, other, Choice(), seen(session, numbers), by, START)
        late.start()
        ready.set()
        _wait_until_blocked(runtime)
    late.join(timeout=30)
    assert not late.is_alive()
    assert refused == ["pair_decided_meanwhile"]
    with runtime.read() as session:
        pair = pair_between(session, *numbers)
        assert pair is not None
        assert pair.verdict is (Verdict.LINKED if first == "link" else Verdict.MERGED)
        states = [state_of(topic) for topic in both(session, numbers)]
        assert states == [
            TopicState.OPEN,
            TopicState.OPEN if first == "link" else TopicState.MERGED,
        ]
