"""Regional days of realistic size, and thousands of small ones beside all plans there are.

    python -m benchmarks.regional [SECONDS]     the large ones; after so many seconds (2 by default)
    python -m benchmarks.regional small NUMBER  the small ones: none may have a better plan in any aim

For each large one: how many meetings are left out, what people miss, how long they wait, and which of the
five aims are proven; beside it the plan that gives each meeting its first fitting start.
"""

from __future__ import annotations

import sys
import time

from hypothesis import HealthCheck, Phase, given, settings

from agenda.planner.solving.regional_case import day_case_of
from agenda.planner.solving.regional_day import regional_day
from agenda.planner.solving.regional_first_fit import first_fit
from agenda.planner.solving.regional_problem import DayProblem
from tests.planner.regional.brute_force import best_figures
from tests.planner.regional.checker import check
from tests.planner.regional.instances import SIZES, portfolio_day
from tests.planner.regional.small import days

SEEDS = range(3)


def main(seconds: float) -> None:
    """Print one line for each problem."""
    print(
        f"{'size':8} {'meetings':>8} {'people':>6} {'rooms':>5} {'seconds':>7} {'proven':>6}"
        f" {'left out':>12} {'missed':>12} {'waiting':>16} {'first fit':>20} {'waiting ×':>9}"
    )
    for name, (meetings, people, rooms) in SIZES.items():
        for seed in SEEDS:
            problem = portfolio_day(meetings, people, rooms, seed)
            row(name, problem, seconds)


def row(name: str, problem: DayProblem, seconds: float) -> None:
    """Solve one problem, and print what came of it."""
    plan = regional_day(problem, seconds=seconds)
    check(problem, plan)
    case = day_case_of(problem)
    simple = case.figures(first_fit(case))
    assert simple is not None
    best, least = plan.figures, plan.bounds
    print(
        f"{name:8} {len(problem.meetings):8} {len(problem.people):6} {len(problem.rooms):5}"
        f" {plan.seconds:7.2f} {len(plan.proven):6}"
        f" {best.left_out:5} (≥{least.left_out:4}) {best.missed:5} (≥{least.missed:4})"
        f" {best.gaps:7} (≥{least.gaps:6}) {simple.left_out:5}/{simple.missed:5}/{simple.gaps:7}"
        f" {simple.gaps / max(1, best.gaps):9.1f}",
        flush=True,
    )


def small(number: int) -> None:
    """Try so many small problems, and print how many there were."""
    tried = 0
    began = time.perf_counter()

    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(days())
    def agree(problem: DayProblem) -> None:
        nonlocal tried
        plan = regional_day(problem, seconds=30, workers=1)
        check(problem, plan)
        assert plan.figures.in_order == best_figures(problem)
        assert plan.bounds == plan.figures
        tried += 1

    agree()
    print(
        f"{tried} problems, each as good as the best of all its plans, in {time.perf_counter() - began:.0f} s"
    )


if __name__ == "__main__":
    given_words = sys.argv[1:]
    if given_words[:1] == ["small"]:
        small(int(given_words[1]))
    else:
        main(float(given_words[0]) if given_words else 2.0)
