"""What the planner is asked, and what it answers (shared with the command `fewest-meetings`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Occasion:
    """A meeting that could be held: `planned` ones stand in calendars already.

    `starts_at` knows its zone, `day` is the local day of it. `reserved` minutes go to opening, previous
    minutes and any other business.
    """

    id: str
    body: str
    starts_at: datetime
    day: date
    minutes: int
    reserved: int = 0
    attendees: frozenset[str] = NOBODY
    unavailable: frozenset[str] = NOBODY
    planned: bool = False

    @property
    def room(self) -> int:
        """How many minutes there are for topics."""
        return self.minutes - self.reserved

    @property
    def present(self) -> frozenset[str]:
        """Who will be there."""
        return self.attendees - self.unavailable


@dataclass(frozen=True)
class Subject:
    """A topic to be treated, once.

    Each of `needs` is one demand that any of its people meets: one person, or whoever holds a portfolio.
    `bodies` empty means any body. `after` and `apart_from` name other subjects; `apart_from` holds both
    ways, whoever says it.
    """

    id: str
    minutes: int
    bodies: frozenset[str] = NOBODY
    needs: tuple[frozenset[str], ...] = ()
    guests: frozenset[str] = NOBODY
    earliest: date | None = None
    deadline: date | None = None
    priority: int = 3
    after: frozenset[str] = NOBODY
    apart_from: frozenset[str] = NOBODY
    in_writing: bool = False


@dataclass(frozen=True)
class Problem:
    """Which topics, and in which meetings they could be treated."""

    occasions: tuple[Occasion, ...]
    subjects: tuple[Subject, ...]
    zone: str = "Europe/Amsterdam"


class Aim(StrEnum):
    """What is aimed at, each next one only among the best of those before."""

    UNTREATED_PRIORITY = "untreated_priority"
    MEETINGS_HELD = "meetings_held"
    NEW_MEETINGS = "new_meetings"
    PERSON_MINUTES = "person_minutes"
    WAITING = "waiting"


class Why(StrEnum):
    """Why a topic is not treated."""

    NO_MEETING_FITS = "no_meeting_fits"
    TOO_LONG = "too_long"
    PREDECESSOR_UNTREATED = "predecessor_untreated"
    NO_ROOM = "no_room"


@dataclass(frozen=True)
class Figures:
    """What a plan costs, or a lower bound of it, by aim.

    `waiting` is the sum over treated topics of priority times days from the day of the first of the
    problem's meetings.
    """

    untreated_priority: int = 0
    meetings_held: int = 0
    new_meetings: int = 0
    person_minutes: int = 0
    waiting: int = 0

    def of(self, aim: Aim) -> int:
        """Give the figure of one aim."""
        found: int = getattr(self, aim.value)
        return found

    @property
    def in_order(self) -> tuple[int, int, int, int, int]:
        """All five, for comparing plans."""
        return (
            self.untreated_priority,
            self.meetings_held,
            self.new_meetings,
            self.person_minutes,
            self.waiting,
        )


@dataclass(frozen=True)
class Plan:
    """Which topic goes where, what that costs, and how much of it is proven.

    `treated` gives for each treated topic the meeting. `bounds` holds lower bounds, each given the best
    of the aims before it. `proven` lists the aims, from the first on, that cannot be bettered.
    """

    treated: Mapping[str, str]
    figures: Figures
    bounds: Figures = field(default_factory=Figures)
    proven: tuple[Aim, ...] = ()
    seconds: float = 0.0

    @property
    def optimal(self) -> bool:
        """Tell whether the two first aims are proven."""
        return {Aim.UNTREATED_PRIORITY, Aim.MEETINGS_HELD} <= set(self.proven)


@dataclass(frozen=True)
class Progress:
    """How far the search is: the aim in hand, the best plan so far and the bounds known by now."""

    aim: Aim
    plan: Plan


Report = Callable[[Progress], None]
Stopped = Callable[[], bool]
