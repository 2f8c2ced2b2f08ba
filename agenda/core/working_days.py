"""Days on which offices are open; pure: days in, days out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

import holidays

SATURDAY = 5
DAY = timedelta(days=1)
# By that law a day off each year, and not only each fifth, as for most employers.
LIBERATION_DAY = (5, 5)
REMEMBERED = 64


def public_holidays(first: date, last: date) -> Mapping[date, str]:
    """Name the public holidays in the years of these days, in Dutch."""
    years = range(first.year, last.year + 1)
    return dict(holidays.country_holidays("NL", years=years, language="nl").items())


@lru_cache(maxsize=REMEMBERED)
def _holidays_of(year: int) -> frozenset[date]:
    return frozenset(public_holidays(date(year, 1, 1), date(year, 12, 31)))


def is_working_day(day: date) -> bool:
    """Tell whether a day is no Saturday, Sunday or public holiday (Algemene termijnenwet, article 3)."""
    if day.weekday() >= SATURDAY or (day.month, day.day) == LIBERATION_DAY:
        return False
    return day not in _holidays_of(day.year)


def on_or_before(day: date) -> date:
    """Give the day itself, or else the last working day before it; date.min where the calendar begins."""
    while not is_working_day(day):
        if day == date.min:
            return day
        day -= DAY
    return day


def on_or_after(day: date) -> date:
    """Give the day itself, or else the first working day after it (Algemene termijnenwet, article 1)."""
    while not is_working_day(day):
        if day == date.max:
            return day
        day += DAY
    return day
