"""The state of a topic as the database can ask it: the same rule as rules.state_of."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, case, func, select, type_coerce
from sqlalchemy.orm import aliased

from agenda.topics.model import Topic, TopicState, Turn, TurnResult
from agenda.topics.rules import STATE_AFTER


def state_expression() -> ColumnElement[str]:
    """Give the state of a topic as an expression to filter and sort by."""
    turn, last = aliased(Turn), aliased(Turn)
    counts = last.result.is_(None) | (last.result != TurnResult.RELEASED)
    newest = (
        select(func.max(last.id)).where(last.topic_id == Topic.id, counts).correlate(Topic).scalar_subquery()
    )
    # Told as plain words from here on: the column's own type knows no word for "no result yet".
    state = case(
        (turn.result.is_(None), STATE_AFTER[None].value),
        *((turn.result == result, after.value) for result, after in STATE_AFTER.items() if result),
    )
    after = select(type_coerce(state, String)).where(turn.id == newest).correlate(Topic).scalar_subquery()
    return case(
        (Topic.merged_into_id.is_not(None), TopicState.MERGED.value),
        (Topic.withdrawn_at.is_not(None), TopicState.WITHDRAWN.value),
        (Topic.settled_in_writing_at.is_not(None), TopicState.SETTLED_IN_WRITING.value),
        (Topic.in_writing_since.is_not(None), TopicState.IN_WRITING.value),
        else_=func.coalesce(after, TopicState.OPEN.value),
    )


def has_state(*states: TopicState) -> ColumnElement[bool]:
    """Keep the topics that stand in one of these states."""
    return state_expression().in_([state.value for state in states])
