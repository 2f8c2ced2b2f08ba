"""What a regional day is asked, and what it answers: several meetings, one day, one place. Pure.

All times are whole minutes counted from one moment, whichever: what passes between two of them is what a
watch shows, also on the days on which the clock changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

NOBODY: frozenset[str] = frozenset()
# From one minute to another, the end excluded.
Stretch = tuple[int, int]


@dataclass(frozen=True)
class Room:
    """A room in the place; without `seats` it holds everyone."""

    id: str
    seats: int | None = None


@dataclass(frozen=True)
class DayMeeting:
    """A meeting that could be held that day.

    It takes place without the `optional` people, never without the `required`. `after` names meetings that
    must be over before it begins: without them it does not take place. With `fixed` it begins then or not at
    all; it lies in none of the `closed` stretches. `weight` tells how much it counts that it is held.
    """

    id: str
    minutes: int
    required: frozenset[str] = NOBODY
    optional: frozenset[str] = NOBODY
    body: str = ""
    earliest: int | None = None
    latest: int | None = None
    fixed: int | None = None
    after: frozenset[str] = NOBODY
    closed: tuple[Stretch, ...] = ()
    weight: int = 1

    @property
    def invited(self) -> frozenset[str]:
        """Everyone who has a chair."""
        return self.required | self.optional


@dataclass(frozen=True)
class DayPerson:
    """Someone who is invited: when they can be at the place, and what it takes them to come.

    Around each of the `busy` stretches the journey must fit as well. Who `comes_anyway` travels whatever is
    decided.
    """

    id: str
    begins: int | None = None
    ends: int | None = None
    busy: tuple[Stretch, ...] = ()
    travel: int = 0
    comes_anyway: bool = False


@dataclass(frozen=True)
class DayProblem:
    """One day in one place.

    Meetings begin every `step` minutes from `opens` on, and end by `closes`. In the `pause` nobody meets.
    Between two meetings in one room, or of one person, lie at least `change_over` minutes.
    """

    opens: int
    closes: int
    rooms: tuple[Room, ...]
    meetings: tuple[DayMeeting, ...]
    people: tuple[DayPerson, ...]
    step: int = 15
    pause: Stretch | None = None
    change_over: int = 0


class DayAim(StrEnum):
    """What is aimed at, each next one only among the best of those before."""

    LEFT_OUT = "left_out"
    MISSED = "missed"
    GAPS = "gaps"
    TRAVEL = "travel"
    END = "end"


@dataclass(frozen=True)
class DayFigures:
    """What a plan costs, or a lower bound of it, by aim.

    `left_out` is the weight of meetings that are not held; `missed` counts how often somebody who is optional
    misses a meeting that is held. `gaps` are the minutes that people wait between their first and their last
    meeting, the pause not counted; `travel` the minutes there and back of who comes for a meeting; `end` the
    minutes from the opening to the end of the last meeting.
    """

    left_out: int = 0
    missed: int = 0
    gaps: int = 0
    travel: int = 0
    end: int = 0

    def of(self, aim: DayAim) -> int:
        """Give the figure of one aim."""
        found: int = getattr(self, aim.value)
        return found

    @property
    def in_order(self) -> tuple[int, int, int, int, int]:
        """All five, for comparing plans."""
        return (self.left_out, self.missed, self.gaps, self.travel, self.end)


class WhyOut(StrEnum):
    """Why a meeting is not held."""

    NO_COMMON_WINDOW = "no_common_window"
    PERSON_BUSY = "person_busy"
    NO_ROOM = "no_room"
    PREDECESSOR_LEFT_OUT = "predecessor_left_out"


@dataclass(frozen=True)
class LeftOut:
    """Why a meeting is not held, and who stands in the way, where people do."""

    why: WhyOut
    who: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placed:
    """When and in which room a meeting is held."""

    start: int
    room: str


@dataclass(frozen=True)
class DayPlan:
    """Which meeting is held when and where, who is in it, what that costs, and how much of it is proven.

    `attended` gives for each person the meetings they are in, in order. `bounds` holds lower bounds, each
    given the best of the aims before it. `proven` lists the aims, from the first on, that cannot be bettered.
    """

    placed: Mapping[str, Placed]
    left_out: Mapping[str, LeftOut]
    attended: Mapping[str, tuple[str, ...]]
    figures: DayFigures
    bounds: DayFigures = field(default_factory=DayFigures)
    proven: tuple[DayAim, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class DayProgress:
    """How far the search is: the aim in hand, the best figures so far and the bounds known by now."""

    aim: DayAim
    figures: DayFigures
    bounds: DayFigures
    seconds: float


DayReport = Callable[[DayProgress], None]


def check(problem: DayProblem) -> None:
    """Raise ValueError for a problem that contradicts itself, with a code for what is wrong."""
    meetings = {one.id for one in problem.meetings}
    people = {one.id for one in problem.people}
    wrong = {
        "day_impossible": problem.closes <= problem.opens,
        "step_impossible": problem.step < 1 or problem.change_over < 0,
        "pause_impossible": problem.pause is not None and problem.pause[0] >= problem.pause[1],
        "named_twice": len(meetings) < len(problem.meetings)
        or len(people) < len(problem.people)
        or len({one.id for one in problem.rooms}) < len(problem.rooms),
        "length_impossible": any(one.minutes < 1 or one.weight < 1 for one in problem.meetings),
        "person_unknown": any(not one.invited <= people for one in problem.meetings),
        "predecessor_unknown": any(not one.after <= meetings for one in problem.meetings),
        "travel_impossible": any(one.travel < 0 for one in problem.people),
    }
    for code, is_so in wrong.items():
        if is_so:
            raise ValueError(code)
