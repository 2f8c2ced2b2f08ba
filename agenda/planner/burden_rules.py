"""What meetings cost and bring. Values in, values out; docs/burden.md defines each figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from agenda.meetings.rules import Quarter, quarter_of


@dataclass(frozen=True)
class Seated:
    """Someone who was, or will be, at a meeting; `travel` there and back, in minutes."""

    person: int
    organisation: int | None
    travel: int


@dataclass(frozen=True)
class Held:
    """One meeting: how long, who was there, what it was about and what came out.

    `ahead` tells that it still has to be held. `topic_minutes` are those of its topics.
    """

    body: int
    day: date
    minutes: int
    seated: Sequence[Seated]
    topic_minutes: int = 0
    decisions: int = 0
    deferrals: int = 0
    ahead: bool = False


@dataclass(frozen=True)
class Settled:
    """A topic that was dealt with on a day: in a meeting, or in writing."""

    body: int
    submitted: date
    day: date
    in_writing: bool = False


@dataclass(frozen=True)
class Burden:
    """What one quarter, body or all together cost and brought. Times in minutes, lead time in days."""

    meetings: int = 0
    planned: int = 0
    person_minutes: int = 0
    travel_minutes: int = 0
    minutes: int = 0
    topic_minutes: int = 0
    decisions: int = 0
    deferrals: int = 0
    treated: int = 0
    in_writing: int = 0
    lead_days: int = 0

    def __add__(self, other: Burden) -> Burden:
        """Add two up."""
        return Burden(**{name: getattr(self, name) + getattr(other, name) for name in FIELDS})

    @property
    def topic_share(self) -> float | None:
        """Give which part of the time of meetings went to topics; None without meetings."""
        return min(1.0, self.topic_minutes / self.minutes) if self.minutes else None

    @property
    def together(self) -> int:
        """Give the minutes of people, travel included."""
        return self.person_minutes + self.travel_minutes

    @property
    def decisions_an_hour(self) -> float | None:
        """Give the decisions per person-hour; None without meetings."""
        return 60 * self.decisions / self.person_minutes if self.person_minutes else None

    @property
    def settled(self) -> int:
        """How many topics were dealt with."""
        return self.treated + self.in_writing

    @property
    def lead_time(self) -> float | None:
        """Give the mean days from intake to outcome; None when nothing was dealt with."""
        return self.lead_days / self.settled if self.settled else None

    @property
    def written_share(self) -> float | None:
        """Give which part of the topics was dealt with without a meeting; None when none were."""
        return self.in_writing / self.settled if self.settled else None

    def to_json(self) -> dict[str, int]:
        """Write it down."""
        return {name: getattr(self, name) for name in FIELDS}


FIELDS = tuple(Burden.__dataclass_fields__)


def burden_of(written: Mapping[str, Any]) -> Burden:
    """Read what was written down; a figure that was not known then is 0."""
    return Burden(**{name: int(written.get(name, 0)) for name in FIELDS})


def reckon(held: Iterable[Held], settled: Iterable[Settled]) -> Burden:
    """Add everything up; meetings still to be held count as `planned` alone, their time included."""
    total = Burden()
    for one in held:
        total += Burden(
            meetings=not one.ahead,
            planned=one.ahead,
            person_minutes=one.minutes * len(one.seated),
            travel_minutes=sum(person.travel for person in one.seated),
            minutes=one.minutes,
            topic_minutes=one.topic_minutes,
            decisions=one.decisions,
            deferrals=one.deferrals,
        )
    for topic in settled:
        days = max(0, (topic.day - topic.submitted).days)
        total += Burden(treated=not topic.in_writing, in_writing=topic.in_writing, lead_days=days)
    return total


def by_quarter(held: Iterable[Held], settled: Iterable[Settled]) -> dict[Quarter, Burden]:
    """Reckon each quarter in which anything was, by the local day."""
    meetings: dict[Quarter, list[Held]] = {}
    topics: dict[Quarter, list[Settled]] = {}
    for one in held:
        meetings.setdefault(quarter_of(one.day), []).append(one)
    for topic in settled:
        topics.setdefault(quarter_of(topic.day), []).append(topic)
    return {
        quarter: reckon(meetings.get(quarter, ()), topics.get(quarter, ()))
        for quarter in sorted({*meetings, *topics}, key=lambda one: (one.year, one.number))
    }


def each_alone(held: Iterable[Held]) -> dict[int, list[Held]]:
    """Give each person's meetings, with nobody else at the table."""
    theirs: dict[int, list[Held]] = {}
    for one in held:
        for seated in one.seated:
            theirs.setdefault(seated.person, []).append(replace(one, seated=[seated]))
    return theirs


