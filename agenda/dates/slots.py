"""Which moments suit a meeting, best first; pure: values in, values out.

The order is fixed: not avoided before avoided, most people free, what is wished, earliest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import numpy as np

from agenda.dates.attendance import Lacking, absent_at, lacking
from agenda.dates.overlay import NOBODY_CLOSES, Ints, Overlay
from agenda.dates.question import Holidays, Kind, Need
from agenda.dates.starts import moment_of


class Reason(StrEnum):
    """What can stand in the way of a start or of a whole day; a start counts under the first that holds."""

    PUBLIC_HOLIDAY = "public_holiday"
    SCHOOL_HOLIDAY = "school_holiday"
    CLOSED = "closed"
    REQUIRED_ABSENT = "required_absent"
    NO_QUORUM = "no_quorum"
    # Only of days: no opening hours that are long enough, or all before the earliest moment.
    NOTHING_OPEN = "nothing_open"


STARTS_REASONS = tuple(Reason)[:-1]
COUNTS = -1


@dataclass(frozen=True)
class Obstacle:
    """One thing that stands in the way: a holiday or a closure by its name, or a need and who is there."""

    reason: Reason
    name: str
    need: Need | None = None
    present: int = 0

    @property
    def lacking(self) -> int:
        """Count the people who would have to be free too."""
        return self.need.least - self.present if self.need else 0


@dataclass(frozen=True)
class Slot:
    """A moment for the meeting: who is free, and what speaks against it.

    `present` stands beside the needs in the order in which they were given. `avoided` names the holiday for
    which the day comes after all others, `unwanted` why the day is rather not taken. `in_the_way` is empty
    when the slot counts.
    """

    starts_at: datetime
    ends_at: datetime
    day: date
    free: int
    absent: tuple[str, ...]
    needs: tuple[Need, ...]
    present: tuple[int, ...]
    avoided: str | None = None
    unwanted: str | None = None
    short_notice: bool = False
    in_the_way: tuple[Obstacle, ...] = ()


@dataclass(frozen=True)
class Day:
    """A day of the period: how many starts count, and the best slot; where none counts, the nearest and why.

    `slot` is None when nothing is open that day. `name` names the holiday, the closure or the need.
    """

    day: date
    starts: int
    slot: Slot | None
    why: Reason | None = None
    name: str = ""


@dataclass(frozen=True, eq=False)
class Found:
    """Every start that counts, best first, as places in the overlay's starts; and why the others do not."""

    overlay: Overlay
    needs: tuple[Need, ...]
    order: Ints
    # Per start a place in STARTS_REASONS, or COUNTS.
    verdict: Ints
    lacking: Lacking

    @property
    def considered(self) -> int:
        """Count the starts within opening hours."""
        return len(self.verdict)

    @property
    def excluded(self) -> Mapping[Reason, int]:
        """Count for each reason the starts that do not count because of it, each under its first reason."""
        numbers = np.bincount(self.verdict + 1, minlength=len(STARTS_REASONS) + 1)[1:]
        return dict(zip(STARTS_REASONS, numbers.tolist(), strict=True))

    @property
    def days(self) -> int:
        """Count the days on which a start counts."""
        return len(np.unique(self.overlay.starts.day[self.order]))

    def best(self, most: int) -> tuple[Slot, ...]:
        """Give the best slots that count, best first."""
        return slots_at(self, self.order[:most])


def rank(overlay: Overlay, needs: Iterable[Need]) -> Found:
    """Order every start at which nothing stands in the way."""
    wanted = tuple(needs)
    short = lacking(overlay, wanted)
    by_day = overlay.starts.day
    against = (
        overlay.public[by_day],
        overlay.school[by_day],
        overlay.closure != NOBODY_CLOSES,
        short.required > 0,
        short.quorum > 0,
    )
    verdict = np.select(against, range(len(against)), COUNTS)
    counting = np.flatnonzero(verdict == COUNTS)
    order = counting[np.argsort(_worth(overlay)[counting], kind="stable")]
    return Found(overlay, wanted, order, verdict, short)


def nearest(found: Found, most: int = 5) -> tuple[Slot, ...]:
    """Give the slots that fail by least, each with all that stands in the way; none when everything counts.

    First those at which only people are lacking, the fewest first (someone who is lacking for two needs
    counts twice): a person can be asked, a holiday or a closure cannot. Then those with fewest holidays and
    closures in the way. Equals stand in rank order.
    """
    return slots_at(found, _by_distance(found)[:most])


