"""How many bins there must be at least, by mixing whole bins (Gilmore and Gomory 1961). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import ceil

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from agenda.planner.solving.packing_demand import Demand, Pattern
from agenda.planner.solving.packing_heuristics import FINEST
from agenda.planner.solving.patience import Patience

# Prices are reckoned with as whole numbers of this part, so that the bound is exact.
PARTS = 10**9
# What is less than this is rounding of the linear programme.
NEARLY = 1e-6
# More cells than this are not worth the time.
MOST_CELLS = 50_000_000


def column_bound(demand: Demand, patterns: Iterable[Pattern], patience: Patience) -> int:
    """Give the linear bound, rounded up; when time ends a weaker one (Farley 1990), 0 when nothing is known.

    `patterns` are bins to start from; new ones come from the prices of sizes, by a knapsack.
    """
    copies = sum(
        min(count, demand.capacity // size) for size, count in zip(demand.sizes, demand.counts, strict=True)
    )
    if demand.capacity > FINEST or copies * demand.capacity > MOST_CELLS or not demand.sizes:
        return 0
    counts = np.array(demand.counts, dtype=np.int64)
    programme = pywraplp.Solver.CreateSolver("GLOP")
    rows = {
        size: programme.Constraint(count, programme.infinity())
        for size, count in zip(demand.sizes, demand.counts, strict=True)
    }
    objective = programme.Objective()
    objective.SetMinimization()
    known: set[Pattern] = set()

    def add(pattern: Pattern) -> None:
        known.add(pattern)
        share = programme.NumVar(0, programme.infinity(), "")
        objective.SetCoefficient(share, 1)
        for size, times in Counter(pattern).items():
            rows[size].SetCoefficient(share, times)

    for pattern in set(patterns):
        add(pattern)
    best = 0
    while not patience.over:
        programme.SetTimeLimit(max(1, int(patience.left * 1000)))
        if programme.Solve() != pywraplp.Solver.OPTIMAL:
            break
        value = objective.Value()
        prices = np.array([max(0, int(rows[size].dual_value() * PARTS)) for size in demand.sizes], np.int64)
        worth, pattern = _most_worth(demand, prices)
        if not worth:
            break
        # No bin holds more than `worth`: so many are needed for everything, whatever the prices are.
        best = max(best, -(-int(prices @ counts) // worth))
        if worth <= (1 + NEARLY) * PARTS or pattern in known or best >= ceil(value - NEARLY):
            break
        add(pattern)
    return best


def _most_worth(demand: Demand, prices: NDArray[np.int64]) -> tuple[int, Pattern]:
    """Fill one bin with the sizes worth most together, each no more often than there is need of it."""
    value = np.zeros(demand.capacity + 1, dtype=np.int64)
    steps: list[tuple[int, NDArray[np.bool_]]] = []
    for size, count, price in zip(demand.sizes, demand.counts, prices, strict=True):
        if price <= 0:
            continue
        for _ in range(min(count, demand.capacity // size)):
            taken = np.full_like(value, -1)
            taken[size:] = value[:-size] + price
            better = taken > value
            value = np.where(better, taken, value)
            steps.append((size, better))
    place = demand.capacity
    pattern = []
    for size, better in reversed(steps):
        if better[place]:
            pattern.append(size)
            place -= size
    return int(value[demand.capacity]), tuple(sorted(pattern, reverse=True))
