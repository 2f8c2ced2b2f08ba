"""In which order a meeting treats its topics. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agenda.planner.solving.problem import Subject

# The exact order looks at every set of topics; of more topics than this only a good one is sought.
EXACT = 14


def agenda_order(subjects: Iterable[Subject]) -> list[Subject]:
    """Give the topics in the order in which guests wait least, each after those it waits for.

    A guest waits for the minutes of topics of others between the first and the last of their own. Among
    equally good orders urgent topics come first: high priority, early deadline. Up to 14 topics the order
    is the best there is (a shortest path over the sets of topics already treated, Held and Karp 1962).
    """
    items = sorted(subjects, key=lambda one: (-one.priority, one.deadline is None, one.deadline, one.id))
    here = {one.id for one in items}
    number = {one.id: place for place, one in enumerate(items)}
    waits = [sum(1 << number[name] for name in one.after & here) for one in items]
    if len(items) <= EXACT:
        return [items[place] for place in _least_waiting(items, waits)]
    return [items[place] for place in _together(items, waits)]


def _least_waiting(items: Sequence[Subject], waits: Sequence[int]) -> list[int]:
    """Find the cheapest way from nothing treated to everything, set by set."""
    every = (1 << len(items)) - 1
    best: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    guests = [
        sum(1 << place for place, one in enumerate(items) if name in one.guests) for name in _guests(items)
    ]
    for _ in items:
        further: dict[int, tuple[int, tuple[int, ...]]] = {}
        for done, (cost, order) in best.items():
            for place, one in enumerate(items):
                bit = 1 << place
                if done & bit or waits[place] & ~done:
                    continue
                idle = sum(1 for mine in guests if mine & done and mine & ~done and not mine & bit)
                found = (cost + idle * one.minutes, (*order, place))
                if (done | bit) not in further or found < further[done | bit]:
                    further[done | bit] = found
        best = further
    return list(best[every][1])


def _together(items: Sequence[Subject], waits: Sequence[int]) -> list[int]:
    """Place one after another, who shares guests with the last first."""
    order: list[int] = []
    done = 0
    while len(order) < len(items):
        last = items[order[-1]].guests if order else frozenset()
        ready = [place for place in range(len(items)) if not done >> place & 1 and not waits[place] & ~done]
        following = max(ready, key=lambda place: (len(last & items[place].guests), -place))
        order.append(following)
        done |= 1 << following
    return order


def _guests(items: Sequence[Subject]) -> list[str]:
    """Name the guests of more than one topic."""
    seen = [name for one in items for name in one.guests]
    return sorted({name for name in seen if seen.count(name) > 1})
