"""Good plans at once: tight topics first, into meetings already held, then meetings closed again. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from agenda.planner.solving.case import NOWHERE, Case, Places, in_order
from agenda.planner.solving.desk import Desk
from agenda.planner.solving.inserting import insert_left_over
from agenda.planner.solving.patience import Patience

# So many different orders are tried; more bring little.
ORDERS = 12
# Above so many possibilities one order takes seconds.
MANY_PAIRS = 300_000


def first_plan(case: Case, patience: Patience, seed: int = 0) -> Places:
    """Give the best of some greedy plans, with meetings closed where the rest takes their topics."""
    chance = random.Random(seed)  # noqa: S311 - for variety, not for secrets
    best: Places = (NOWHERE,) * len(case.subjects)
    cost = case.figures(best).in_order
    for trial in range(1 if case.pairs > MANY_PAIRS else ORDERS):
        if trial and patience.over:
            break
        desk = _filled(case, chance if trial else None, patience)
        insert_left_over(desk, patience)
        close_meetings(desk, patience)
        found = case.figures(desk.places).in_order
        if found < cost:
            best, cost = desk.places, found
    return best


def _filled(case: Case, chance: random.Random | None, patience: Patience) -> Desk:
    """Place the topics one by one: those with little choice first, each after those it waits for."""
    desk = Desk(case)
    wish = _attraction(case)
    in_time = soon_enough(case)
    for subject in _tight_first(case, chance):
        if patience.over:
            break
        place = desk.tightest(subject, in_time[subject])
        if place == NOWHERE:
            place = _opened(desk, subject, in_time[subject], wish)
        if place == NOWHERE and in_time[subject] != case.fits[subject]:
            # What waits for it is lost; it need not be.
            place = desk.tightest(subject, case.fits[subject])
            if place == NOWHERE:
                place = _opened(desk, subject, case.fits[subject], wish)
        if place != NOWHERE:
            desk.put(subject, place)
    return desk


def soon_enough(case: Case) -> list[tuple[int, ...]]:
    """Give for each topic the places that leave a place for everything that waits for it."""
    found = list(case.fits)
    for number in reversed(in_order(case.after)):
        ends = [case.rank[found[one][-1]] for one in case.followed_by[number] if found[one]]
        if ends:
            here = tuple(place for place in found[number] if case.rank[place] <= min(ends))
            found[number] = here or found[number]
    return found


def _tight_first(case: Case, chance: random.Random | None) -> list[int]:
    """Order the topics: few places first, then long; predecessors before their followers."""
    shake = [chance.uniform(0.5, 1.5) if chance else 1.0 for _ in case.subjects]
    weight = [
        shake[number] * len(case.fits[number]) / (1 + one.minutes * one.priority)
        for number, one in enumerate(case.subjects)
    ]
    topological = in_order(case.after)
    # A predecessor is at least as urgent as what waits for it.
    for number in reversed(topological):
        for one in case.after[number]:
            weight[one] = min(weight[one], weight[number])
    depth = [0] * len(case.subjects)
    for number in topological:
        depth[number] = max((depth[one] + 1 for one in case.after[number]), default=0)
    return sorted(
        (number for number in topological if case.fits[number]),
        key=lambda number: (weight[number], depth[number], number),
    )


def _attraction(case: Case) -> list[float]:
    """Tell how much each meeting could be used for, before anything is placed."""
    wish = [0.0] * len(case.occasions)
    for number, one in enumerate(case.subjects):
        for place in case.fits[number]:
            wish[place] += one.minutes / len(case.fits[number])
    return [min(used, 2.0 * max(1, one.room)) for used, one in zip(wish, case.occasions, strict=True)]


def _opened(desk: Desk, subject: int, among: Iterable[int], wish: Sequence[float]) -> int:
    """Choose the meeting to hold for a topic: planned and wanted by many, else NOWHERE."""
    case = desk.case
    return max(
        (place for place in among if place not in desk.held and desk.allows(subject, place)),
        key=lambda place: (wish[place], case.occasions[place].planned, -place),
        default=NOWHERE,
    )


def close_meetings(desk: Desk, patience: Patience) -> None:
    """Give up each meeting, emptiest first, whose topics others can take, once more until none can."""
    closed = 1
    while closed and not patience.over:
        closed = sum(_close(desk, place) for place in desk.emptiest_first() if not patience.over)


def _close(desk: Desk, place: int) -> bool:
    """Move every topic of one meeting to others; False, and nothing moved, when that cannot be."""
    before = desk.places
    case = desk.case
    order = (
        {subject: number for number, subject in enumerate(in_order(case.after))} if any(case.after) else {}
    )
    leaving = sorted(desk.held[place], key=lambda one: (-case.subjects[one].minutes, order.get(one, 0)))
    touched = []
    for subject in leaving:
        desk.take(subject)
        touched.append(subject)
        other = desk.tightest(subject, (one for one in case.fits[subject] if one != place))
        if other == NOWHERE:
            other = _by_exchange(desk, subject, place, touched)
        if other == NOWHERE:
            desk.restore(before)
            return False
        desk.put(subject, other)
    return True


def _by_exchange(desk: Desk, subject: int, closing: int, touched: list[int]) -> int:
    """Make room for a topic by moving one other topic on to a third meeting; NOWHERE when that fails."""
    case = desk.case
    minutes = case.subjects[subject].minutes
    for place in case.fits[subject]:
        if place == closing or place not in desk.held:
            continue
        short = minutes - desk.room[place]
        for other in sorted(desk.held[place]):
            if case.subjects[other].minutes < short or len(desk.held[place]) == 1:
                continue
            desk.take(other)
            if desk.allows(subject, place):
                third = desk.tightest(other, (one for one in case.fits[other] if one not in (place, closing)))
                if third != NOWHERE:
                    desk.put(other, third)
                    touched.append(other)
                    if desk.allows(subject, place):
                        return place
                    desk.take(other)
            desk.put(other, place)
    return NOWHERE
