"""What a body asks of a day, and what is wished of a date; pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Any

from agenda.dates.model import ClosureKind, DayRule

# The hours at which joint meetings usually begin.
USUAL_HOURS = (time(9, 30), time(13, 30), time(15, 30))
WEEK = range(7)
OFFICE_HOURS = (time(9), time(17, 30))
USUAL_WEEK: Mapping[int, tuple[time, time]] = MappingProxyType(dict.fromkeys(range(5), OFFICE_HOURS))
# Papers must be written and read: an earlier day is possible, but only when it is asked for.
DAYS_AHEAD = timedelta(days=14)
# Three weeks to collect topics, and the papers a week before.
NOTICE = timedelta(weeks=4)
OPEN_PERIOD = timedelta(days=91)
LONGEST_PERIOD = timedelta(days=366)


@dataclass(frozen=True)
class DayRules:
    """What a body asks of a day; what stands here holds for a body that never said anything."""

    hours: Mapping[int, tuple[time, time]] = field(default_factory=lambda: USUAL_WEEK)
    public_holidays: DayRule = DayRule.EXCLUDE
    school_holidays: DayRule = DayRule.AVOID
    school_region: str = "Midden"
    travel_minutes: int = 15


@dataclass(frozen=True)
class ClosureFacts:
    """A time at which nobody can meet, as filled in; without an organisation it is the body's own."""

    kind: ClosureKind
    why: str
    organisation_id: int | None = None
    weekday: int | None = None
    month: int | None = None
    day_of_month: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    begins: time | None = None
    ends: time | None = None


def kept_hours(hours: Mapping[int, tuple[time, time]]) -> dict[str, list[str]]:
    """Write opening hours as the database keeps them."""
    return {str(day): [f"{opens:%H:%M}", f"{closes:%H:%M}"] for day, (opens, closes) in sorted(hours.items())}


def read_hours(kept: Mapping[str, Any]) -> dict[int, tuple[time, time]]:
    """Read opening hours as the database keeps them."""
    return {
        int(day): (time.fromisoformat(opens), time.fromisoformat(closes))
        for day, (opens, closes) in kept.items()
    }


def period(today: date, first: date | None, last: date | None) -> tuple[date, date]:
    """Give the first and the last day to look for a date: the agreed ones as far as they are ahead.

    Not within two weeks from now, unless nothing is left of the agreed period then. Without a period,
    a quarter of a year; never longer than a year.
    """
    ahead = today + DAYS_AHEAD
    if last is not None and last < ahead:
        ahead = today
    begin = max(ahead, first or ahead)
    end = begin + OPEN_PERIOD if last is None else last
    return begin, min(end, begin + LONGEST_PERIOD)


def usual_hours(own: time | None) -> tuple[time, ...]:
    """Put the hour at which a body usually meets before the hours at which others do."""
    return USUAL_HOURS if own is None else (own, *(hour for hour in USUAL_HOURS if hour != own))


def eves_of_papers(meetings: Iterable[tuple[date, str]], days_before: int) -> dict[date, str]:
    """Name for each day before papers are due the meeting for which they are."""
    early = timedelta(days=days_before + 1)
    return {day - early: title for day, title in meetings}


def travel(home: int | None, host: int | None, journeys: Mapping[tuple[int, int], int], usual: int) -> int:
    """Tell how many minutes it takes from one organisation to another; none where one is at home."""
    if home is None or host is None:
        return usual
    if home == host:
        return 0
    return journeys.get((min(home, host), max(home, host)), usual)
