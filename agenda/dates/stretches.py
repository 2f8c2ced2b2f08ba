"""Stretches of time as pairs of seconds, end excluded: joined, taken from each other, made into blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

import numpy as np

from agenda.dates.busy import Blocks, merged

Stretch = tuple[int, int]
MINUTE = 60


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the same time as stretches in order that do not touch; empty ones are gone."""
    result: list[Stretch] = []
    for begin, end in sorted(stretches):
        if begin >= end:
            continue
        if result and begin <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((begin, end))
    return result


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """Return what of the stretches lies in none of those taken."""
    result: list[Stretch] = []
    gone = joined(taken)
    number = 0
    for begin, end in joined(stretches):
        while number < len(gone) and gone[number][1] <= begin:
            number += 1
        ahead = number
        while ahead < len(gone) and gone[ahead][0] < end:
            if begin < gone[ahead][0]:
                result.append((begin, gone[ahead][0]))
            begin = max(begin, gone[ahead][1])
            ahead += 1
        if begin < end:
            result.append((begin, end))
    return result


def blocks(stretches: Sequence[Stretch], first: datetime, last: datetime) -> Blocks:
    """Return the time in whole minutes since 1970, rounded outward, sorted, merged and cut to the window."""
    low, high = int(first.timestamp()) // MINUTE, -(-int(last.timestamp()) // MINUTE)
    numbers = np.fromiter(chain.from_iterable(stretches), dtype=np.int64, count=2 * len(stretches))
    pairs = numbers.reshape(-1, 2)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    begins = np.maximum(pairs[:, 0] // MINUTE, low)
    ends = np.minimum(-(-pairs[:, 1] // MINUTE), high)
    inside = begins < ends
    return merged(np.column_stack((begins[inside], ends[inside])))
