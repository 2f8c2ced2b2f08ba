"""Every plan keeps to every rule, and no other is better: tried against all plans there are."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agenda.planner.command import answer
from agenda.planner.problem_file import read_problem
from agenda.planner.solving.fewest import fewest_meetings
from agenda.planner.solving.problem import Aim
from tests.planner.brute_force import best_figures
from tests.planner.checker import check
from tests.planner.instances import planted
from tests.planner.small import problems

SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)


@SLOWLY
@given(problems())
def test_no_other_plan_is_better_in_any_of_the_five_aims(document: dict[str, Any]) -> None:
    problem = read_problem(json.dumps(document).encode())
    plan = fewest_meetings(problem, workers=1)
    check(document, answer(problem, plan))
    assert plan.figures.in_order == best_figures(document)
    assert plan.bounds == plan.figures
    assert plan.proven == tuple(Aim)


@settings(parent=SLOWLY, max_examples=8)
@given(st.integers(0, 1_000))
def test_a_plan_of_realistic_size_keeps_to_every_rule_and_treats_everything(seed: int) -> None:
    document, known = planted(40, 12, seed)
    problem = read_problem(json.dumps(document).encode())
    plan = fewest_meetings(problem, seconds=5)
    check(document, answer(problem, plan))
    assert plan.figures.untreated_priority == 0
    assert plan.figures.meetings_held <= known


@settings(parent=SLOWLY, max_examples=10)
@given(problems(topics=9, meetings=5), st.integers(0, 3))
def test_the_same_seed_and_one_worker_give_the_same_plan(document: dict[str, Any], seed: int) -> None:
    problem = read_problem(json.dumps(document).encode())
    plans = [fewest_meetings(problem, workers=1, seed=seed) for _ in range(2)]
    assert plans[0].treated == plans[1].treated


def test_what_waits_for_a_topic_that_finds_no_place_is_not_treated() -> None:
    """The later topic fits the first meeting alone, from which the earlier one must stay apart."""
    meeting = {"body": "gco", "attendees": ["leiden.1"], "minutes": 45}
    document = {
        "time_zone": "Europe/Amsterdam",
        "meetings": [
            meeting | {"id": "first", "starts_at": "2019-03-31T11:30:00+02:00"},
            meeting | {"id": "second", "starts_at": "2019-03-31T23:30:00+02:00", "attendees": []},
        ],
        "topics": [
            {
                "id": "later",
                "minutes": 10,
                "needs": ["leiden.1"],
                "after": ["earlier"],
                "apart_from": ["earlier"],
            },
            {"id": "earlier", "minutes": 20, "priority": 2},
        ],
    }
    problem = read_problem(json.dumps(document).encode())
    plan = fewest_meetings(problem, workers=1)
    check(document, answer(problem, plan))
    assert set(plan.treated) == {"earlier"}
