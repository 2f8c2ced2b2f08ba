"""When a recurrence rule falls (RFC 5545 3.3.10), computed for a stretch of time without walking up to it.

Everything is in local time: days since 1970 and seconds since midnight. A rule filters the days of each
of its periods; periods before the stretch are jumped over. With COUNT the dates before the stretch are
counted: by multiplication for plain daily and weekly rules, period by period for the rest.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from itertools import chain

from agenda.dates.busy import Unreadable
from agenda.dates.ics_rule import Rule
from agenda.dates.ics_zones import DAY, EPOCH

FIRST_DAY, LAST_DAY = 1 - EPOCH, date.max.toordinal() - EPOCH
CHECK_EVERY = 256
# So many dates of one series reach the asked stretch only when they last for years.
MOST_DATES = 100_000


def dates(
    rule: Rule, start: int, low: int, high: int, until: int | None, check: Callable[[], None]
) -> list[int]:
    """Return when the rule falls between `low` and `high`, both included, in seconds on its clocks.

    `until` is the last possible date on the same clocks. `check` is called now and then during long work, and
    ends it by raising. Raises Unreadable("too_many_events") when they are too many.
    """
    low, high = max(low, start), min(high, LAST_DAY * DAY)
    if until is not None:
        high = min(high, until)
    if low > high:
        return []
    if rule.plain:
        return _plainly(rule, start, low, high)
    return Expansion(rule, start, check).between(low, high)


def _plainly(rule: Rule, start: int, low: int, high: int) -> list[int]:
    """Return the dates of a rule by which each weekday, or the day, comes back at one distance."""
    day, second = divmod(start, DAY)
    if rule.freq == "WEEKLY":
        step = rule.interval * 7 * DAY
        begin = day - (day + 3 - rule.week_start) % 7
        days = sorted({(weekday - rule.week_start) % 7 for _, weekday in rule.by_day}) or [day - begin]
    else:
        step, begin, days = rule.interval * DAY, day, [0]
    slots = [(begin + number) * DAY + second for number in days]
    if rule.count is not None:
        # All weeks hold as many dates, but the first lacks those before the start.
        weeks, slot = divmod(rule.count - 1 + sum(slot < start for slot in slots), len(slots))
        high = min(high, slots[slot] + weeks * step)
    ranges = [range(slot + max(-(-(low - slot) // step), 0) * step, high + 1, step) for slot in slots]
    _bounded(sum(map(len, ranges)))
    return list(chain.from_iterable(ranges))


def _bounded(number: int) -> None:
    if number > MOST_DATES:
        raise Unreadable("too_many_events")


@lru_cache(maxsize=2_000)
def _month(year: int, month: int) -> tuple[int, int]:
    """Return the number of a month's first day, and how many days it has."""
    return date(year, month, 1).toordinal() - EPOCH, monthrange(year, month)[1]


