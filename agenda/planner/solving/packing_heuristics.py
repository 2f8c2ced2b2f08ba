"""Good packings at once: first fit, best fit, and bins filled as full as can be. Pure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from agenda.planner.solving.packing_demand import Demand, Pattern
from agenda.planner.solving.patience import Patience

Ints = NDArray[np.int64]
# Above this a list of which fillings can be reached costs more than it brings.
FINEST = 20_000


def first_fit(demand: Demand) -> list[Pattern]:
    """Put each item, largest first, into the first bin that still has room."""
    return _fit(demand, lambda room: np.arange(len(room)))


def best_fit(demand: Demand) -> list[Pattern]:
    """Put each item, largest first, into the fullest bin that still has room."""
    return _fit(demand, lambda room: np.argsort(room, kind="stable"))


def _fit(demand: Demand, in_order: Callable[[Ints], NDArray[np.intp]]) -> list[Pattern]:
    """Fill bins in an order; items of one size go together, as each next one would choose the same bin."""
    bins: list[list[int]] = []
    room = np.zeros(0, dtype=np.int64)
    for size, count in zip(demand.sizes, demand.counts, strict=True):
        order = in_order(room)
        fits = room[order] // size
        before = np.cumsum(fits) - fits
        taken = np.clip(count - before, 0, fits)
        for place in np.flatnonzero(taken):
            bins[order[place]] += [size] * int(taken[place])
        room[order] -= taken * size
        each = demand.capacity // size
        opened = [min(each, rest) for rest in range(count - int(taken.sum()), 0, -each)]
        bins += [[size] * held for held in opened]
        room = np.concatenate([room, demand.capacity - size * np.array(opened, dtype=np.int64)])
    return [tuple(held) for held in bins]


def fullest_bins(demand: Demand, patience: Patience) -> list[Pattern] | None:
    """Fill one bin after the other around the largest item left, with as little slack as can be.

    After the minimum bin slack heuristic of Gupta and Ho (1999), the largest items going first among equally
    full bins. None when sizes are too fine for it, or when patience ends.
    """
    if demand.capacity > FINEST:
        return None
    left = list(demand.counts)
    bins: list[Pattern] = []
    for kind, size in enumerate(demand.sizes):
        while left[kind]:
            if patience.over:
                return None
            left[kind] -= 1
            company = _fullest(demand.sizes, left, kind, demand.capacity - size)
            again = 1 + min(left[other] // company.count(other) for other in company) if company else 1
            again = min(again, 1 + left[kind] // (1 + company.count(kind)))
            for other in company:
                left[other] -= again
            left[kind] -= again - 1
            bins += [(size, *(demand.sizes[other] for other in company))] * again
    return bins


def _fullest(sizes: tuple[int, ...], left: list[int], first: int, room: int) -> list[int]:
    """Choose which kinds fill the room best; large ones go first among equally full."""
    within = (1 << (room + 1)) - 1
    reached = 1
    kinds: list[int] = []
    steps = [reached]
    for kind in range(len(sizes) - 1, first - 1, -1):
        for _ in range(min(left[kind], room // sizes[kind])):
            reached |= (reached << sizes[kind]) & within
            kinds.append(kind)
            steps.append(reached)
    filled = reached.bit_length() - 1
    chosen: list[int] = []
    for place in range(len(kinds) - 1, -1, -1):
        size = sizes[kinds[place]]
        if filled >= size and steps[place] >> (filled - size) & 1:
            chosen.append(kinds[place])
            filled -= size
    return chosen
