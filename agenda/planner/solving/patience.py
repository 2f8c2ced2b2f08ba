"""How long a search may go on: until its seconds are spent, or until somebody stops it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ortools.sat.python import cp_model

from agenda.planner.solving.problem import Stopped

LOOKS_EVERY = 0.1


def nobody_stops() -> bool:
    """Never stop."""
    return False


@dataclass(frozen=True)
class Patience:
    """Until when there is time, on the monotonic clock, and how to hear that it was stopped."""

    until: float
    stopped: Stopped = nobody_stops

    @classmethod
    def of(cls, seconds: float, stopped: Stopped | None = None) -> Patience:
        """Give a search so many seconds from now."""
        return cls(time.monotonic() + seconds, stopped or nobody_stops)

    @property
    def left(self) -> float:
        """How many seconds there still are; 0 when it was stopped."""
        return 0.0 if self.stopped() else max(0.0, self.until - time.monotonic())

    @property
    def over(self) -> bool:
        """Tell whether to go no further."""
        return self.left <= 0

    def part(self, seconds: float) -> Patience:
        """Give a step of the search at most so many of the seconds that are left."""
        return Patience(min(self.until, time.monotonic() + seconds), self.stopped)


class Heard(cp_model.CpSolverSolutionCallback):
    """Hands each better solution on while the solver goes on."""

    def __init__(self, take: Callable[[cp_model.CpSolverSolutionCallback], None]) -> None:
        super().__init__()
        self.take = take

    def on_solution_callback(self) -> None:
        """Hand this one on."""
        self.take(self)


def solver_of(workers: int, seed: int) -> cp_model.CpSolver:
    """Give a solver that works in so many threads, and with the same seed in the same way."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    return solver


def solve(
    model: cp_model.CpModel,
    solver: cp_model.CpSolver,
    patience: Patience,
    better: cp_model.CpSolverSolutionCallback | None = None,
) -> cp_model.CpSolverStatus:
    """Solve the model for as long as there is patience; the status it ended with.

    The solver works in a thread of its own, so that `stopped` is asked, and an interrupt is heard, in the
    thread of the caller; `better` is called from the solver's.
    """
    solver.parameters.max_time_in_seconds = patience.left
    # An interrupt is ours to hear, not the solver's.
    solver.parameters.catch_sigint_signal = False
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(solver.solve, model, better)
        try:
            while True:
                try:
                    return working.result(LOOKS_EVERY)
                except TimeoutError:
                    if patience.over:
                        solver.stop_search()
        finally:
            # Repeated until it is heard: a search that has not begun cannot be stopped yet.
            while not working.done():
                solver.stop_search()
                time.sleep(LOOKS_EVERY / 10)
