"""What the clocks of a time zone say; the machine's zone never counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

DAY = 86_400
EPOCH = date(1970, 1, 1).toordinal()
_MOST_DAYS = 20_000
_START_OF_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """A zone's clocks: from what they show, in seconds since 1970 as if there were no zones, to UTC seconds.

    Most days have one offset from UTC; it is asked once. On a day on which clocks change, each time is asked
    for itself: one that does not exist counts with the offset before the change, one that occurs twice is the
    first (RFC 5545 3.3.5), as `fold=0` does in Python.
    """

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.offsets = _Offsets(self)

    def utc(self, wall: int) -> int:
        """Return the moment at which the clocks show this."""
        offset = self.offsets[wall // DAY]
        return wall - (self.asked(wall) if offset is None else offset)

    def all_utc(self, walls: Iterable[int]) -> list[int]:
        """Return the moments at which the clocks show these."""
        offsets = self.offsets
        return [
            wall - (self.asked(wall) if (offset := offsets[wall // DAY]) is None else offset)
            for wall in walls
        ]

    def wall(self, moment: int) -> int:
        """Return what the clocks show at the moment."""
        local = (_START_OF_TIME + timedelta(seconds=moment)).astimezone(self.zone)
        return (local.toordinal() - EPOCH) * DAY + local.hour * 3600 + local.minute * 60 + local.second

    def asked(self, wall: int) -> int:
        """Return the seconds between UTC and the clocks when they show this."""
        shown = (_START_OF_TIME + timedelta(seconds=wall)).replace(tzinfo=self.zone)
        offset = shown.utcoffset() or timedelta(0)
        return int(offset.total_seconds())


class _Offsets(dict[int, int | None]):
    """The seconds between UTC and the clocks all through a day; None for a day on which they change."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def __missing__(self, day: int) -> int | None:
        if len(self) > _MOST_DAYS:
            self.clear()
        begin = self.clock.asked(day * DAY)
        self[day] = begin if begin == self.clock.asked(day * DAY + DAY - 1) else None
        return self[day]


@cache
def clock(name: str) -> Clock:
    """Return the clocks of an IANA zone; they are the same for all calendars, so what they said is kept."""
    return Clock(UTC if name == "UTC" else ZoneInfo(name))


def day_written(number: int) -> str:
    """Return the day as a calendar writes it, so that dates can be compared before they are read."""
    return date.fromordinal(min(max(number + EPOCH, 1), date.max.toordinal())).isoformat().replace("-", "")
