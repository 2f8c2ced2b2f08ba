"""How a decision is referred to and whether it is in force; values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from agenda.core.clock import local_day
from agenda.core.problems import Invalid
from agenda.decisions.model import DecisionKind, RatificationResult

LONGEST_REASON = 1_000
# Further away, reckoning with days runs out of the calendar.
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
_REFERENCE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:/(\d{1,3}))?")


class Standing(StrEnum):
    """Whether a decision is in force; derived from what happened to it, never stored."""

    IN_FORCE = "in_force"
    # An agreement of which not every college, or council, has ratified its part yet.
    WAITING = "waiting"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


class MeetingFacts(Protocol):
    """The meeting of a decision, as far as its reference is concerned."""

    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def time_zone(self) -> str: ...


class HasReference(Protocol):
    """What a reference is made of."""

    @property
    def meeting(self) -> MeetingFacts: ...
    @property
    def position(self) -> int: ...


class InOrder(HasReference, Protocol):
    """What puts decisions of one body in the order in which they were taken."""

    @property
    def meeting_id(self) -> int: ...


class RatificationFacts(Protocol):
    """What one organ said, if it did, and by when it was to say so."""

    @property
    def result(self) -> RatificationResult | None: ...
    @property
    def due_on(self) -> date | None: ...


class DecisionFacts(Protocol):
    """What the standing of a decision follows from."""

    @property
    def kind(self) -> DecisionKind: ...
    @property
    def superseded_by_id(self) -> int | None: ...
    @property
    def ratifications(self) -> Sequence[RatificationFacts]: ...


@dataclass(frozen=True)
class Tally:
    """How far the ratification of one agreement is; counted by organ, never as a majority."""

    asked: int
    ratified: int
    reserved: int
    refused: int

    @property
    def complete(self) -> bool:
        """Whether all have ratified, without reservation."""
        return self.asked > 0 and self.ratified == self.asked

    @property
    def agreed(self) -> int:
        """How many have ratified, with or without a reservation."""
        return self.ratified + self.reserved

    @property
    def silent(self) -> int:
        return self.asked - self.ratified - self.reserved - self.refused


def reference_of(decision: HasReference) -> str:
    """Give what a decision is cited by, "2018-12-13/2": the meeting's day where it met, and the place."""
    meeting = decision.meeting
    if meeting.starts_at is None:
        raise ValueError("a meeting that decided has a date")
    return f"{local_day(meeting.starts_at, meeting.time_zone).isoformat()}/{decision.position}"


def reference_in(text: str) -> tuple[date, int | None] | None:
    """Read "2018-12-13/2" or its day alone; None when it is neither."""
    found = _REFERENCE.fullmatch(text.strip())
    if found is None:
        return None
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        return None
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        return None
    return day, int(found[2]) if found[2] else None


def tally(ratifications: Iterable[RatificationFacts]) -> Tally:
    """Count what the organs said."""
    said = [one.result for one in ratifications]
    return Tally(
        asked=len(said),
        ratified=said.count(RatificationResult.RATIFIED),
        reserved=said.count(RatificationResult.WITH_RESERVATION),
        refused=said.count(RatificationResult.REFUSED),
    )


def standing_of(decision: DecisionFacts) -> Standing:
    """Tell whether a decision is in force; states.standing_in_sql says the same to the database.

    An agreement binds once every organ has ratified it without reservation; one refusal keeps it from
    being in force, however many the others are.
    """
    if decision.superseded_by_id is not None:
        return Standing.SUPERSEDED
    if decision.kind is not DecisionKind.AGREEMENT:
        return Standing.IN_FORCE
    counted = tally(decision.ratifications)
    if counted.refused:
        return Standing.REFUSED
    return Standing.IN_FORCE if counted.complete else Standing.WAITING


def days_late(ratification: RatificationFacts, today: date) -> int:
    """Count the days since an organ should have spoken; 0 where it did, or still has time."""
    if ratification.result is not None or ratification.due_on is None:
        return 0
    return max(0, (today - ratification.due_on).days)


def comes_before(earlier: InOrder, later: InOrder) -> bool:
    """Tell whether one decision was taken before another: only a later one takes its place, so no circles."""
    return _order(earlier) < _order(later)


def _order(decision: InOrder) -> tuple[datetime, int, int]:
    if decision.meeting.starts_at is None:
        raise ValueError("a meeting that decided has a date")
    return decision.meeting.starts_at, decision.meeting_id, decision.position


def check_said(
    result: RatificationResult | None, said_on: date | None, remark: str, met_on: date, today: date
) -> None:
    """Raise Invalid, with the field it is about, unless an organ can have said this on this day."""
    if result is None:
        return
    if said_on is None:
        raise Invalid("said_on_missing", field="said_on")
    if said_on > today:
        raise Invalid("said_on_ahead", field="said_on")
    if said_on < met_on:
        raise Invalid("said_before_meeting", field="said_on", day=met_on)
    if not remark.strip() and result is not RatificationResult.RATIFIED:
        raise Invalid("remark_missing", field="remark")
