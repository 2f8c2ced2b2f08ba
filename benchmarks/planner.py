"""Fewest meetings for realistic problems in which some plan is known, beside greedy plans.

    python -m benchmarks.planner [--full]

`held` and `bound` after so many seconds; when aims 1 and 2, and aim 4 were proven; how far people's minutes
are above their bound; the greedy plan's meetings and what it leaves untreated, beside it.
"""

from __future__ import annotations

import json
import sys

from agenda.planner.problem_file import read_problem
from agenda.planner.solving.case import case_of
from agenda.planner.solving.fewest import fewest_meetings
from agenda.planner.solving.greedy import first_plan
from agenda.planner.solving.patience import Patience
from agenda.planner.solving.problem import Aim, Progress
from tests.planner.instances import SIZES, planted

SECONDS = {"region": 10.0, "year": 15.0, "busy": 30.0, "huge": 60.0}


def main(full: bool) -> None:
    """Print one line for each problem."""
    print(
        f"{'size':7} {'topics':>6} {'dates':>5} {'known':>5} {'held':>5} {'bound':>5} {'proven s':>8}"
        f" {'minutes s':>9} {'gap %':>6} {'greedy':>6} {'untreated':>9}"
    )
    for name, (topics, dates) in SIZES.items():
        if name == "huge" and not full:
            continue
        for seed in range(3 if name != "huge" else 1):
            row(name, topics, dates, seed)


def row(name: str, topics: int, dates: int, seed: int) -> None:
    """Solve one problem, and print what came of it."""
    document, known = planted(topics, dates, seed)
    problem = read_problem(json.dumps(document).encode())
    case = case_of(problem)
    greedy = case.figures(first_plan(case, Patience.of(60)))
    proven: dict[Aim, float] = {}

    def heard(progress: Progress) -> None:
        for aim in progress.plan.proven:
            proven.setdefault(aim, progress.plan.seconds)

    plan = fewest_meetings(problem, seconds=SECONDS[name], report=heard)
    figures, bounds = plan.figures, plan.bounds
    gap = 100 * (figures.person_minutes / max(1, bounds.person_minutes) - 1)
    print(
        f"{name:7} {topics:6} {dates:5} {known:5} {figures.meetings_held:5} {bounds.meetings_held:5}"
        f" {_when(proven, Aim.MEETINGS_HELD):>8} {_when(proven, Aim.PERSON_MINUTES):>9} {gap:6.2f}"
        f" {greedy.meetings_held:6} {greedy.untreated_priority:9}",
        flush=True,
    )


def _when(proven: dict[Aim, float], aim: Aim) -> str:
    return f"{proven[aim]:.1f}" if aim in proven else "-"


if __name__ == "__main__":
    main("--full" in sys.argv[1:])
