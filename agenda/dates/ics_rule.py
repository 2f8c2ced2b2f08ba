"""A recurrence rule as written (RFC 5545 3.3.10), understood or refused."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from agenda.dates.ics_times import Unknown

WEEKDAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
SUB_HOURLY = ("SECONDLY", "MINUTELY")
# A rule that gives more times a day than this (each quarter of an hour) is as sub-hourly as the refused ones.
MOST_TIMES = 96
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")
_RANGES = {
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59),
    "BYSECOND": (0, 59),
    "BYSETPOS": (-366, 366),
}


class Refused(Exception):
    """The rule is one that we do not follow; `why` names its part."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, eq=False)
class Rule:
    """A recurrence rule as written; empty sets where a part is absent. `by_day` pairs ordinal and weekday."""

    freq: str
    interval: int
    count: int | None
    until: str | None
    week_start: int
    by_day: tuple[tuple[int, int], ...]
    numbers: dict[str, tuple[int, ...]]

    @cached_property
    def plain(self) -> bool:
        """Whether nothing but the weekdays of a weekly rule chooses among the dates."""
        return not self.numbers and (self.freq == "WEEKLY" or (self.freq == "DAILY" and not self.by_day))


@lru_cache(maxsize=2_000)
def rule(written: str) -> Rule:
    """Return the rule; Refused when it must not be followed, Unknown when it is not understood."""
    parts: dict[str, str] = {}
    for part in written.strip().upper().rstrip(";").split(";"):
        name, equals, value = part.partition("=")
        if not equals or name in parts:
            raise Unknown
        parts[name] = value
    freq = parts.pop("FREQ", "")
    if freq in SUB_HOURLY:
        raise Refused(freq)
    interval = _number(parts.pop("INTERVAL", "1"))
    if interval < 1:
        raise Refused("INTERVAL")
    count = _number(parts.pop("COUNT")) if "COUNT" in parts else None
    until = parts.pop("UNTIL", None)
    week_start = WEEKDAYS.get(parts.pop("WKST", "MO"))
    by_day = tuple(_by_day(day) for day in parts.pop("BYDAY").split(",")) if "BYDAY" in parts else ()
    if freq not in FREQUENCIES or week_start is None or count == 0 or parts.keys() - _RANGES.keys():
        raise Unknown
    numbers = {name: _numbers(name, value) for name, value in parts.items()}
    if "BYWEEKNO" in numbers and (freq != "YEARLY" or any(ordinal for ordinal, _ in by_day)):
        raise Unknown
    if _times_a_day(freq, numbers) > MOST_TIMES:
        raise Refused("BYMINUTE")
    return Rule(freq, interval, count, until, week_start, by_day, numbers)


def _times_a_day(freq: str, numbers: dict[str, tuple[int, ...]]) -> int:
    hours = len(numbers.get("BYHOUR", range(24) if freq == "HOURLY" else (0,)))
    return hours * len(numbers.get("BYMINUTE", (0,))) * len(numbers.get("BYSECOND", (0,)))


def _number(written: str) -> int:
    if len(written) > 10 or not written.isascii():
        raise Unknown
    try:
        return int(written)
    except ValueError:
        raise Unknown from None


def _numbers(name: str, written: str) -> tuple[int, ...]:
    low, high = _RANGES[name]
    found = tuple(sorted({_number(part) for part in written.split(",")}))
    if not all(low <= number <= high for number in found) or (low < 0 and 0 in found):
        raise Unknown
    return found


def _by_day(written: str) -> tuple[int, int]:
    weekday = WEEKDAYS.get(written[-2:])
    ordinal = _number(written[:-2] or "0")
    if weekday is None or abs(ordinal) > 53:
        raise Unknown
    return ordinal, weekday
