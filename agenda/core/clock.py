"""The only place that asks the machine what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Tell the time in UTC."""
    return datetime.now(UTC)


def local_day(moment: datetime, zone: str) -> date:
    """Name the civil day on which this moment falls in that zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def at_local(day: date, hour: time, zone: str) -> datetime:
    """Give the moment of a civil day and hour in UTC.

    In the hour that a clock change skips, the moment after the change; in the hour that
    comes twice, the first (PEP 495, fold=0).
    """
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)
