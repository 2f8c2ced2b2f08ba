"""What drafting an agenda knows of topics and of the meeting, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from agenda.topics.model import Treatment

LAST_PLACE = 1_000


class Why(StrEnum):
    """Why a topic is not on the draft."""

    PLANNED_ELSEWHERE = "planned_elsewhere"
    NOT_BEFORE = "not_before"
    NEEDED_ABSENT = "needed_absent"
    GUEST_ABSENT = "guest_absent"
    PREDECESSOR_UNTREATED = "predecessor_untreated"
    NO_TIME = "no_time"


@dataclass(frozen=True)
class Wanted:
    """Someone a topic cannot do without: one of these people, under a name such as a portfolio."""

    name: str
    people: frozenset[int]


@dataclass(frozen=True)
class Candidate:
    """What drafting must know of a topic, or of an item that stands on the agenda already."""

    id: int
    title: str
    minutes: int
    priority: int = 3
    treatment: Treatment | None = Treatment.DISCUSSION
    deadline: date | None = None
    earliest: date | None = None
    # Position of the focus area; without one a topic comes last.
    focus: int = LAST_PLACE
    wanted: tuple[Wanted, ...] = ()
    guests: Mapping[int, str] = field(default_factory=dict)
    # Only a predecessor that still has to be treated.
    predecessor_id: int | None = None
    predecessor: str = ""
    planned_in: str = ""
    planned_on: date | None = None
    has_lead: bool = True


@dataclass(frozen=True)
class LeftOut:
    """A topic that is not on the draft, with the reason and what the reason's sentence needs."""

    topic: Candidate
    why: Why
    facts: Mapping[str, Any]
    urgent: bool


@dataclass(frozen=True)
class Draft:
    """The proposal: everything that is on it in order, what was added to it, and what is left out."""

    order: tuple[Candidate, ...]
    chosen: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]
    urgent: frozenset[int]


@dataclass(frozen=True)
class Occasion:
    """The meeting for which is drafted: its day, who will be there, who said no, how much time there is.

    For a meeting with only a window `day` is the window's last day. `minutes` is what is left beside
    the items that stand on the agenda already.
    """

    day: date
    present: frozenset[int]
    declined: frozenset[int]
    minutes: int
    next_meeting: date | None = None
