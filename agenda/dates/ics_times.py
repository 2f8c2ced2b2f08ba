"""Dates, times, durations and periods as an iCalendar file writes them, in whole seconds."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from agenda.dates.ics_zones import DAY, EPOCH, Clock

_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,7})W)?(?:(\d{1,7})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?", re.ASCII
)


class Unknown(Exception):
    """The fast reader does not know this; the reference reader is asked."""


class Moment(NamedTuple):
    """A date or a time: what the clocks show, whose they are, and which moment that is in UTC."""

    wall: int
    clock: Clock
    at: int
    is_date: bool


class Length(NamedTuple):
    """How long something lasts: days by the calendar first, then exact seconds (RFC 5545 3.3.6)."""

    days: int
    seconds: int

    def after(self, wall: int, clock: Clock, at: int) -> int:
        """Return the moment this long after the clocks show `wall`, which is the moment `at`."""
        if self.days:
            at = clock.utc(wall + self.days * DAY)
        return at + self.seconds


NOTHING = Length(0, 0)
ONE_DAY = Length(1, 0)


@lru_cache(maxsize=50_000)
def day_number(written: str) -> int:
    """Return the days since 1970 of a date such as 20190115; ValueError when there is no such day."""
    if len(written) != 8 or not written.isascii() or not written.isdigit():
        raise ValueError("not a date")
    return date(int(written[:4]), int(written[4:6]), int(written[6:])).toordinal() - EPOCH


@lru_cache(maxsize=10_000)
def second_of_day(written: str) -> int:
    """Return the seconds since midnight of a time such as 093000; a leap second is the one before it."""
    if len(written) != 6 or not written.isascii() or not written.isdigit():
        raise ValueError("not a time")
    hour, minute, second = int(written[:2]), int(written[2:4]), int(written[4:])
    if hour > 23 or minute > 59 or second > 60:
        raise ValueError("not a time")
    return hour * 3600 + minute * 60 + min(second, 59)


def moment(written: str, clock: Clock, utc: Clock) -> Moment:
    """Return the date or time; one without Z is on this clock. ValueError when it is neither."""
    wall = day_number(written[:8]) * DAY
    if len(written) == 8:
        return Moment(wall, clock, clock.utc(wall), True)
    if written[8] not in "Tt" or len(written) not in (15, 16):
        raise ValueError("not a time")
    wall += second_of_day(written[9:15])
    if len(written) == 15:
        return Moment(wall, clock, clock.utc(wall), False)
    if written[15] not in "Zz":
        raise ValueError("not a time")
    return Moment(wall, utc, wall, False)


def length(written: str) -> Length:
    """Return the duration; ValueError when it is none or below zero."""
    found = _DURATION.fullmatch(written.strip().upper())
    if not found or written.strip().upper().endswith(("P", "T")) or found[1] == "-":
        raise ValueError("not a duration")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    return Length(weeks * 7 + days, hours * 3600 + minutes * 60 + seconds)
