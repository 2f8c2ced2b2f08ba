"""Who is there at which start: how many people each need lacks, and who is absent at a few starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from agenda.dates.overlay import Ints, Overlay, counted
from agenda.dates.question import Kind, Need

# Many needs over a long period are counted a part at a time: 16 MB of numbers.
MOST_CELLS = 2_000_000


@dataclass(frozen=True, eq=False)
class Lacking:
    """Per start: how many people the needs of each kind lack, summed over those needs."""

    required: Ints
    quorum: Ints


def lacking(overlay: Overlay, needs: Sequence[Need]) -> Lacking:
    """Count at each start how many people the needs lack."""
    return Lacking(*(_lacking_of(overlay, [n for n in needs if n.kind == kind]) for kind in Kind))


def shortfalls(overlay: Overlay, needs: Sequence[Need]) -> Ints:
    """Count per need and start how many people it lacks: (needs, starts)."""
    size = len(overlay.starts.minutes)
    members = [[overlay.place[one] for one in need.people if one in overlay.place] for need in needs]
    number = np.array([len(those) for those in members], np.int64)
    row = np.repeat(np.arange(len(needs)), number)
    person = np.array([one for those in members for one in those], np.int64)
    which, pair = _ranges_of(overlay, person)
    shift = row[pair] * (size + 1)
    absent = counted(
        overlay.ranges.begin[which] + shift, overlay.ranges.end[which] + shift, len(needs) * (size + 1)
    ).reshape(len(needs), size + 1)[:, :size]
    spare = number - np.array([need.least for need in needs], np.int64)
    short: Ints = np.maximum(absent - spare[:, None], 0)
    return short


def absent_at(overlay: Overlay, places: Ints) -> list[list[int]]:
    """Name for each of these starts the people who are absent, by their place, in their own order."""
    size = len(overlay.starts.minutes)
    asked, again = np.unique(places, return_inverse=True)
    before = np.zeros(size + 1, np.int64)
    before[asked + 1] = 1
    np.cumsum(before, out=before)
    first, last = before[overlay.ranges.begin], before[overlay.ranges.end]
    hit = np.flatnonzero(first < last)
    number = last[hit] - first[hit]
    who = np.repeat(overlay.ranges.who[hit], number)
    which = np.repeat(first[hit], number) + _counting(number)
    order = np.argsort(which, kind="stable")
    cuts = np.searchsorted(which[order], np.arange(len(asked) + 1))
    people = who[order].tolist()
    return [people[cuts[n] : cuts[n + 1]] for n in again.tolist()]


def _lacking_of(overlay: Overlay, needs: Sequence[Need]) -> Ints:
    """Sum over the needs of one kind; those that need all of their people are counted together."""
    size = len(overlay.starts.minutes)
    total = np.zeros(size, np.int64)
    everyone: list[Need] = []
    some: list[Need] = []
    for need in needs:
        complete = need.least == len(need.people) and all(one in overlay.place for one in need.people)
        (everyone if complete else some).append(need)
    which, _ = _ranges_of(
        overlay, np.array([overlay.place[one] for need in everyone for one in need.people], np.int64)
    )
    total += counted(overlay.ranges.begin[which], overlay.ranges.end[which], size)
    for part in _parts(some, max(1, MOST_CELLS // (size + 1))):
        total += shortfalls(overlay, part).sum(axis=0)
    return total


def _ranges_of(overlay: Overlay, people: Ints) -> tuple[Ints, Ints]:
    """Give the places of all ranges of these people, and beside each the place of its person in the list."""
    bounds = np.searchsorted(overlay.ranges.who, np.arange(len(overlay.people) + 1))
    number = bounds[people + 1] - bounds[people]
    return np.repeat(bounds[people], number) + _counting(number), np.repeat(np.arange(len(people)), number)


def _counting(number: Ints) -> Ints:
    """Count 0, 1, 2, ... anew for each number: [2, 3] gives [0, 1, 0, 1, 2]."""
    return np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)


def _parts(needs: Sequence[Need], size: int) -> Iterator[Sequence[Need]]:
    for begin in range(0, len(needs), size):
        yield needs[begin : begin + size]
