"""Plans of thousands of small problems beside all plans there are: none may be better in any aim.

python -m benchmarks.agreement [NUMBER]
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from agenda.planner.command import answer
from agenda.planner.problem_file import read_problem
from agenda.planner.solving.fewest import fewest_meetings
from tests.planner.brute_force import best_figures
from tests.planner.checker import check
from tests.planner.small import problems


def main(number: int) -> None:
    """Try so many problems, and print how many there were."""
    tried = 0
    began = time.perf_counter()

    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(problems())
    def agree(document: dict[str, Any]) -> None:
        nonlocal tried
        problem = read_problem(json.dumps(document).encode())
        plan = fewest_meetings(problem, workers=1)
        check(document, answer(problem, plan))
        assert plan.figures.in_order == best_figures(document)
        assert plan.bounds == plan.figures
        tried += 1

    agree()
    print(
        f"{tried} problems, each as good as the best of all its plans, in {time.perf_counter() - began:.0f} s"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
