"""When somebody may be written to; pure: a wish and a moment in, a moment out.

The day's letter leaves at the hour its reader chose, on working days, outside the reader's days of
leave, and never in the house's quiet hours. What falls on another day waits for the next letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agenda.core.clock import at_local
from agenda.core.working_days import is_working_day

FIRST_HOUR, USUAL_HOUR, LAST_HOUR = 6, 8, 20
# From nine in the evening until the first hour nothing leaves, whatever somebody chose.
NIGHT = time(21)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wish:
    """At which hour somebody wants the day's letter, and on which days (both included) not."""

    hour: int = USUAL_HOUR
    leave: tuple[tuple[date, date], ...] = ()


def is_open(day: date, wish: Wish) -> bool:
    """Tell whether this person gets a letter on this day at all."""
    return is_working_day(day) and not any(first <= day <= last for first, last in wish.leave)


def may_write(now: datetime, wish: Wish, zone: str) -> bool:
    """Tell whether the day's letter may leave now."""
    local = now.astimezone(ZoneInfo(zone))
    return is_open(local.date(), wish) and wish.hour <= local.hour < NIGHT.hour


def next_moment(after: datetime, wish: Wish, zone: str) -> datetime | None:
    """Give the first moment, `after` included, at which the day's letter may leave; None where days end."""
    if may_write(after, wish, zone):
        return after
    local = after.astimezone(ZoneInfo(zone))
    try:
        day = local.date() if local.hour < wish.hour else local.date() + DAY
        while not is_open(day, wish):
            # Past a leave at once: it may last for years.
            day = max([last for first, last in wish.leave if first <= day <= last], default=day) + DAY
        return at_local(day, time(wish.hour), zone)
    except OverflowError:
        return None
