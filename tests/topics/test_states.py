"""The state of a topic, as the code tells it and as the database does."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from agenda.core.database import get
from agenda.core.problems import Conflict
from agenda.core.runtime import Runtime
from agenda.topics import actions
from agenda.topics.model import Topic, TopicState, Turn, TurnResult
from agenda.topics.rules import state_of
from agenda.topics.states import has_state, state_expression
from tests.topics.backlog import add, added
from tests.world import START, World

TURNS = st.lists(st.none() | st.sampled_from(TurnResult), max_size=5)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(turns=TURNS, withdrawn=st.booleans(), settled=st.booleans(), asked=st.booleans())
def test_code_and_database_agree_on_the_state(
    runtime: Runtime,
    world: World,
    turns: list[TurnResult | None],
    withdrawn: bool,
    settled: bool,
    asked: bool,
) -> None:
    with runtime.work() as session:
        topic = add(session, world)
        topic.withdrawn_at = START if withdrawn else None
        topic.settled_in_writing_at = START if settled else None
        topic.in_writing_since = START if asked else None
        for result in turns:
            session.add(Turn(topic=topic, planned_at=START, result=result))
            session.flush()
        found = session.scalar(select(state_expression()).where(Topic.id == topic.id))
        assert found == state_of(topic).value
        there = session.scalars(
            select(Topic.id).where(Topic.id == topic.id, has_state(state_of(topic)))
        ).all()
        assert there == [topic.id]
        session.delete(topic)


def test_a_topic_lives_from_turn_to_turn(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        topic = add(session, world)
        told = [state_of(topic)]
        turn = actions.plan_turn(session, topic, START)
        told.append(state_of(topic))
        actions.release_turn(session, turn, START)
        told.append(state_of(topic))
        actions.drop_turn(session, actions.plan_turn(session, topic, START))
        told.append(state_of(topic))
        for result in (TurnResult.DEFERRED, TurnResult.TREATED):
            actions.conclude_turn(session, actions.plan_turn(session, topic, START), result, START)
            told.append(state_of(topic))
    assert told == [
        TopicState.OPEN,
        TopicState.PLANNED,
        TopicState.OPEN,
        TopicState.OPEN,
        TopicState.DEFERRED,
        TopicState.TREATED,
    ]


def test_a_topic_has_one_turn_at_a_time(runtime: Runtime, world: World) -> None:
    topic_id = added(runtime, world)
    with runtime.work() as session:
        actions.plan_turn(session, get(session, Topic, topic_id), START)
    with runtime.work() as session, pytest.raises(Conflict, match="topic_not_free"):
        actions.plan_turn(session, get(session, Topic, topic_id), START)


def test_what_is_on_an_agenda_is_neither_withdrawn_nor_settled(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        topic, clerk = add(session, world), world.by(session, "clerk")
        actions.plan_turn(session, topic, START)
        with pytest.raises(Conflict, match="topic_is_planned"):
            actions.withdraw(session, topic, "Achterhaald", None, clerk, START)
        with pytest.raises(Conflict, match="topic_is_planned"):
            actions.settle_in_writing(session, topic, None, clerk, START)


def test_settling_in_writing_and_withdrawing_can_be_undone(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        topic, clerk = add(session, world), world.by(session, "clerk")
        actions.settle_in_writing(session, topic, None, clerk, START)
        assert state_of(topic) is TopicState.SETTLED_IN_WRITING
        with pytest.raises(Conflict, match="topic_is_done"):
            actions.withdraw(session, topic, "Achterhaald", None, clerk, START)
        actions.reopen(session, topic, None, clerk, START)
        actions.withdraw(session, topic, " Achterhaald\r\n", topic.version, clerk, START)
        assert (state_of(topic), topic.withdrawn_why) == (TopicState.WITHDRAWN, "Achterhaald")
        actions.reopen(session, topic, topic.version, clerk, START)
        assert (state_of(topic), topic.withdrawn_why) == (TopicState.OPEN, "")
        with pytest.raises(Conflict, match="topic_is_open"):
            actions.reopen(session, topic, None, clerk, START)
