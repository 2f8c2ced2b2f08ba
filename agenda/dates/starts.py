"""At which moments a meeting may begin: opening hours of a zone, on the days of a period.

Everything is counted in whole minutes since 1970 UTC. Between two clock changes the local clock runs beside
them at a constant distance, so a period is cut at its clock changes, and in each piece days and opening
hours are plain sums; days of 23 and 25 hours need no rule of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from agenda.dates.question import Question

DAY = 24 * 60
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, eq=False)
class Starts:
    """Every moment at which the meeting may begin, in order, and which day of the period it falls on."""

    minutes: NDArray[np.int64]
    # Counted from the first day of the period.
    day: NDArray[np.int64]
    # What the local clock shows, in minutes after midnight.
    clock: NDArray[np.int64]


class _Opened(NamedTuple):
    """A stretch of opening hours on one day, without a clock change inside."""

    day: int
    begin: int
    end: int
    offset: int
    opens: int


def possible_starts(question: Question) -> Starts:
    """Give the moments at which the meeting may begin, earliest first.

    The meeting lies wholly within the opening hours of one day. Exact for zones whose distance to UTC is a
    whole number of minutes, which all are since 1973.
    """
    opened = list(_opened(question))
    until = [one.end for one in opened]
    for i in range(len(opened) - 2, -1, -1):
        this, following = opened[i], opened[i + 1]
        # A meeting may go on over a clock change.
        if this.day == following.day and this.end == following.begin:
            until[i] = until[i + 1]
    step, minutes = question.step, question.minutes
    begins, counts = [], []
    for one, limit in zip(opened, until, strict=True):
        opens = one.day * DAY + one.opens - one.offset
        # Opening hours that a clock change cuts in two go on at the same steps.
        first = opens - (opens - one.begin) // step * step
        last = min(one.end - 1, limit - minutes)
        begins.append(first)
        counts.append(max(0, (last - first) // step + 1))
    number = np.array(counts, np.int64)
    piece = np.repeat(np.arange(len(opened)), number)
    nth = np.arange(len(piece)) - np.repeat(np.cumsum(number) - number, number)
    starts = np.array(begins, np.int64)[piece] + nth * step
    days = np.array([one.day for one in opened], np.int64)[piece]
    clock = starts + np.array([one.offset for one in opened], np.int64)[piece] - days * DAY
    found = Starts(starts, days - _number(question.first), clock)
    if question.not_before is None:
        return found
    soon = int(np.searchsorted(starts, minute_after(question.not_before)))
    return Starts(found.minutes[soon:], found.day[soon:], found.clock[soon:])


def minute_before(moment: datetime) -> int:
    """Give the whole minute in which a moment falls, or that it begins."""
    return int(moment.timestamp() // 60)


def minute_after(moment: datetime) -> int:
    """Give the first whole minute that is not before a moment."""
    return -int(-moment.timestamp() // 60)


def moment_of(minute: int) -> datetime:
    """Give the moment in UTC."""
    return datetime.fromtimestamp(minute * 60, UTC)


def _opened(question: Question) -> Iterator[_Opened]:
    """Give the opening hours of each day, cut at clock changes, in order."""
    first, last = _number(question.first), _number(question.last)
    hours = {
        weekday: (_clock(opens), _clock(closes) or DAY) for weekday, (opens, closes) in question.hours.items()
    }
    for begin, end, offset in _between_changes(question.zone, (first - 1) * DAY, (last + 2) * DAY):
        for day in range(max(first, (begin + offset) // DAY), min(last, (end + offset - 1) // DAY) + 1):
            # The first of January 1970 was a Thursday.
            opens, closes = hours.get((day + 3) % 7, (0, 0))
            opened = max(begin, day * DAY + opens - offset)
            closed = min(end, day * DAY + closes - offset)
            if opened < closed:
                yield _Opened(day, opened, closed, offset, opens)


def _between_changes(zone: str, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Cut the time between two minutes at the clock changes: begin, end, and distance to UTC in minutes."""
    info = ZoneInfo(zone)
    since, offset = begin, _offset(info, begin)
    for known in range(begin, end, DAY):
        reached = min(known + DAY, end)
        following = _offset(info, reached)
        if following != offset:
            low, high = known, reached
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(info, middle) == offset else (low, middle)
            yield since, high, offset
            since, offset = high, following
    yield since, end, offset


def _offset(info: ZoneInfo, minute: int) -> int:
    distance = datetime.fromtimestamp(minute * 60, info).utcoffset() or timedelta()
    return distance // timedelta(minutes=1)


def _clock(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def _number(day: date) -> int:
    return (day - EPOCH).days
