"""A plan for a regional day made by hand, as it were: each meeting at the first moment that fits. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from agenda.planner.solving.patience import Patience
from agenda.planner.solving.regional_case import DayCase, Timetable
from agenda.planner.solving.regional_problem import DayFigures


def first_fit(case: DayCase, order: Sequence[int] | None = None) -> Timetable:
    """Give each meeting in turn the first start and room where nobody required is elsewhere.

    Without an order, what is hardest to place comes first: with few starts, many people, long.
    """
    table: list[tuple[int, int] | None] = [None] * len(case.meetings)
    for one in order or _hardest_first(case):
        if all(table[other] is not None for other in case.after[one]):
            table[one] = next(_places(case, table, one), None)
    return tuple(table)


def best_of_orders(case: DayCase, patience: Patience, seed: int, tries: int = 60) -> Timetable:
    """Try several orders, and give the best of the plans that come of them."""
    chance = random.Random(seed)  # noqa: S311 - for variety, not for secrets
    order = _hardest_first(case)
    best = first_fit(case, order)
    worth = _worth(case, best)
    for _ in range(tries):
        if patience.over:
            break
        chance.shuffle(order)
        table = first_fit(case, _predecessors_first(case, order))
        if _worth(case, table) < worth:
            best, worth = table, _worth(case, table)
    return best


def _worth(case: DayCase, table: Timetable) -> tuple[int, ...]:
    found: DayFigures | None = case.figures(table)
    if found is None:
        raise ValueError("nobody is put in two rooms at once")
    return found.in_order


def _hardest_first(case: DayCase) -> list[int]:
    order = sorted(
        case.possible,
        key=lambda one: (
            -case.meetings[one].weight,
            len(case.starts[one]),
            -len(case.meetings[one].required) * case.meetings[one].minutes,
        ),
    )
    return _predecessors_first(case, order)


def _predecessors_first(case: DayCase, order: Sequence[int]) -> list[int]:
    """Put what waits for others behind them; what waits in a ring, or for what cannot be, is left out."""
    left, done = list(order), list[int]()
    while True:
        ready = [one for one in left if all(other in done for other in case.after[one])]
        if not ready:
            return done
        done.append(ready[0])
        left.remove(ready[0])


def _places(case: DayCase, table: Sequence[tuple[int, int] | None], one: int) -> Iterator[tuple[int, int]]:
    others = [(other, *place) for other, place in enumerate(table) if place is not None]
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
            yield from ((start, room) for room in case.halls[hall] if room not in taken)
