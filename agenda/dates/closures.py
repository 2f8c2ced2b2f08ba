"""When nobody can meet, as moments: weekly, yearly and single closures in a period; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Protocol

from agenda.core.clock import at_local
from agenda.dates.model import ClosureKind
from agenda.dates.question import Closed

DAY = timedelta(days=1)


class Closing(Protocol):
    """What a closure is, as far as its days and hours are concerned; the table's row has it all."""

    @property
    def kind(self) -> ClosureKind: ...
    @property
    def weekday(self) -> int | None: ...
    @property
    def month(self) -> int | None: ...
    @property
    def day_of_month(self) -> int | None: ...
    @property
    def first_day(self) -> date | None: ...
    @property
    def last_day(self) -> date | None: ...
    @property
    def begins(self) -> time | None: ...
    @property
    def ends(self) -> time | None: ...


def closed_times(
    named: Iterable[tuple[Closing, str]], first: date, last: date, zone: str
) -> tuple[Closed, ...]:
    """Give every time in a period, both days included, at which one of these is in the way, with its name.

    Hours are civil: what is closed from nine to noon is so on both sides of a clock change.
    """
    return tuple(
        Closed(*_hours(closure, day, zone), name)
        for closure, name in named
        for day in closed_days(closure, first, last)
    )


def closed_days(closure: Closing, first: date, last: date) -> Iterator[date]:
    """Give the days of a period on which a closure holds; 29 February only in years that have one."""
    begin = first if closure.first_day is None else max(first, closure.first_day)
    end = last if closure.last_day is None else min(last, closure.last_day)
    if closure.kind is ClosureKind.WEEKLY and closure.weekday is not None:
        begin += timedelta(days=(closure.weekday - begin.weekday()) % 7)
        yield from _each(begin, end, 7 * DAY)
    elif closure.kind is ClosureKind.ONCE:
        yield from _each(begin, end, DAY)
    elif closure.month is not None and closure.day_of_month is not None:
        for year in range(begin.year, end.year + 1):
            day = _day(year, closure.month, closure.day_of_month)
            if day is not None and begin <= day <= end:
                yield day


def _each(begin: date, end: date, step: timedelta) -> Iterator[date]:
    while begin <= end:
        yield begin
        begin += step


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _hours(closure: Closing, day: date, zone: str) -> tuple[datetime, datetime]:
    begins, ends = closure.begins or time(), closure.ends or time()
    # What ends at 00:00, or has no hours at all, ends at midnight.
    return at_local(day, begins, zone), at_local(day if ends > begins else day + DAY, ends, zone)
