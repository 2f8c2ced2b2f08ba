"""How many bins there must be at least, cheaply: volume and dual feasible functions. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agenda.planner.solving.packing_demand import Demand, demand_of

# More thresholds than this bring nothing that is worth their time.
MOST_THRESHOLDS = 1_000
MOST_SPLITS = 40


def bound_for(sizes: Sequence[int], capacity: int) -> int:
    """Give a lower bound of the number of bins, at once; items that fit in no bin count as one each."""
    held = [min(size, capacity) for size in sizes if size > 0]
    return cheap_bound(demand_of(held, capacity)[0]) if held else 0


def cheap_bound(demand: Demand) -> int:
    """Give the best of the volume and of Fekete and Schepers' dual feasible functions.

    A dual feasible function gives sizes other values, of which no bin can hold more than 1 together; the sum
    of the values is then a bound (Fekete and Schepers, New classes of fast lower bounds for bin packing
    problems, 2001). The first of the two below is Martello and Toth's L2.
    """
    if not demand.sizes:
        return 0
    sizes = np.array(demand.sizes, dtype=np.int64)
    counts = np.array(demand.counts, dtype=np.int64)
    capacity = demand.capacity
    best = -(-demand.total // capacity)
    for threshold in _thresholds(sizes, capacity):
        best = max(best, _without_small(sizes, counts, capacity, int(threshold)))
    for parts in range(1, MOST_SPLITS):
        best = max(best, _rounded(sizes, counts, capacity, parts))
    return best


def _thresholds(sizes: NDArray[np.int64], capacity: int) -> NDArray[np.int64]:
    """Give the sizes up to half a bin at which the bound can change."""
    low = sizes[2 * sizes <= capacity]
    high = capacity - sizes[2 * sizes > capacity] + 1
    found = np.unique(np.concatenate([low, high]))
    return found[:: -(-len(found) // MOST_THRESHOLDS)] if len(found) else found


def _without_small(sizes: NDArray[np.int64], counts: NDArray[np.int64], capacity: int, threshold: int) -> int:
    """Count items above capacity - threshold as a whole bin, below the threshold as nothing."""
    values = np.where(sizes > capacity - threshold, capacity, np.where(sizes < threshold, 0, sizes))
    return -(-int(values @ counts) // capacity)


def _rounded(sizes: NDArray[np.int64], counts: NDArray[np.int64], capacity: int, parts: int) -> int:
    """Round sizes down to parts of a bin: x stays when (parts + 1) x is whole, else it is floored.

    In units of capacity x parts, to stay whole.
    """
    grown = (parts + 1) * sizes
    values = np.where(grown % capacity == 0, parts * sizes, grown // capacity * capacity)
    return -(-int(values @ counts) // (capacity * parts))
