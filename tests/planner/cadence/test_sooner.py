"""Moving a plan forward keeps every rule, costs no meeting more, and lets nothing wait longer."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from agenda.planner.cadence_sooner import sooner
from agenda.planner.problem_file import read_problem
from agenda.planner.solving.fewest import fewest_meetings
from agenda.planner.solving.pricing import faults, priced
from agenda.planner.solving.problem import Occasion, Problem, Subject
from tests.planner.small import problems


@given(problems(topics=6, meetings=4))
@settings(deadline=None, max_examples=40)
def test_a_plan_moved_forward_is_as_good_in_all_else(document: dict[str, Any]) -> None:
    problem = read_problem(json.dumps(document).encode())
    plan = fewest_meetings(problem, seconds=5.0, workers=1, aims=3)
    moved = sooner(problem, plan.treated)
    assert moved.keys() == plan.treated.keys()
    assert faults(problem, moved) == []
    before, after = priced(problem, plan.treated), priced(problem, moved)
    assert after.meetings_held <= before.meetings_held
    assert after.new_meetings <= before.new_meetings
    assert after.waiting <= before.waiting


def on(day: int, *, planned: bool = False) -> Occasion:
    """Give a date of an hour in January."""
    at = datetime(2019, 1, day, 9, tzinfo=UTC)
    return Occasion(f"d{day}", "gco", at, at.date(), 60, planned=planned)


def test_a_date_moves_forward_with_all_its_topics() -> None:
    topics = (Subject("a", 30), Subject("b", 30, earliest=date(2019, 1, 9)))
    problem = Problem((on(3), on(10), on(17)), topics)
    assert sooner(problem, {"a": "d17", "b": "d17"}) == {"a": "d10", "b": "d10"}


def test_a_topic_moves_forward_to_a_meeting_that_is_held_anyway() -> None:
    topics = (Subject("a", 30), Subject("b", 50, earliest=date(2019, 1, 9)), Subject("c", 10))
    problem = Problem((on(3, planned=True), on(10)), topics)
    assert sooner(problem, {"a": "d3", "b": "d10", "c": "d10"}) == {"a": "d3", "b": "d10", "c": "d3"}


@pytest.mark.parametrize("after", ["b", "unknown"])
def test_no_topic_moves_before_the_one_it_waits_for(after: str) -> None:
    topics = (
        Subject("a", 30, after=frozenset({after})),
        Subject("b", 30, earliest=date(2019, 1, 9)),
        Subject("c", 10),
    )
    problem = Problem((on(3, planned=True), on(10)), topics)
    plan = {"b": "d10", "c": "d3"} | ({"a": "d10"} if after == "b" else {})
    assert sooner(problem, plan) == plan
