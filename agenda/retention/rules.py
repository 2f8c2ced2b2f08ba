"""How long something is kept, and whether it is due; pure. Periods count civil days, months and years."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST_AMOUNT = 999
MONTHS = 12


class Unit(StrEnum):
    """In what a period is counted."""

    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


# On average, to compare periods by: exact in binary, so that 12 months are a year.
DAYS = {Unit.DAYS: 1.0, Unit.MONTHS: 30.4375, Unit.YEARS: 365.25}


@dataclass(frozen=True)
class Period:
    """A length of time, such as 7 years."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 1 <= self.amount <= LONGEST_AMOUNT:
            raise ValueError("a period has at least one day, month or year, and an end in sight")

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.value}"


def kept_until(day: date, period: Period) -> date:
    """Give the last day on which something of this day is kept.

    The same day so many months or years later; where that month has no such day, its last one: what is of
    29 February and kept a year is kept until 28 February.
    """
    if period.unit is Unit.DAYS:
        return day + timedelta(days=period.amount)
    months = period.amount * (MONTHS if period.unit is Unit.YEARS else 1)
    return _moved(day, months)


def is_due(day: date, period: Period, today: date) -> bool:
    """Tell whether something of this day is kept no longer today."""
    return kept_until(day, period) < today


def last_due(period: Period, today: date) -> date:
    """Give the youngest day of which nothing is kept any more today: that day and all before it are due."""
    if period.unit is Unit.DAYS:
        return today - timedelta(days=period.amount + 1)
    months = period.amount * (MONTHS if period.unit is Unit.YEARS else 1)
    day = _moved(today, -months)
    # Months differ in length: the way back may end a few days off.
    while is_due(day + timedelta(days=1), period, today):
        day += timedelta(days=1)
    while not is_due(day, period, today):
        day -= timedelta(days=1)
    return day


def is_within(period: Period, least: Period, most: Period) -> bool:
    """Tell whether a period is neither too short nor too long; a month is a twelfth of a year."""
    return _days(least) <= _days(period) <= _days(most)


def named(name: str, titles: Iterable[tuple[str, str]]) -> str:
    """Say in whose place somebody was, as the history goes on to say it: "Wethouder Leiden 1 (verwijderd)".

    `titles` are the title and the organisation of each membership, newest first. `name` is already free: the
    caller adds a number where two would read alike.
    """
    found = next(((title, organisation) for title, organisation in titles if title or organisation), None)
    role = " ".join(part for part in found if part) if found else ""
    return role or name


def _moved(day: date, months: int) -> date:
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _days(period: Period) -> float:
    return period.amount * DAYS[period.unit]
