"""Dates on which a body might meet: which, what falls on them, and whether they earn their place. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from agenda.core.clock import at_local
from agenda.dates.day_rules import DayRules
from agenda.dates.model import DayRule
from agenda.dates.question import Closed
from agenda.meetings.rules import ends_at
from agenda.planner.cadence_rrule import Start, days_of

# Such a period asks about this many dates; a rule that makes more is not that of a joint meeting.
MOST_DATES = 60


@dataclass(frozen=True)
class Rhythm:
    """A cadence, as far as its dates are concerned."""

    rule: str
    start: Start
    minutes: int


class Obstacle(StrEnum):
    """What falls on a date."""

    PUBLIC_HOLIDAY = "public_holiday"
    SCHOOL_HOLIDAY = "school_holiday"
    CLOSED = "closed"
    OUTSIDE_HOURS = "outside_hours"


@dataclass(frozen=True)
class Found:
    """Something that falls on a date, by its name; `hard` when the body does not meet then."""

    what: Obstacle
    name: str
    hard: bool


@dataclass(frozen=True)
class Days:
    """What is known of the days of a period: the body's rules, holidays by name, and closures."""

    rules: DayRules
    public: Mapping[date, str] = field(default_factory=dict)
    school: Mapping[date, str] = field(default_factory=dict)
    closed: tuple[Closed, ...] = ()


class Verdict(StrEnum):
    """What becomes of a date."""

    PLANNED = "planned"
    IMPOSSIBLE = "impossible"
    EARNS = "earns"
    TOO_THIN = "too_thin"
    NOT_NEEDED = "not_needed"


def candidate_dates(rhythm: Rhythm, first: date, last: date, most: int = MOST_DATES) -> list[datetime]:
    """Give the first moments of a cadence between two local days, both included, in order and in UTC.

    The hour on local clocks stays the same when these change.
    """
    start = rhythm.start
    return [at_local(day, start.hour, start.zone) for day in days_of(rhythm.rule, start, first, last)[:most]]


def falls_on(at: datetime, minutes: int, zone: str, days: Days) -> list[Found]:
    """Name what falls on a meeting of so many minutes, by the body's own rules; not what these ignore."""
    begins, ends = at.astimezone(ZoneInfo(zone)), ends_at(at, minutes).astimezone(ZoneInfo(zone))
    found = [
        Found(what, names[begins.date()], rule is DayRule.EXCLUDE)
        for what, names, rule in (
            (Obstacle.PUBLIC_HOLIDAY, days.public, days.rules.public_holidays),
            (Obstacle.SCHOOL_HOLIDAY, days.school, days.rules.school_holidays),
        )
        if begins.date() in names and rule is not DayRule.IGNORE
    ]
    closures = {one.why: None for one in days.closed if one.starts_at < ends and at < one.ends_at}
    found += [Found(Obstacle.CLOSED, why, True) for why in closures]
    if not _is_open(begins, ends, days.rules.hours):
        found.append(Found(Obstacle.OUTSIDE_HOURS, "", True))
    return found


def _is_open(begins: datetime, ends: datetime, hours: Mapping[int, tuple[time, time]]) -> bool:
    if begins.weekday() not in hours:
        return False
    opens, closes = hours[begins.weekday()]
    if begins.time() < opens:
        return False
    if ends.date() == begins.date():
        # What closes at 00:00 closes at midnight.
        return closes == time() or ends.time() <= closes
    return closes == ends.time() == time() and ends.date() == begins.date() + timedelta(days=1)


def share(filled: int, room: int) -> int:
    """Tell how many percent of the time for topics is filled, rounded down; all where there is no time."""
    return 100 * filled // room if room > 0 else 100


def is_thin(filled: int, room: int, thin_below: int) -> bool:
    """Tell whether less than so many percent of the time for topics is filled."""
    return room > 0 and 100 * filled < thin_below * room


def may_be_judged(day: date, today: date, judge_days: int) -> bool:
    """Tell whether a meeting is so near that its agenda can be judged."""
    return (day - today).days <= judge_days


def verdict(found: Iterable[Found], planned: bool, filled: int, room: int, only: int, below: int) -> Verdict:
    """Judge a date by what stands and falls on it, what fills it, and how many topics can only be then."""
    if planned:
        return Verdict.PLANNED
    if any(one.hard for one in found):
        return Verdict.IMPOSSIBLE
    if not filled:
        return Verdict.NOT_NEEDED
    return Verdict.TOO_THIN if is_thin(filled, room, below) and not only else Verdict.EARNS
