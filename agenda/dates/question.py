"""What is asked when a date is sought: the period, the rules, the people and whom it cannot do without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

import numpy as np

from agenda.dates.busy import Blocks

NO_BLOCKS: Blocks = np.empty((0, 2), np.int64)


class Holidays(StrEnum):
    """What a holiday does: drop the day, rank it after all others, or nothing."""

    EXCLUDE = "exclude"
    AVOID = "avoid"
    IGNORE = "ignore"


class Kind(StrEnum):
    """Why people are needed: each by name or office, or enough of a college."""

    REQUIRED = "required"
    QUORUM = "quorum"


@dataclass(frozen=True, eq=False)
class Participant:
    """Someone who would come: when they are busy, and the minutes of travel that must be free on both sides.

    Blocks have shape (n, 2): begin and end in whole minutes since 1970 UTC, the end excluded. They may come
    in any order, overlap, and reach outside the period.
    """

    id: str
    blocks: Blocks = field(default_factory=lambda: NO_BLOCKS)
    travel: int = 0


@dataclass(frozen=True)
class Need:
    """At least `least` of these people must be free.

    A required person is a need of one; so is "one of those who hold the portfolio housing". `name` is
    what people call it.
    """

    id: str
    people: frozenset[str]
    least: int
    kind: Kind
    name: str = ""


@dataclass(frozen=True)
class Closed:
    """A time at which nobody meets, and why; the end is excluded."""

    starts_at: datetime
    ends_at: datetime
    why: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """A date between two days, both included, for a meeting of so many minutes.

    `hours` gives per weekday (Monday is 0) the local opening hours; a weekday that is not named is closed,
    and a day that closes at 00:00 closes at midnight. Within them a meeting may begin at the opening and
    every `step` minutes after it on the clock, and must end by closing time. In the hour that comes twice
    when clocks go back both moments count; what the clock skips is no moment. `minutes` are real minutes.

    Hard rules: `not_before`, holidays that are excluded, and `closed`. Wishes only order what counts equally
    many people: `unwanted` days (such as the day before papers are due), days before `prepared_from` (topics
    and papers would come at short notice), and `usual_hours`, the most usual first.
    """

    zone: str
    first: date
    last: date
    minutes: int
    step: int = 15
    hours: Mapping[int, tuple[time, time]]
    closed: tuple[Closed, ...] = ()
    public_holidays: Mapping[date, str] = field(default_factory=dict)
    public: Holidays = Holidays.EXCLUDE
    school_holidays: Mapping[date, str] = field(default_factory=dict)
    school: Holidays = Holidays.AVOID
    not_before: datetime | None = None
    unwanted: Mapping[date, str] = field(default_factory=dict)
    prepared_from: date = date.min
    usual_hours: tuple[time, ...] = ()
