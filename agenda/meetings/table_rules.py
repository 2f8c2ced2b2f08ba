"""At the table: who was there when, whether that is enough, and how time runs. Values in, values out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from agenda.core.problems import Invalid
from agenda.people.rules import needed

# People come in before a meeting begins.
EARLY = timedelta(hours=2)
# Whoever comes in, or leaves, within these minutes is in time: so long it takes to note a full room.
GRACE = timedelta(minutes=5)
# A wall clock shows each hour again after twelve hours; on the day of a clock change one more.
HALF_A_DAY = timedelta(hours=13)


class Stretch(Protocol):
    """A stretch of time in the room, or of an item on the table."""

    @property
    def begin(self) -> datetime: ...
    @property
    def end(self) -> datetime | None: ...


class Numbered(Protocol):
    """An item with its place on the agenda."""

    @property
    def number(self) -> str: ...
    @property
    def position(self) -> int: ...


@dataclass(frozen=True)
class Span:
    """A stretch as values; without an end it still goes on."""

    begin: datetime
    end: datetime | None = None


@dataclass(frozen=True)
class Sitting:
    """One person at the table; who comes in somebody's place sits on that person's seat."""

    person: int
    college: int
    seat: int
    here: bool


@dataclass(frozen=True)
class Count:
    """How many seats of one college are taken, against how many must be."""

    present: int
    needed: int
    total: int

    @property
    def met(self) -> bool:
        return self.present >= self.needed


@dataclass(frozen=True)
class Was:
    """How somebody was there: not at all, late, gone early, or from begin to end."""

    there: bool
    late_at: datetime | None = None
    early_at: datetime | None = None


def number_of(item: Numbered) -> str:
    """Give the number by which an item is called at the table: the one it was given, else its place."""
    return item.number or str(item.position + 1)


def count(
    sittings: Iterable[Sitting], quorums: Mapping[int, int | None], out: Collection[int] = ()
) -> dict[int, Count]:
    """Count for each college the seats that are taken by somebody who is not `out`; nobody counts twice.

    `quorums` by college, None for half. Who keeps out of an item makes the number that must be there no
    smaller: at least half of those who sit in a college must deliberate (Gemeentewet article 56).
    """
    seats: dict[int, set[int]] = {college: set() for college in quorums}
    taken: dict[int, set[int]] = {college: set() for college in quorums}
    for one in sittings:
        if one.college in seats:
            seats[one.college].add(one.seat)
            if one.here and one.person not in out:
                taken[one.college].add(one.seat)
    return {
        college: Count(len(taken[college]), needed(len(all_seats), quorums[college]), len(all_seats))
        for college, all_seats in seats.items()
        if all_seats
    }


def is_here(stretches: Iterable[Stretch]) -> bool:
    """Tell whether somebody is in the room now."""
    return any(one.end is None for one in stretches)


def was(stretches: Sequence[Stretch], begun: datetime, ended: datetime | None) -> Was:
    """Tell how somebody was there; before the end nobody is gone early for good, yet shown as gone."""
    if not stretches:
        return Was(False)
    came = min(one.begin for one in stretches)
    ends = [one.end for one in stretches]
    left = None if None in ends else max(end for end in ends if end is not None)
    late = came > begun + GRACE
    early = left is not None and (ended is None or left < ended - GRACE)
    return Was(True, came if late else None, left if early else None)


def check_stretch(wanted: Stretch, others: Iterable[Stretch], now: datetime) -> None:
    """Raise Invalid unless a stretch ends after it began, lies in the past, and meets no other."""
    if wanted.end is not None and wanted.end <= wanted.begin:
        raise Invalid("left_before_arriving")
    if wanted.begin > now or (wanted.end is not None and wanted.end > now):
        raise Invalid("presence_in_the_future")
    for other in others:
        begins_before_end = other.end is None or wanted.begin < other.end
        ends_after_begin = wanted.end is None or other.begin < wanted.end
        if begins_before_end and ends_after_begin:
            raise Invalid("presence_overlaps")


def moment_near(hour: time, zone: str, near: datetime) -> datetime:
    """Give the moment, in UTC, nearest to another at which the clock on the wall shows this hour.

    A meeting may end after midnight. Of an hour that comes twice in autumn the nearer one is meant;
    raises Invalid for an hour that the clock change in spring skips.
    """
    local = near.astimezone(ZoneInfo(zone))
    found = []
    for days in (-1, 0, 1):
        wall = datetime.combine(local.date() + timedelta(days=days), hour.replace(fold=0))
        for fold in (0, 1):
            moment = wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)
            if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == wall:
                found.append(moment)
    nearest = min(found, key=lambda moment: abs(moment - near))
    if abs(nearest - near) > HALF_A_DAY:
        raise Invalid("hour_does_not_exist", hour=f"{hour:%H:%M}")
    return nearest


def spent(stretches: Iterable[Stretch], now: datetime) -> timedelta:
    """Add up how long something has been on the table; real time, also in a night of a clock change."""
    parts = (
        (one.end or max(now, one.begin)).astimezone(UTC) - one.begin.astimezone(UTC) for one in stretches
    )
    return sum(parts, timedelta())


def expected_end(now: datetime, left: timedelta, to_come: Iterable[int]) -> datetime:
    """Give the end when the item on the table takes what it has left and all to come their minutes."""
    return now.astimezone(UTC) + max(left, timedelta()) + timedelta(minutes=sum(to_come))


class Treatable(Protocol):
    """An item, as far as the order at the table goes."""

    @property
    def id(self) -> int: ...


T = TypeVar("T", bound=Treatable)


def next_item(items: Sequence[T], current: int | None, done: Collection[int]) -> T | None:
    """Give what comes next: the first after the current one that was not treated, else one passed over."""
    at = next((place for place, item in enumerate(items) if item.id == current), -1)
    for item in [*items[at + 1 :], *items[: max(at, 0)]]:
        if item.id not in done and item.id != current:
            return item
    return None


def previous_item(items: Sequence[T], current: int | None) -> T | None:
    """Give the item before the current one on the agenda; None at the first."""
    at = next((place for place, item in enumerate(items) if item.id == current), 0)
    return items[at - 1] if at > 0 else None