def frozen_figures(held: Sequence[Held], settled: Iterable[Settled]) -> dict[str, Any]:
    """Write down what a quarter cost: in all, and for each organisation and person."""
    alone = each_alone(held)
    return reckon(held, settled).to_json() | {
        "organisations": {str(key or 0): spent for key, spent in minutes_by_organisation(held).items()},
        "people": {str(person): reckon(theirs, ()).to_json() for person, theirs in alone.items()},
    }


def frozen_of_person(written: Mapping[str, Any], person: int) -> Burden:
    """Read what a quarter that was written down cost one person."""
    return burden_of(written.get("people", {}).get(str(person), {}))


def frozen_of_organisation(written: Mapping[str, Any], organisation: int | None) -> int:
    """Read the minutes that a quarter that was written down cost an organisation."""
    return int(written.get("organisations", {}).get(str(organisation or 0), 0))


def quarters_until(last: Quarter, first: Quarter, most: int | None) -> list[Quarter]:
    """Give the quarters from one until another, oldest first: at most so many, and the last one always."""
    found = [last]
    while (most is None or len(found) < most) and found[-1].first_day > first.first_day:
        found.append(found[-1].previous)
    return found[::-1]


def minutes_by_person(held: Iterable[Held]) -> Counter[int]:
    """Give each person's minutes in meetings, travel included."""
    spent: Counter[int] = Counter()
    for one in held:
        for seated in one.seated:
            spent[seated.person] += one.minutes + seated.travel
    return spent


def minutes_by_organisation(held: Iterable[Held]) -> Counter[int | None]:
    """Give each organisation's minutes in meetings, travel included."""
    spent: Counter[int | None] = Counter()
    for one in held:
        for seated in one.seated:
            spent[seated.organisation] += one.minutes + seated.travel
    return spent


@dataclass(frozen=True)
class Budget:
    """How many meetings a quarter may have, and how many it has or will have."""

    most: int | None
    used: int

    @property
    def left(self) -> int | None:
        """How many may still be planned, below 0 when there are too many; None without a budget."""
        return None if self.most is None else self.most - self.used


@dataclass(frozen=True)
class Bar:
    """One bar of the chart: held below, planned on top of it; lengths between 0 and 1."""

    label: str
    held: int
    planned: int
    height: float
    planned_height: float


@dataclass(frozen=True)
class Line:
    """A line across the chart: so many meetings, at a height between 0 and 1."""

    meetings: int
    height: float


@dataclass(frozen=True)
class Chart:
    """Meetings a quarter as bars, with the baseline and the budget as lines."""

    bars: Sequence[Bar]
    most: int
    baseline: Line | None = None
    budget: Line | None = None
    steps: Sequence[int] = field(default=())


def chart(
    quarters: Sequence[tuple[str, Burden]], baseline: Burden | None = None, budget: int | None = None
) -> Chart:
    """Lay the quarters out beside each other; the highest reaches 1."""
    counts = [one.meetings + one.planned for _label, one in quarters]
    most = max([1, *counts, budget or 0, baseline.meetings if baseline else 0])
    return Chart(
        bars=[
            Bar(label, one.meetings, one.planned, one.meetings / most, one.planned / most)
            for label, one in quarters
        ],
        most=most,
        baseline=Line(baseline.meetings, baseline.meetings / most) if baseline else None,
        budget=Line(budget, budget / most) if budget is not None else None,
        steps=range(0, most + 1, max(1, most // 4)),
    )
