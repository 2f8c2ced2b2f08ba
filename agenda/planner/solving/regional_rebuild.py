"""Better plans of a regional day: take some meetings out, put each back where it costs least. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from agenda.planner.solving.patience import Patience
from agenda.planner.solving.regional_case import DayCase, Timetable
from agenda.planner.solving.regional_people import best_chain
from agenda.planner.solving.regional_problem import DayFigures

Cost = tuple[int, int, int]
# So many meetings at most are taken out at once.
MOST_OUT = 4
# After so many fruitless tries, times the number of meetings, no more are made.
FRUITLESS = 15


def rebuild(case: DayCase, table: Timetable, patience: Patience, seed: int) -> Iterator[Timetable]:
    """Give ever better timetables, until none comes any more or patience is over."""
    if len(case.possible) < 2:
        return
    costs = Costs(case)
    chance = random.Random(seed)  # noqa: S311 - for variety, not for secrets
    best = figures_of(case, table).in_order
    fruitless = 0
    while fruitless < FRUITLESS * len(case.possible) and not patience.over:
        fruitless += 1
        tried = list(table)
        out = [one for one in case.possible if tried[one] is None]
        inside = [one for one in case.possible if tried[one] is not None]
        out += chance.sample(inside, min(len(inside), chance.randint(1, MOST_OUT)))
        # What follows from a meeting that is taken out cannot stay without it.
        for one in _with_followers(case, out):
            tried[one] = None
            out = out if one in out else [*out, one]
        chance.shuffle(out)
        for one in _predecessors_first(case, out):
            costs.put_back(tried, one, patience)
        found = case.figures(tuple(tried))
        # Equally good ones are taken as well: they lead to others.
        if found is not None and found.in_order <= best:
            table = tuple(tried)
            if found.in_order < best:
                best, fruitless = found.in_order, 0
                yield table


def figures_of(case: DayCase, table: Timetable) -> DayFigures:
    """Give the figures of a timetable that puts nobody in two rooms at once."""
    found = case.figures(table)
    if found is None:
        raise ValueError("nobody is put in two rooms at once")
    return found


class Costs:
    """What each crowd's day costs at given starts, kept so that it is worked out once."""

    def __init__(self, case: DayCase) -> None:
        self.case = case
        self.asked = [sorted(crowd.required | set(crowd.optional)) for crowd in case.crowds]
        self.crowds_of = [
            [number for number, asked in enumerate(self.asked) if one in asked]
            for one in range(len(case.meetings))
        ]
        self.known: dict[tuple[int, ...], Cost | None] = {}

    def put_back(self, table: list[tuple[int, int] | None], one: int, patience: Patience) -> None:
        """Put a meeting where it costs people least, and there as early as can be."""
        best: tuple[Cost, int, int] | None = None
        for start, room in free_places(self.case, table, one):
            if patience.over:
                break
            table[one] = (start, room)
            cost = self.of(table, one)
            if cost is not None and (best is None or cost < best[0]):
                best = (cost, start, room)
        table[one] = best[1:] if best is not None else None

    def of(self, table: Sequence[tuple[int, int] | None], one: int) -> Cost | None:
        """Sum what those cost who are asked for a meeting; None when somebody would be in two rooms."""
        missed = gaps = travel = 0
        for number in self.crowds_of[one]:
            found = self._crowd(number, table)
            if found is None:
                return None
            missed, gaps, travel = missed + found[0], gaps + found[1], travel + found[2]
        return missed, gaps, travel

    def _crowd(self, number: int, table: Sequence[tuple[int, int] | None]) -> Cost | None:
        key = (number, *(place[0] if (place := table[one]) else -1 for one in self.asked[number]))
        if key not in self.known:
            crowd, problem = self.case.crowds[number], self.case.problem
            chain = best_chain(self.case.items_of(crowd, tuple(table)), problem.change_over, problem.pause)
            self.known[key] = chain and (
                crowd.count * chain.missed,
                crowd.count * chain.gap,
                crowd.travel if chain.taken else 0,
            )
        return self.known[key]


def free_places(
    case: DayCase, table: Sequence[tuple[int, int] | None], one: int
) -> Iterator[tuple[int, int]]:
    """Give each start at which a meeting can be held, with one room of each hall that is free then.

    Nobody required is elsewhere, and what it follows from is over.
    """
    if any(table[other] is None for other in case.after[one]):
        return
    others = [(other, *place) for other, place in enumerate(table) if place is not None and other != one]
    required = case.meetings[one].required
    ready = max(
        (start + case.meetings[other].minutes for other, start, _room in others if other in case.after[one]),
        default=case.problem.opens,
    )
    for start in case.starts[one]:
        beside = [place for place in others if case.overlap(one, start, place[0], place[1])]
        if start < ready or any(required & case.meetings[other].required for other, *_place in beside):
            continue
        taken = {room for _other, _start, room in beside}
        for hall in case.fits[one]:
            free = [room for room in case.halls[hall] if room not in taken]
            if free:
                yield start, free[0]


def _with_followers(case: DayCase, out: Sequence[int]) -> list[int]:
    found = set(out)
    while True:
        more = {one for one, after in enumerate(case.after) if one not in found and found & set(after)}
        if not more:
            return sorted(found)
        found |= more


def _predecessors_first(case: DayCase, order: Sequence[int]) -> list[int]:
    return predecessors_first(case, order, [one for one in case.possible if one not in order])


def predecessors_first(case: DayCase, order: Sequence[int], done: Sequence[int] = ()) -> list[int]:
    """Put what waits for others behind them; what waits in a ring, or for what cannot be, is left out."""
    left, settled, found = list(order), set(done), list[int]()
    while True:
        ready = next((one for one in left if settled.issuperset(case.after[one])), None)
        if ready is None:
            return found
        found.append(ready)
        settled.add(ready)
        left.remove(ready)
