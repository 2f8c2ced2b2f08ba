"""Two who decide about one topic at the same moment, each on a connection of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from agenda.core.database import get
from agenda.core.problems import Conflict
from agenda.core.runtime import Runtime
from agenda.topics import actions
from agenda.topics.model import Topic, TopicState
from agenda.topics.rules import state_of
from tests.topics.backlog import added
from tests.world import START, World

Verb = Callable[[Session, Topic, World], object]
VERBS: dict[str, Verb] = {
    "plan": lambda session, topic, _world: actions.plan_turn(session, topic, START),
    "withdraw": lambda session, topic, world: actions.withdraw(
        session, topic, "Achterhaald", None, world.by(session, "clerk"), START
    ),
    "settle": lambda session, topic, world: actions.settle_in_writing(
        session, topic, None, world.by(session, "clerk"), START
    ),
}
AFTER = {
    "plan": TopicState.PLANNED,
    "withdraw": TopicState.WITHDRAWN,
    "settle": TopicState.SETTLED_IN_WRITING,
}
pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@pytest.mark.parametrize(
    ("first", "second"),
    [("plan", "withdraw"), ("plan", "settle"), ("withdraw", "plan"), ("settle", "plan"), ("plan", "plan")],
)
def test_the_second_waits_and_is_refused(runtime: Runtime, world: World, first: str, second: str) -> None:
    topic_id = added(runtime, world)
    refused: list[str] = []

    def come_second(topic: Topic, session: Session) -> None:
        try:
            VERBS[second](session, topic, world)
            session.commit()
        except Conflict as problem:
            refused.append(problem.code)
            session.rollback()

    with runtime.sessions.read() as theirs:
        # What the second saw before the first one decided.
        stale = get(theirs, Topic, topic_id)
        assert state_of(stale) is TopicState.OPEN
        with runtime.work() as session:
            VERBS[first](session, get(session, Topic, topic_id), world)
            session.flush()
            other = threading.Thread(target=come_second, args=(stale, theirs))
            other.start()
            _wait_until_blocked(runtime)
        other.join(timeout=30)
        assert not other.is_alive()
    assert refused in (["topic_not_free"], ["topic_is_planned"])
    with runtime.read() as session:
        assert state_of(get(session, Topic, topic_id)) is AFTER[first]


def _wait_until_blocked(runtime: Runtime) -> None:
    """Return once a connection waits for another; fails where none does."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with runtime.read() as session:
            if session.scalar(waiting):
                return
        time.sleep(0.02)
    pytest.fail("the second did not wait for the first")
