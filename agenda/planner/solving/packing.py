"""Interchangeable meetings: the fewest bins of one capacity for these sizes, with proof. Pure.

The bound is tried first: is there a packing into so many bins? Then all that is wasted is known, and in the
graph of fillings (arc flow, Valério de Carvalho 1999) only those are kept that can still end with that little
waste. What remains is small, and CP-SAT answers yes or no.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from agenda.planner.solving.packing_bounds import cheap_bound
from agenda.planner.solving.packing_columns import column_bound
from agenda.planner.solving.packing_demand import Demand, Pattern, demand_of, reduced
from agenda.planner.solving.packing_heuristics import FINEST, best_fit, first_fit, fullest_bins
from agenda.planner.solving.patience import Patience, nobody_stops, solve, solver_of
from agenda.planner.solving.problem import Stopped


@dataclass(frozen=True)
class Packing:
    """Which sizes, by their place in what was asked, lie together; and how few bins there can be at least."""

    bins: tuple[tuple[int, ...], ...]
    bound: int

    @property
    def proven(self) -> bool:
        """Tell whether no packing has fewer bins."""
        return len(self.bins) <= self.bound


def pack(
    sizes: Sequence[int],
    capacity: int,
    *,
    seconds: float = 5.0,
    workers: int = 2,
    seed: int = 0,
    stopped: Stopped | None = None,
) -> Packing:
    """Pack into as few bins as can be found in so many seconds; ValueError for a size that fits in none."""
    if any(not 1 <= size <= capacity for size in sizes):
        raise ValueError("each size must be between 1 and the capacity")
    if not sizes:
        return Packing((), 0)
    patience = Patience.of(seconds, stopped or nobody_stops)
    whole, unit = demand_of(sizes, capacity)
    sure, rest = reduced(whole)
    bound = len(sure) + cheap_bound(rest)
    best = _at_once(rest, patience)
    if len(sure) + len(best) > bound:
        bound = max(bound, len(sure) + column_bound(rest, best, patience.part(patience.left / 2)))
    while len(sure) + len(best) > bound and not patience.over and rest.capacity <= FINEST:
        found, impossible = _into(rest, bound - len(sure), workers, seed, patience)
        if found is not None:
            best = found
        elif impossible:
            bound += 1
        else:
            break
    return Packing(_by_place([*sure, *best], sizes, unit), bound)


def _at_once(demand: Demand, patience: Patience) -> list[Pattern]:
    """Give the best of the quick packings."""
    tried = [first_fit(demand), best_fit(demand), fullest_bins(demand, patience)]
    return min((one for one in tried if one is not None), key=len)


def _into(
    demand: Demand, bins: int, workers: int, seed: int, patience: Patience
) -> tuple[list[Pattern] | None, bool]:
    """Pack into exactly so many bins, and tell whether it is certain that they are too few."""
    waste = bins * demand.capacity - demand.total
    if waste < 0:
        return None, True
    arcs, ends = _fillings(demand, waste)
    model = cp_model.CpModel()
    flow = {(kind, start): model.new_int_var(0, min(bins, demand.counts[kind]), "") for kind, start in arcs}
    ended = {place: model.new_int_var(0, bins, "") for place in ends}
    leaving: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    coming: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    for (kind, start), taken in flow.items():
        leaving[start].append(taken)
        coming[start + demand.sizes[kind]].append(taken)
    for place, taken in ended.items():
        leaving[place].append(taken)
    for place in leaving.keys() | coming.keys():
        model.add(sum(leaving[place]) == (bins if place == 0 else sum(coming[place])))
    for kind, count in enumerate(demand.counts):
        model.add(sum(taken for (one, _start), taken in flow.items() if one == kind) == count)
    solver = solver_of(workers, seed)
    status = solve(model, solver, patience)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, status == cp_model.INFEASIBLE
    return _bins_of(demand, {arc: solver.value(taken) for arc, taken in flow.items()}, bins), False


def _fillings(demand: Demand, waste: int) -> tuple[list[tuple[int, int]], list[int]]:
    """Give each kind with the fillings onto which it can be put, and the fillings that may be the last.

    A bin is filled in falling size. A filling counts only when larger sizes reach it, and smaller ones reach
    an end from it.
    """
    within = (1 << (demand.capacity + 1)) - 1
    reached: list[int] = []
    filled = 1
    for size, count in zip(demand.sizes, demand.counts, strict=True):
        # What is reached before the last of this kind is put on.
        before = filled
        for _ in range(min(count, demand.capacity // size)):
            before, filled = filled, filled | (filled << size) & within
        reached.append(before)
    least = max(0, demand.capacity - waste)
    ending = within & ~((1 << least) - 1)
    arcs: list[tuple[int, int]] = []
    useful = ending
    for kind in range(len(demand.sizes) - 1, -1, -1):
        size = demand.sizes[kind]
        for _ in range(min(demand.counts[kind], demand.capacity // size)):
            useful |= useful >> size
        starts = reached[kind] & useful >> size
        while starts:
            lowest = starts & -starts
            arcs.append((kind, lowest.bit_length() - 1))
            starts ^= lowest
    ends = [place for place in range(least, demand.capacity + 1) if filled >> place & 1]
    return arcs, ends


def _bins_of(demand: Demand, flow: dict[tuple[int, int], int], bins: int) -> list[Pattern]:
    """Follow the flow from empty to an end, bin by bin; as many stop at a filling as no flow leaves it."""
    onward: dict[int, list[int]] = defaultdict(list)
    for (kind, start), taken in sorted(flow.items()):
        onward[start] += [kind] * taken
    found = []
    for _ in range(bins):
        place, pattern = 0, []
        while onward[place]:
            size = demand.sizes[onward[place].pop()]
            pattern.append(size)
            place += size
        found.append(tuple(pattern))
    return found


def _by_place(bins: Sequence[Pattern], sizes: Sequence[int], unit: int) -> tuple[tuple[int, ...], ...]:
    """Say the bins by the places of their sizes in what was asked."""
    waiting: dict[int, list[int]] = defaultdict(list)
    for place, size in enumerate(sizes):
        waiting[size // unit].append(place)
    return tuple(tuple(waiting[size].pop() for size in pattern) for pattern in bins if pattern)
