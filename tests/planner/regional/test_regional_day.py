"""A plan of a regional day keeps to every rule, and no other is better: tried against all plans there are."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from agenda.planner.solving.regional_day import regional_day
from agenda.planner.solving.regional_problem import DayAim, DayProblem
from tests.planner.regional.brute_force import best_figures
from tests.planner.regional.checker import check
from tests.planner.regional.small import days

SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)


@SLOWLY
@given(days())
def test_no_other_plan_is_better_in_any_of_the_five_aims(problem: DayProblem) -> None:
    plan = regional_day(problem, seconds=30, workers=1)
    check(problem, plan)
    assert plan.figures.in_order == best_figures(problem)
    assert plan.bounds == plan.figures
    assert plan.proven == tuple(DayAim)
