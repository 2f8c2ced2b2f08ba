"""How often a body meets, as a recurrence rule (RFC 5545 3.3.10): read, refused, written, and its days. Pure.

A rule says on which days; the hour stands beside it. It never leaves the product: each meeting is planned and
invited by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from agenda.core.problems import Invalid
from agenda.dates.ics_recurrence import dates
from agenda.dates.ics_rule import WEEKDAYS, Refused, Rule, rule
from agenda.dates.ics_times import Unknown, moment
from agenda.dates.ics_zones import DAY, EPOCH, clock

LONGEST_RULE = 250
MONTHS = tuple(range(1, 13))
LAST = -1
NTHS = (1, 2, 3, 4, LAST)
MOST_WEEKS, MOST_MONTHS = 52, 12
NAMES = {number: name for name, number in WEEKDAYS.items()}
# Rules that fall rarely, such as on a leap day, are looked for so far ahead; others need less.
NEAR, FAR = timedelta(days=2 * 366), timedelta(days=40 * 366)
_SIGNS = re.compile(r"[A-Z0-9=;,+-]+")
_ONE_A_DAY = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_HOURS = {"BYHOUR", "BYMINUTE", "BYSECOND"}
# Parts that RFC 5545 does not allow with a frequency (the table in 3.3.10).
_NOT_WITH = {
    "DAILY": {"BYWEEKNO", "BYYEARDAY"},
    "WEEKLY": {"BYWEEKNO", "BYYEARDAY", "BYMONTHDAY"},
    "MONTHLY": {"BYWEEKNO", "BYYEARDAY"},
    "YEARLY": set[str](),
}


@dataclass(frozen=True)
class Start:
    """From when a rule counts: its first day, the hour on local clocks, whose clocks, and its last day."""

    day: date
    hour: time
    zone: str
    last: date | None = None


@dataclass(frozen=True)
class Pattern:
    """A common rule: every so many weeks or months on a weekday (Monday is 0), in some months or in all.

    `nth` is None for weeks, else which such weekday of the month; LAST is the last one.
    """

    every: int
    weekday: int
    nth: int | None = None
    months: tuple[int, ...] = ()


def tidy(written: str) -> str:
    """Give a rule as it is kept: in capitals, without blanks and without the name in front."""
    return "".join(written.upper().split()).removeprefix("RRULE:").rstrip(";")


def read(written: str) -> Rule:
    """Read a rule that falls once a day at most.

    Raises Invalid for one that is too long, cannot be read, or could fall more than once a day.
    """
    if len(written) > LONGEST_RULE:
        raise Invalid("rule_too_long", most=LONGEST_RULE)
    try:
        if not _SIGNS.fullmatch(written):
            raise Unknown
        found = rule(written)
    except Refused as refused:
        raise Invalid("rule_unreadable" if refused.why == "INTERVAL" else "rule_too_often") from refused
    except Unknown as unknown:
        raise Invalid("rule_unreadable") from unknown
    if found.freq not in _ONE_A_DAY or _HOURS & found.numbers.keys():
        raise Invalid("rule_too_often")
    if not _is_allowed(found):
        raise Invalid("rule_unreadable")
    return found


def _is_allowed(found: Rule) -> bool:
    ordinals = any(ordinal for ordinal, _weekday in found.by_day)
    chooses = found.by_day or found.numbers.keys() - {"BYSETPOS"}
    return not (
        found.numbers.keys() & _NOT_WITH[found.freq]
        or (ordinals and found.freq not in ("MONTHLY", "YEARLY"))
        or ("BYSETPOS" in found.numbers and not chooses)
        or (found.count is not None and found.until is not None)
    )


def days_of(written: str, start: Start, first: date, last: date) -> list[date]:
    """Give the days between two, both included, on which a rule falls, each once and in order.

    The first day of the cadence need not be one of them. Raises Invalid as `read` does.
    """
    found = read(written)
    last = last if start.last is None else min(last, start.last)
    second = start.hour.hour * 3600 + start.hour.minute * 60
    walls = dates(
        found,
        _number(start.day) * DAY + second,
        _number(first) * DAY,
        _number(last) * DAY + DAY - 1,
        _until(found, start.zone),
        _never,
    )
    return [date.fromordinal(number + EPOCH) for number in sorted({wall // DAY for wall in walls})]


def next_days(written: str, start: Start, most: int, after: date | None = None) -> list[date]:
    """Give the next so many days of a rule, from its first day or from a later one on.

    Raises Invalid as `read` does, and when it makes no day at all.
    """
    first = start.day if after is None else max(start.day, after)
    for reach in (NEAR, FAR):
        found = days_of(written, start, first, first + reach)[:most]
        if len(found) == most:
            return found
    if not found and first == start.day:
        raise Invalid("rule_makes_no_date")
    return found


def skipped(written: str, days: Sequence[date]) -> list[date]:
    """Give the first days of the months, between two of these days, that a rule means and has no day in.

    So it is with the 31st, the fifth Thursday and the leap day: RFC 5545 skips a date that does not exist.
    """
    found = read(written)
    if len(days) < 2 or found.freq not in ("MONTHLY", "YEARLY"):
        return []
    fallen = {day.replace(day=1) for day in days}
    if found.freq == "MONTHLY":
        step, months = found.interval, found.numbers.get("BYMONTH", MONTHS)
    else:
        if not ("BYMONTHDAY" in found.numbers or not (found.by_day or found.numbers.keys() - {"BYMONTH"})):
            return []
        step, months = 1, found.numbers.get("BYMONTH", tuple({day.month for day in days}))
    begin, end = _month(days[0]), _month(days[-1])
    meant = (date(number // 12, number % 12 + 1, 1) for number in range(begin, end, step))
    return [
        month
        for month in meant
        if month.month in months
        and month not in fallen
        and (found.freq == "MONTHLY" or (month.year - days[0].year) % found.interval == 0)
    ]


def written(pattern: Pattern) -> str:
    """Write a common rule."""
    parts = ["FREQ=WEEKLY" if pattern.nth is None else "FREQ=MONTHLY"]
    if pattern.every > 1:
        parts.append(f"INTERVAL={pattern.every}")
    if pattern.months and set(pattern.months) != set(MONTHS):
        parts.append("BYMONTH=" + ",".join(map(str, sorted(set(pattern.months)))))
    parts.append(f"BYDAY={pattern.nth or ''}{NAMES[pattern.weekday]}")
    return ";".join(parts)


def pattern_of(rule_text: str) -> Pattern | None:
    """Tell which common rule this is; None when it is none."""
    found = read(rule_text)
    if len(found.by_day) != 1 or found.numbers.keys() - {"BYMONTH"}:
        return None
    if found.count is not None or found.until is not None or found.week_start:
        return None
    (ordinal, weekday), months = found.by_day[0], found.numbers.get("BYMONTH", ())
    if found.freq == "WEEKLY" and found.interval <= MOST_WEEKS:
        return Pattern(found.interval, weekday, None, months)
    if found.freq == "MONTHLY" and ordinal in NTHS and found.interval <= MOST_MONTHS:
        return Pattern(found.interval, weekday, ordinal, months)
    return None


def _until(found: Rule, zone: str) -> int | None:
    """Give the last second on local clocks that UNTIL allows; a date allows its whole day."""
    if found.until is None:
        return None
    try:
        if len(found.until) == 8:
            return moment(found.until, clock(zone), clock("UTC")).wall + DAY - 1
        return clock(zone).wall(moment(found.until, clock(zone), clock("UTC")).at)
    except (ValueError, IndexError) as error:
        raise Invalid("rule_unreadable") from error
    except OverflowError:
        # "Until the year 9999" is how some write "for ever".
        return None


def _number(day: date) -> int:
    return day.toordinal() - EPOCH


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _never() -> None:
    """Nothing stops it: the days that are looked at are few."""
