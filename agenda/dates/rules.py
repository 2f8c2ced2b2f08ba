"""Which days suit a joint meeting; pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# The hours at which joint meetings usually begin; any other can be typed in.
USUAL_HOURS = (time(9, 30), time(13, 30), time(15, 30))
WORKDAYS = range(5)


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

    @property
    def rank(self) -> tuple[bool, int, datetime]:
        """Order suggestions: not in a school holiday, fewest people engaged, earliest."""
        return (self.school_holiday is not None, len(self.engaged), self.starts_at)


def suggest(
    days: Iterable[date],
    minutes: int,
    zone: str,
    engagements: Sequence[Engagement],
    closed: Mapping[date, str],
    school: Mapping[date, str],
    most: int = 12,
) -> list[Suggestion]:
    """List the best moments, at most one a day, best first.

    `closed` holds the public holidays, on which nobody meets; `school` the school holidays,
    which come after all other days.
    """
    best = [
        min(
            (_at(day, hour, minutes, zone, engagements, school) for hour in USUAL_HOURS), key=lambda s: s.rank
        )
        for day in days
        if day.weekday() in WORKDAYS and day not in closed
    ]
    return sorted(best, key=lambda s: s.rank)[:most]


def days_between(first: date, last: date) -> list[date]:
    """List the days from first to last, both included; none when last comes before first."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def engaged_at(starts_at: datetime, ends_at: datetime, engagements: Iterable[Engagement]) -> frozenset[int]:
    """Name who sits in another meeting at that time."""
    return frozenset(e.person_id for e in engagements if e.starts_at < ends_at and starts_at < e.ends_at)


def exists(day: date, hour: time, zone: str) -> bool:
    """Tell whether the clock shows this hour on this day: in March one hour is skipped."""
    local = datetime.combine(day, hour, ZoneInfo(zone))
    return local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None)


def _at(
    day: date,
    hour: time,
    minutes: int,
    zone: str,
    engagements: Sequence[Engagement],
    school: Mapping[date, str],
) -> Suggestion:
    starts_at = datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)
    ends_at = starts_at + timedelta(minutes=minutes)
    return Suggestion(starts_at, ends_at, engaged_at(starts_at, ends_at, engagements), school.get(day))
