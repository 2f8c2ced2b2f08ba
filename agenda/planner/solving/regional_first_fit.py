"""A plan for a regional day made by hand, as it were: each meeting at the first moment that fits. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence

from agenda.planner.solving.patience import Patience
from agenda.planner.solving.regional_case import DayCase, Timetable
from agenda.planner.solving.regional_rebuild import figures_of, free_places, predecessors_first


def first_fit(case: DayCase, order: Sequence[int] | None = None) -> Timetable:
    """Give each meeting in turn the first start and room where nobody required is elsewhere.

    Without an order, what is hardest to place comes first: with few starts, many people, long.
    """
    table: list[tuple[int, int] | None] = [None] * len(case.meetings)
    for one in order or _hardest_first(case):
        if all(table[other] is not None for other in case.after[one]):
            table[one] = next(free_places(case, table, one), None)
    return tuple(table)


def best_of_orders(case: DayCase, patience: Patience, seed: int, tries: int = 60) -> Timetable:
    """Try several orders, and give the best of the plans that come of them."""
    chance = random.Random(seed)  # noqa: S311 - for variety, not for secrets
    order = _hardest_first(case)
    best = first_fit(case, order)
    worth = figures_of(case, best).in_order
    for _ in range(tries):
        if patience.over:
            break
        chance.shuffle(order)
        table = first_fit(case, predecessors_first(case, order))
        figures = figures_of(case, table).in_order
        if figures < worth:
            best, worth = table, figures
    return best


def _hardest_first(case: DayCase) -> list[int]:
    order = sorted(
        case.possible,
        key=lambda one: (
            -case.meetings[one].weight,
            len(case.starts[one]),
            -len(case.meetings[one].required) * case.meetings[one].minutes,
        ),
    )
    return predecessors_first(case, order)
