"""How many items there are of each size, in the largest unit that still counts them exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

# What lies in one bin, by size, largest first.
Pattern = tuple[int, ...]


@dataclass(frozen=True)
class Demand:
    """What must be packed: distinct sizes, largest first, and how many of each; capacity in the same unit."""

    capacity: int
    sizes: tuple[int, ...]
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All sizes together."""
        return sum(size * count for size, count in zip(self.sizes, self.counts, strict=True))


def demand_of_counts(capacity: int, counted: Counter[int]) -> Demand:
    """Give the demand for so many of each size."""
    sizes = tuple(sorted((size for size, count in counted.items() if count > 0), reverse=True))
    return Demand(capacity, sizes, tuple(counted[size] for size in sizes))


def demand_of(sizes: Sequence[int], capacity: int) -> tuple[Demand, int]:
    """Give the demand in units of the sizes' greatest common divisor, and that unit."""
    unit = gcd(*sizes)
    return demand_of_counts(capacity // unit, Counter(size // unit for size in sizes)), unit


def reduced(demand: Demand) -> tuple[list[Pattern], Demand]:
    """Give bins that some best packing has for certain, and what remains beside them.

    For the largest item the largest other one that still fits is taken along when it fills the bin, or
    when no two others fit beside it; then any other company could be exchanged for it (Martello and Toth,
    Knapsack Problems, 1990, 8.4).
    """
    left = dict(zip(demand.sizes, demand.counts, strict=True))
    falling = list(demand.sizes)
    sure: list[Pattern] = []
    for size in demand.sizes:
        while left.get(size, 0) > 0:
            pattern = _certain_company(size, left, falling, demand.capacity)
            if pattern is None:
                break
            for part in pattern:
                left[part] -= 1
            sure.append(pattern)
        falling = [other for other in falling if left[other] > 0]
    return sure, demand_of_counts(demand.capacity, Counter(left))


def _certain_company(size: int, left: dict[int, int], falling: list[int], capacity: int) -> Pattern | None:
    """Give the bin of one item of this size when it is certain."""
    room = capacity - size
    spare = {size: left[size] - 1}
    largest = next((other for other in falling if other <= room and spare.get(other, left[other]) > 0), None)
    if largest is None:
        return (size,)
    if largest == room:
        return tuple(sorted((size, largest), reverse=True))
    smallest = _two_smallest(falling, left, spare)
    if smallest is None or smallest > room:
        return tuple(sorted((size, largest), reverse=True))
    return None


def _two_smallest(falling: list[int], left: dict[int, int], spare: dict[int, int]) -> int | None:
    """Add up the two smallest items; None when there are no two."""
    found: list[int] = []
    for other in reversed(falling):
        found += [other] * min(2, spare.get(other, left[other]))
        if len(found) >= 2:
            return found[0] + found[1]
    return None
