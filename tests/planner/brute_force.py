"""The best plan of a small problem, by trying them all; written from the contract, not from the planner."""

from __future__ import annotations

from datetime import datetime
from itertools import product
from typing import Any

from tests.planner.checker import figures, fits, waiting


def best_figures(problem: dict[str, Any]) -> tuple[int, ...]:
    """Give the figures of all five aims of the best plan there is."""
    topics = [one for one in problem["topics"] if not one.get("in_writing")]
    meetings = {one["id"]: one for one in problem["meetings"]}
    choices = [
        [None, *(name for name, one in meetings.items() if fits(problem, topic, one))] for topic in topics
    ]
    best: tuple[int, ...] | None = None
    for chosen in product(*choices):
        where = {topic["id"]: place for topic, place in zip(topics, chosen, strict=True) if place is not None}
        if allowed(problem, where):
            cost = (*figures(problem, where).values(), waiting(problem, where))
            best = cost if best is None else min(best, cost)
    assert best is not None
    return best


def allowed(problem: dict[str, Any], where: dict[str, str]) -> bool:
    """Tell whether room, sequence and company allow a plan."""
    meetings = {one["id"]: one for one in problem["meetings"]}
    topics = {one["id"]: one for one in problem["topics"]}
    for name, one in meetings.items():
        inside = [topics[topic]["minutes"] for topic, place in where.items() if place == name]
        if inside and sum(inside) > one["minutes"] - one.get("reserved_minutes", 0):
            return False
    if any(
        where.get(other) == place
        for topic, place in where.items()
        for other in topics[topic].get("apart_from", [])
    ):
        return False
    starts = {name: datetime.fromisoformat(one["starts_at"]) for name, one in meetings.items()}
    for topic, place in where.items():
        for other in topics[topic].get("after", []):
            if topics[other].get("in_writing"):
                continue
            if other not in where or (where[other] != place and starts[where[other]] >= starts[place]):
                return False
    return not _in_a_ring(topics, set(where))


def _in_a_ring(topics: dict[str, Any], treated: set[str]) -> bool:
    """Tell whether some treated topics wait for each other."""
    left = set(treated)
    while left:
        free = {one for one in left if not left & set(topics[one].get("after", []))}
        if not free:
            return True
        left -= free
    return False