def days(found: Found) -> tuple[Day, ...]:
    """Look at each day of the period by its best slot, or its nearest where none counts."""
    overlay = found.overlay
    by_day = overlay.starts.day
    best = np.full(len(overlay.days), -1)
    # The last that is written stays: the best.
    for order in (_by_distance(found)[::-1], found.order[::-1]):
        best[by_day[order]] = order
    numbers = np.bincount(by_day[found.order], minlength=len(overlay.days)).tolist()
    slots = iter(slots_at(found, best[best >= 0]))
    return tuple(
        _day(day, number, next(slots) if place >= 0 else None)
        for day, number, place in zip(overlay.days, numbers, best.tolist(), strict=True)
    )


def slots_at(found: Found, places: Ints) -> tuple[Slot, ...]:
    """Give the slots at these places of the overlay's starts, in the same order."""
    absent = absent_at(found.overlay, places)
    members = [len(need.people & found.overlay.place.keys()) for need in found.needs]
    return tuple(
        _slot(found, place, missing, members) for place, missing in zip(places.tolist(), absent, strict=True)
    )


def _worth(overlay: Overlay) -> Ints:
    """Number the starts so that a better one has a smaller number; equals stand in order of time."""
    wishes = overlay.wishes
    most = int(wishes.max(initial=0)) + 1
    worth: Ints = overlay.avoided[overlay.starts.day] * (len(overlay.people) + 1) + overlay.absent
    return worth * most + wishes


def _by_distance(found: Found) -> Ints:
    """Order the starts that do not count by how little they fail."""
    overlay, by_day = found.overlay, found.overlay.starts.day
    fixed = overlay.public[by_day].astype(np.int64) + overlay.school[by_day]
    fixed += overlay.closure != NOBODY_CLOSES
    failing = np.flatnonzero(found.verdict != COUNTS)
    people = found.lacking.required + found.lacking.quorum
    order = np.lexsort((_worth(overlay)[failing], people[failing], fixed[failing]))
    return failing[order]


def _slot(found: Found, place: int, missing: Sequence[int], members: Sequence[int]) -> Slot:
    """Tell of one start who is absent; `members` are the people of each need who are known."""
    overlay, question = found.overlay, found.overlay.question
    day = overlay.days[overlay.starts.day[place]]
    absent = tuple(overlay.people[n] for n in missing)
    away = frozenset(absent)
    present = tuple(
        number - len(need.people & away) for need, number in zip(found.needs, members, strict=True)
    )
    counts = found.verdict[place] == COUNTS
    starts_at = moment_of(int(overlay.starts.minutes[place]))
    return Slot(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=question.minutes),
        day=day,
        free=len(overlay.people) - len(absent),
        absent=absent,
        needs=found.needs,
        present=present,
        avoided=_avoided(overlay, day),
        unwanted=question.unwanted.get(day),
        short_notice=day < question.prepared_from,
        in_the_way=() if counts else tuple(_obstacles(found, place, day, present)),
    )


def _avoided(overlay: Overlay, day: date) -> str | None:
    question = overlay.question
    names = [
        days_off[day]
        for days_off, rule in (
            (question.public_holidays, question.public),
            (question.school_holidays, question.school),
        )
        if rule == Holidays.AVOID and day in days_off
    ]
    return ", ".join(names) or None


def _obstacles(found: Found, place: int, day: date, present: Sequence[int]) -> Iterable[Obstacle]:
    overlay, question = found.overlay, found.overlay.question
    number = overlay.starts.day[place]
    if overlay.public[number]:
        yield Obstacle(Reason.PUBLIC_HOLIDAY, question.public_holidays[day])
    if overlay.school[number]:
        yield Obstacle(Reason.SCHOOL_HOLIDAY, question.school_holidays[day])
    if overlay.closure[place] != NOBODY_CLOSES:
        yield Obstacle(Reason.CLOSED, question.closed[overlay.closure[place]].why)
    for kind, reason in ((Kind.REQUIRED, Reason.REQUIRED_ABSENT), (Kind.QUORUM, Reason.NO_QUORUM)):
        for need, number_present in zip(found.needs, present, strict=True):
            if need.kind == kind and number_present < need.least:
                yield Obstacle(reason, need.name or need.id, need, number_present)


def _day(day: date, starts: int, slot: Slot | None) -> Day:
    if slot is None:
        return Day(day, starts, None, Reason.NOTHING_OPEN)
    if starts:
        return Day(day, starts, slot)
    first = slot.in_the_way[0]
    return Day(day, starts, slot, first.reason, first.name)
