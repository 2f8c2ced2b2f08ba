"""Interchangeable meetings as bin packing: the classical sets, made anew from their published recipes.

Falkenauer (1996): uniform sizes 20 to 100 in bins of 150, and triplets that fill bins of 1 000 exactly (their
optimum is a third of the items, by construction). Schwerin and Wäscher (1997): sizes 150 to 200 in bins of
1 000. Wide ones: 160 to 200 sizes from 1 to 800 in bins of 1 000, the kind among which the hard 28 of
Schoenfield (2002) were chosen. Beside each: first and best fit in falling size, as ratios of the bins found.

    python -m benchmarks.classical [--full]
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable

from agenda.planner.solving.packing import pack
from agenda.planner.solving.packing_demand import demand_of
from agenda.planner.solving.packing_heuristics import best_fit, first_fit

SECONDS = 5.0
Instance = tuple[list[int], int]


def uniform(items: int, chance: random.Random) -> Instance:
    """Give sizes 20 to 100, capacity 150."""
    return [chance.randint(20, 100) for _ in range(items)], 150


def triplets(items: int, chance: random.Random) -> Instance:
    """Give threes that fill 1 000 exactly: one of 380 to 490, and two of at least 250."""
    sizes = []
    for _ in range(items // 3):
        large = chance.randint(380, 490)
        middle = chance.randint(250, (1_000 - large) // 2)
        sizes += [large, middle, 1_000 - large - middle]
    chance.shuffle(sizes)
    return sizes, 1_000


def schwerin(items: int, chance: random.Random) -> Instance:
    """Give sizes 150 to 200, capacity 1 000."""
    return [chance.randint(150, 200) for _ in range(items)], 1_000


def wide(items: int, chance: random.Random) -> Instance:
    """Give sizes 1 to 800, capacity 1 000."""
    return [chance.randint(1, 800) for _ in range(items)], 1_000


CLASSES: tuple[tuple[str, Callable[[int, random.Random], Instance], tuple[int, ...], int], ...] = (
    ("uniform", uniform, (120, 250, 500, 1_000), 20),
    ("triplets", triplets, (60, 120, 249, 501), 20),
    ("schwerin", schwerin, (100, 120), 20),
    ("wide", wide, (160, 180, 200), 10),
)


def main(full: bool) -> None:
    """Print one line for each class and size."""
    print(
        f"{'class':9} {'items':>5} {'solved':>8} {'above':>5} {'median s':>9} {'worst s':>8}"
        f" {'FFD':>6} {'BFD':>6}"
    )
    for name, make, sizes, number in CLASSES:
        for items in sizes:
            row(name, make, items, number if full else 3)


def row(name: str, make: Callable[[int, random.Random], Instance], items: int, number: int) -> None:
    """Solve so many instances of one kind, and print what came of it."""
    seconds, solved, above, firsts, bests = [], 0, 0, [], []
    for seed in range(number):
        sizes, capacity = make(items, random.Random(f"{name} {items} {seed}"))
        began = time.perf_counter()
        packing = pack(sizes, capacity, seconds=SECONDS)
        seconds.append(time.perf_counter() - began)
        assert sorted(place for one in packing.bins for place in one) == list(range(len(sizes)))
        assert all(sum(sizes[place] for place in one) <= capacity for one in packing.bins)
        if name == "triplets":
            assert packing.bound <= items // 3 <= len(packing.bins)
        solved += packing.proven
        above += len(packing.bins) - packing.bound
        demand, _unit = demand_of(sizes, capacity)
        firsts.append(len(first_fit(demand)) / len(packing.bins))
        bests.append(len(best_fit(demand)) / len(packing.bins))
    print(
        f"{name:9} {items:5} {solved:4}/{number:<3} {above:5} {statistics.median(seconds):9.2f}"
        f" {max(seconds):8.2f} {statistics.mean(firsts):6.3f} {statistics.mean(bests):6.3f}",
        flush=True,
    )


if __name__ == "__main__":
    main("--full" in sys.argv[1:])
