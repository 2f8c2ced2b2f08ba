"""When each item of an agenda begins and ends, and whether all of it fits. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, Protocol, TypeVar


class Timed(Protocol):
    """Anything that takes a number of minutes."""

    @property
    def minutes(self) -> int: ...


T = TypeVar("T", bound=Timed)
Placed = TypeVar("Placed")


@dataclass(frozen=True)
class Slot(Generic[Placed]):
    """An item with its place in time; the moments are in UTC, and None while there is no date."""

    item: Placed
    start: datetime | None
    end: datetime | None
    # Whether the item ends after the time there is.
    over: bool


@dataclass(frozen=True)
class Total:
    """Minutes used against minutes there are."""

    used: int
    available: int

    @property
    def room(self) -> int:
        """Minutes that are left; 0 when there are none."""
        return max(0, self.available - self.used)

    @property
    def overrun(self) -> int:
        """Minutes too many; 0 when all fits."""
        return max(0, self.used - self.available)


def timetable(starts_at: datetime | None, available: int, items: Iterable[T]) -> list[Slot[T]]:
    """Give each item, in order, its start and end in UTC; without a start, only whether it fits.

    `available` is in minutes. Adding in UTC counts real minutes, also in a night in which the
    clock changes. Raises ValueError for a start without time zone.
    """
    if starts_at is not None and starts_at.utcoffset() is None:
        raise ValueError("a moment needs its time zone")
    begin = starts_at.astimezone(UTC) if starts_at is not None else None
    slots = []
    passed = 0
    for item in items:
        until = passed + item.minutes
        start = begin + timedelta(minutes=passed) if begin is not None else None
        end = begin + timedelta(minutes=until) if begin is not None else None
        slots.append(Slot(item, start, end, over=until > available))
        passed = until
    return slots


def total(available: int, items: Sequence[Timed]) -> Total:
    """Add up the minutes of the items against the minutes there are."""
    return Total(sum(item.minutes for item in items), available)