def _nth(begin: int, size: int, ordinal: int, weekday: int) -> int:
    """Return which day of the month, from 0, its nth weekday is; outside the month where there is none."""
    first = (weekday - begin - 3) % 7
    if ordinal > 0:
        return first + (ordinal - 1) * 7
    return first + ((size - 1 - first) // 7 + 1 + ordinal) * 7


class Expansion:
    """A rule with the start that completes it: parts that the rule leaves open come from there."""

    def __init__(self, rule: Rule, start: int, check: Callable[[], None]) -> None:
        self.rule = rule
        self.start = start
        self.check = check
        self.start_day, second = divmod(start, DAY)
        numbers = rule.numbers
        hours = numbers.get("BYHOUR", (second // 3600,))
        minutes = numbers.get("BYMINUTE", (second // 60 % 60,))
        seconds = numbers.get("BYSECOND", (second % 60,))
        self.in_hour = [minute * 60 + second for minute in minutes for second in seconds]
        self.times = [hour * 3600 + rest for hour in hours for rest in self.in_hour]
        self.positions = numbers.get("BYSETPOS", ())
        self.first = self.period_of(start)
        self._complete(numbers)
        in_month = self.ordinals and (rule.freq == "MONTHLY" or self.months)
        self.by_ordinal = bool(in_month) and not self.month_days
        other_parts = self.year_days or self.weeks or (rule.by_day and self.month_days)
        # Then the days that a month begins with are the rule's days; nothing takes any away.
        self.settled = not other_parts and (self.by_ordinal or bool(self.month_days))

    def _complete(self, numbers: dict[str, tuple[int, ...]]) -> None:
        freq, by_day = self.rule.freq, self.rule.by_day
        self.months = numbers.get("BYMONTH", ())
        self.month_days = numbers.get("BYMONTHDAY", ())
        self.year_days = numbers.get("BYYEARDAY", ())
        self.weeks = numbers.get("BYWEEKNO", ())
        monthly = freq in ("YEARLY", "MONTHLY")
        self.ordinals = {pair for pair in by_day if pair[0]} if monthly else set()
        self.weekdays = {weekday for ordinal, weekday in by_day if not (ordinal and monthly)}
        self.chosen = bool(self.months or self.month_days or self.year_days or self.weeks or self.ordinals)
        if by_day or self.month_days or self.year_days:
            return
        self.chosen = True
        begin = date.fromordinal(self.start_day + EPOCH)
        if freq == "WEEKLY" or self.weeks:
            self.weekdays = {begin.weekday()}
        elif monthly:
            self.month_days = (begin.day,)
            if freq == "YEARLY" and not self.months:
                self.months = (begin.month,)

    def between(self, low: int, high: int) -> list[int]:
        """Return the dates in the stretch that COUNT allows."""
        if self.rule.count is not None:
            high = self._last_counted(self.rule.count, high)
        found: list[int] = []
        for period in self._periods(low, high):
            found += self.falls(period)
            _bounded(len(found))
        return [wall for wall in found if low <= wall <= high]

    def _periods(self, low: int, high: int) -> Iterator[int]:
        interval = self.rule.interval
        ahead = max(self.period_of(low) - self.first, 0)
        begin = self.first + -(-ahead // interval) * interval
        for number, period in enumerate(range(begin, self.period_of(high) + 1, interval)):
            if number % CHECK_EVERY == 0:
                self.check()
            yield period

    def _last_counted(self, count: int, high: int) -> int:
        """Return the date that COUNT makes the last one, or `high` where that comes first."""
        a_day = len(self.in_hour) * 24 if self.rule.freq == "HOURLY" else len(self.times)
        if count >= ((high - self.start) // DAY + 2) * a_day:
            return high
        for number, walked in enumerate(range(self.first, self.period_of(high) + 1, self.rule.interval)):
            if number % CHECK_EVERY == 0:
                self.check()
            found = [wall for wall in self.falls(walked) if wall >= self.start]
            if len(found) >= count:
                return min(found[count - 1], high)
            count -= len(found)
        return high

    def period_of(self, wall: int) -> int:
        """Return the number of the rule's year, month, week, day or hour in which this falls."""
        day, freq = wall // DAY, self.rule.freq
        if freq == "WEEKLY":
            return (day + 3 - self.rule.week_start) // 7
        if freq == "DAILY":
            return day
        if freq == "HOURLY":
            return wall // 3600
        local = date.fromordinal(min(max(day, FIRST_DAY), LAST_DAY) + EPOCH)
        return local.year if freq == "YEARLY" else local.year * 12 + local.month - 1

    def falls(self, period: int) -> list[int]:
        """Return the dates of one period in order, BYSETPOS applied."""
        if self.rule.freq == "HOURLY":
            day, hour = divmod(period, 24)
            allowed = hour in self.rule.numbers.get("BYHOUR", (hour,)) and self._passes(day)
            found = [period * 3600 + rest for rest in self.in_hour] if allowed else []
        else:
            found = [day * DAY + second for day in self._days(period) for second in self.times]
        if not self.positions:
            return found
        size = len(found)
        chosen = {position - 1 if position > 0 else size + position for position in self.positions}
        return [found[position] for position in sorted(chosen) if 0 <= position < size]

    def _days(self, period: int) -> list[int]:
        freq = self.rule.freq
        if freq == "DAILY":
            return [period] if self._passes(period) else []
        if freq == "WEEKLY":
            begin = period * 7 - 3 + self.rule.week_start
            days = range(begin, begin + 7)
            return [day for day in days if self._passes(day)]
        if freq == "MONTHLY":
            return self._days_of_month(*divmod(period, 12))
        months = range(12) if not self.months else (month - 1 for month in self.months)
        return [day for month in months for day in self._days_of_month(period, month)]

    def _days_of_month(self, year: int, month: int) -> list[int]:
        if not 1 <= year <= 9999 or (self.months and month + 1 not in self.months):
            return []
        begin, size = _month(year, month + 1)
        if self.month_days:
            within = {day - 1 if day > 0 else size + day for day in self.month_days}
        elif self.by_ordinal:
            within = {_nth(begin, size, ordinal, weekday) for ordinal, weekday in self.ordinals}
            if self.weekdays:
                within |= {day for day in range(size) if (begin + day + 3) % 7 in self.weekdays}
        else:
            within = set(range(size))
        days = [begin + day for day in sorted(within) if 0 <= day < size]
        return days if self.settled else [day for day in days if self._passes(day)]

    def _passes(self, number: int) -> bool:
        """Tell whether the rule's parts let this day through."""
        weekday = (number + 3) % 7
        if self.weekdays and not self.ordinals and weekday not in self.weekdays:
            return False
        if not FIRST_DAY <= number <= LAST_DAY:
            return False
        if not self.chosen:
            return True
        day = date.fromordinal(number + EPOCH)
        if self.months and day.month not in self.months:
            return False
        if self.month_days:
            size = _month(day.year, day.month)[1]
            if day.day not in self.month_days and day.day - size - 1 not in self.month_days:
                return False
        if self.year_days and not self._is_year_day(day):
            return False
        if self.weeks and not self._is_in_week(day):
            return False
        return not self.ordinals or weekday in self.weekdays or self._is_ordinal(day, weekday)

    def _is_year_day(self, day: date) -> bool:
        nth, size = day.timetuple().tm_yday, 366 if monthrange(day.year, 2)[1] == 29 else 365
        return nth in self.year_days or nth - size - 1 in self.year_days

    def _is_ordinal(self, day: date, weekday: int) -> bool:
        """Tell whether this is the nth such weekday of its month, or of its year where no month is named."""
        if self.rule.freq == "YEARLY" and not self.months:
            nth, size = day.timetuple().tm_yday, 366 if monthrange(day.year, 2)[1] == 29 else 365
        else:
            nth, size = day.day, _month(day.year, day.month)[1]
        return bool({((nth - 1) // 7 + 1, weekday), (-((size - nth) // 7) - 1, weekday)} & self.ordinals)

    def _is_in_week(self, day: date) -> bool:
        """Tell whether BYWEEKNO names this day's week; a year's first week has four of its days."""
        starts = self.rule.week_start

        def first_week(year: int) -> int:
            new_year = date(year, 1, 1).toordinal()
            begin = new_year - (date.fromordinal(new_year).weekday() - starts) % 7
            return begin if new_year - begin <= 3 else begin + 7

        number, year = day.toordinal(), day.year
        if year < 9999 and number >= first_week(year + 1):
            year += 1
        elif year > 1 and number < first_week(year):
            year -= 1
        week = (number - first_week(year)) // 7 + 1
        size = (first_week(year + 1) - first_week(year)) // 7 if year < 9999 else 52
        return week in self.weeks or week - size - 1 in self.weeks
