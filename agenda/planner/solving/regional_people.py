"""What is best for one person on a regional day, once it is known when everything is held. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from agenda.planner.solving.regional_problem import Stretch


@dataclass(frozen=True)
class Crowd:
    """People who are asked for the same meetings and can be there alike.

    `optional` gives for each meeting that can be held without them the starts at which they can be there.
    `travel` is what it costs when they come, all together.
    """

    required: frozenset[int]
    optional: Mapping[int, frozenset[int]]
    people: tuple[str, ...]
    travel: int

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.people)


class Item(NamedTuple):
    """A meeting that is held: whether this person must be there, and whether they can."""

    start: int
    end: int
    meeting: int
    must: bool
    can: bool


class Chain(NamedTuple):
    """How often someone misses a meeting, how long they wait, and which meetings they are in."""

    missed: int
    gap: int
    taken: tuple[int, ...]


def best_chain(items: Sequence[Item], change_over: int, pause: Stretch | None) -> Chain | None:
    """Give the best day for one person: fewest meetings missed, then least waiting; None where none is.

    The items come in order of start. Shortest ways through the meetings: each follows one that is over.
    """
    missing = sum(not one.can for one in items)
    open_to = [one for one in items if one.can]
    best: list[Chain | None] = []
    for place, one in enumerate(open_to):
        found = None if any(earlier.must for earlier in open_to[:place]) else Chain(place, 0, (one.meeting,))
        for before in range(place - 1, -1, -1):
            earlier, way = open_to[before], best[before]
            if way is not None and earlier.end + change_over <= one.start:
                wait = one.start - earlier.end - _paused(earlier.end, one.start, pause)
                missed = way.missed + place - 1 - before
                found = _better(found, Chain(missed, way.gap + wait, (*way.taken, one.meeting)))
            if earlier.must:
                break
        best.append(found)
    return _ended(open_to, best, missing)


def _ended(items: Sequence[Item], best: Sequence[Chain | None], missing: int) -> Chain | None:
    """Let the day end after one of the meetings, with none that one must be in behind it."""
    found: Chain | None = None
    left = 0
    for place in range(len(items) - 1, -1, -1):
        way = best[place]
        if way is not None:
            found = _better(found, Chain(way.missed + left + missing, way.gap, way.taken))
        if items[place].must:
            return found
        left += 1
    return _better(found, Chain(left + missing, 0, ()))


def _better(one: Chain | None, other: Chain) -> Chain:
    return other if one is None or other[:2] < one[:2] else one


def _paused(begin: int, end: int, pause: Stretch | None) -> int:
    """Give how much of a wait is the pause; nobody meets in it, so it lies in a wait wholly or not at all."""
    return pause[1] - pause[0] if pause is not None and begin <= pause[0] and pause[1] <= end else 0
