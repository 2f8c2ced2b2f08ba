"""The plan that a search begins with, and that it ends when it is told to."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from agenda.planner.problem_file import read_problem
from agenda.planner.solving.case import case_of
from agenda.planner.solving.desk import Desk
from agenda.planner.solving.fewest import fewest_meetings
from agenda.planner.solving.greedy import first_plan
from agenda.planner.solving.inserting import insert_left_over
from agenda.planner.solving.patience import Patience
from agenda.planner.solving.problem import Occasion, Problem, Subject
from tests.planner.instances import planted

START = datetime(2019, 2, 1, 9, tzinfo=UTC)
PATIENCE = 600


def occasion(number: int, minutes: int = 60) -> Occasion:
    moment = START + timedelta(weeks=number)
    return Occasion(f"m{number}", "gco", moment, moment.date(), minutes, planned=True)


@pytest.mark.parametrize("seed", range(4))
def test_everything_that_some_plan_treats_is_treated_at_once(seed: int) -> None:
    document, _known = planted(250, 100, seed)
    case = case_of(read_problem(json.dumps(document).encode()))
    plan = first_plan(case, Patience.of(PATIENCE))
    assert case.allows(plan)
    assert case.figures(plan).untreated_priority == 0


def test_a_predecessor_comes_soon_enough_for_what_waits_for_it() -> None:
    """The fullest meeting is the last one; there the predecessor would come too late."""
    long = Subject("long", 50, earliest=date(2019, 2, 8))
    first = Subject("first", 10, priority=1)
    second = Subject("second", 30, deadline=date(2019, 2, 1), after=frozenset({"first"}))
    case = case_of(Problem((occasion(0), occasion(1)), (long, first, second)))
    assert case.figures(first_plan(case, Patience.of(PATIENCE))).untreated_priority == 0


def test_what_is_left_over_comes_in_when_others_make_way() -> None:
    """Only the first meeting suits `early`; `either` and then `later` move on for it."""
    early = Subject("early", 60, deadline=date(2019, 2, 1))
    either = Subject("either", 60, deadline=date(2019, 2, 8))
    later = Subject("later", 60)
    case = case_of(Problem((occasion(0), occasion(1), occasion(2)), (early, either, later)))
    desk = Desk(case)
    desk.put(1, 0)
    desk.put(2, 1)
    insert_left_over(desk, Patience.of(PATIENCE))
    assert desk.places == (0, 1, 2)


def test_what_cannot_come_in_leaves_everything_as_it_was() -> None:
    early = [Subject(f"early{number}", 60, deadline=date(2019, 2, 1)) for number in range(2)]
    case = case_of(Problem((occasion(0), occasion(1)), tuple(early)))
    desk = Desk(case)
    desk.put(0, 0)
    insert_left_over(desk, Patience.of(PATIENCE))
    assert desk.places == (0, -1)


def test_a_search_that_is_stopped_gives_the_best_it_has() -> None:
    document, _known = planted(120, 40, 0)
    asked = 0

    def stopped() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    problem = read_problem(json.dumps(document).encode())
    plan = fewest_meetings(problem, seconds=PATIENCE, stopped=stopped)
    assert asked > 3
    assert plan.seconds < PATIENCE / 2
    assert case_of(problem).figures(places_of(problem, plan.treated)) == plan.figures


def test_no_time_at_all_still_gives_a_plan_that_keeps_to_the_rules() -> None:
    document, _known = planted(40, 12, 1)
    problem = read_problem(json.dumps(document).encode())
    plan = fewest_meetings(problem, seconds=0)
    assert case_of(problem).allows(places_of(problem, plan.treated))


def places_of(problem: Problem, treated: dict[str, str]) -> tuple[int, ...]:
    case = case_of(problem)
    number = {one.id: place for place, one in enumerate(case.occasions)}
    return tuple(number.get(treated.get(one.id, ""), -1) for one in case.subjects)
