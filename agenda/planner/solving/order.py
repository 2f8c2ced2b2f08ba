"""In which order a meeting treats its topics. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agenda.planner.solving.problem import Subject
from agenda.topics.waiting import EXACT, least_waiting


def agenda_order(subjects: Iterable[Subject]) -> list[Subject]:
    """Give the topics in the order in which guests wait least, each after those it waits for.

    A guest waits for the minutes of topics of others between the first and the last of their own. Among
    equally good orders urgent topics come first: high priority, early deadline. Up to 14 topics the order
    is the best there is.
    """
    items = sorted(subjects, key=lambda one: (-one.priority, one.deadline is None, one.deadline, one.id))
    here = {one.id for one in items}
    number = {one.id: place for place, one in enumerate(items)}
    waits = [sum(1 << number[name] for name in one.after & here) for one in items]
    if len(items) <= EXACT:
        order = least_waiting([one.minutes for one in items], [one.guests for one in items], waits)
        return [items[place] for place in order]
    return [items[place] for place in _together(items, waits)]


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
