"""Which days suit a joint meeting; pure: values in, values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# The hours at which joint meetings usually begin; any other can be typed in.
USUAL_HOURS = (time(9, 30), time(13, 30), time(15, 30))
WORKDAYS = range(5)
MOST = 12


@dataclass(frozen=True)
class Engagement:
    """A meeting that someone sits in already; end excluded."""

    person_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Suggestion:
    """A moment at which the body could meet, and what speaks against it."""

    starts_at: datetime
    ends_at: datetime
    engaged: frozenset[int]
    school_holiday: str | None
    short_notice: bool = False

    @property
    def rank(self) -> tuple[bool, int, bool, datetime]:
        """Order suggestions: outside school holidays, fewest people elsewhere, time to prepare, earliest."""
        return (self.school_holiday is not None, len(self.engaged), self.short_notice, self.starts_at)


@dataclass(frozen=True)
class Calendar:
    """What is known of the days: public holidays, on which nobody meets, school holidays, and notice.

    Before `prepared_from` a meeting is possible, but its topics and papers come at short notice.
    """

    closed: Mapping[date, str]
    school: Mapping[date, str]
    prepared_from: date = date.min


def suggest(
    days: Iterable[date],
    minutes: int,
    zone: str,
    engagements: Sequence[Engagement],
    calendar: Calendar,
    most: int = MOST,
    hour: time | None = None,
) -> list[Suggestion]:
    """List the best moments, at most one a day, best first, spread over the weeks and the weekdays.

    First comes the best day of each week, then the second best, until there are enough; days in
    school holidays only fill what is left. `hour` is the body's own usual hour: it is taken where
    no other hour suits more people.
    """
    hours = USUAL_HOURS if hour is None else (hour, *(other for other in USUAL_HOURS if other != hour))
    daily = [
        min(
            (_at(day, begin, minutes, zone, engagements, calendar) for begin in hours),
            # Of hours that suit as many, the first: the body's own.
            key=lambda s: len(s.engaged),
        )
        for day in days
        if day.weekday() in WORKDAYS and day not in calendar.closed
    ]
    return sorted(_spread(daily, zone, most), key=lambda s: s.rank)


def _spread(daily: Sequence[Suggestion], zone: str, most: int) -> list[Suggestion]:
    """Choose over the weeks, and within a week a weekday that was chosen least so far."""
    chosen: list[Suggestion] = []
    weekdays: Counter[int] = Counter()
    for in_holidays in (False, True):
        weeks: dict[tuple[int, int], list[Suggestion]] = {}
        for one in daily:
            if (one.school_holiday is not None) is in_holidays:
                weeks.setdefault(_local_day(one, zone).isocalendar()[:2], []).append(one)
        while any(weeks.values()) and len(chosen) < most:
            for week in sorted((found for found in weeks.values() if found), key=_best):
                if len(chosen) == most:
                    break
                best = min(
                    week,
                    key=lambda s: (*_cost(s), weekdays[_local_day(s, zone).weekday()], s.starts_at),
                )
                week.remove(best)
                weekdays[_local_day(best, zone).weekday()] += 1
                chosen.append(best)
    return chosen


def _best(week: Iterable[Suggestion]) -> tuple[bool, int, bool, datetime]:
    return min(one.rank for one in week)


def _cost(one: Suggestion) -> tuple[int, bool]:
    return len(one.engaged), one.short_notice


def _local_day(one: Suggestion, zone: str) -> date:
    return one.starts_at.astimezone(ZoneInfo(zone)).date()


def days_between(first: date, last: date) -> list[date]:
    """List the days from first to last, both included; none when last comes before first."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def engaged_at(starts_at: datetime, ends_at: datetime, engagements: Iterable[Engagement]) -> frozenset[int]:
    """Name who sits in another meeting at that time."""
    return frozenset(e.person_id for e in engagements if e.starts_at < ends_at and starts_at < e.ends_at)


def _at(
    day: date,
    hour: time,
    minutes: int,
    zone: str,
    engagements: Sequence[Engagement],
    calendar: Calendar,
) -> Suggestion:
    starts_at = datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)
    ends_at = starts_at + timedelta(minutes=minutes)
    return Suggestion(
        starts_at,
        ends_at,
        engaged_at(starts_at, ends_at, engagements),
        calendar.school.get(day),
        day < calendar.prepared_from,
    )
