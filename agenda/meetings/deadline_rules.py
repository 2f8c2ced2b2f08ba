"""By when things belonging to a meeting are due, and where each stands. Values in, values out.

What comes before a meeting and falls on a weekend or a holiday is due on the working day before: it must
be read in time. What comes after it is due on the next working day (Algemene termijnenwet, article 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from agenda.core import working_days

# From here on an open deadline comes near.
SOON = timedelta(days=7)


class Stand(StrEnum):
    """Where one deadline stands."""

    DONE = "done"
    DONE_LATE = "done_late"
    OPEN = "open"
    SOON = "soon"
    TODAY = "today"
    LATE = "late"
    # It was not done, and the meeting for which it was needed has been.
    MISSED = "missed"


@dataclass(frozen=True)
class Terms:
    """What a body asks, in whole days before and after the day of its meeting."""

    papers_days_before: int = 7
    agenda_days_before: int = 7
    outcomes_days_after: int = 3
    decision_list_days_after: int = 10
    # Colleges meet weekly: six weeks leave room for a council's cycle as well.
    ratification_days_after: int = 42


USUAL = Terms()
# So long may each be; where councils ratify, a summer recess may lie in between.
MOST = Terms(60, 60, 60, 60, ratification_days_after=180)


def days_before(day: date, days: int) -> date:
    """Give the working day by which something must be there, so many days before a meeting."""
    try:
        return working_days.on_or_before(day - timedelta(days=days))
    except OverflowError:
        return date.min


def days_after(day: date, days: int) -> date:
    """Give the working day by which something must be there, so many days after a meeting."""
    try:
        return working_days.on_or_after(day + timedelta(days=days))
    except OverflowError:
        return date.max


def stand(due: date, done: bool, done_on: date | None, until: date | None, today: date) -> Stand:
    """Tell where a deadline stands today; `until` is the last day on which it can still be done."""
    if done:
        return Stand.DONE_LATE if done_on is not None and done_on > due else Stand.DONE
    if until is not None and today > until:
        return Stand.MISSED
    if today > due:
        return Stand.LATE
    if today == due:
        return Stand.TODAY
    return Stand.SOON if due - today <= SOON else Stand.OPEN


def days_late(due: date, done_on: date | None, today: date) -> int:
    """Count the days after a deadline, until it was done or until today; 0 in time."""
    return max(0, ((done_on or today) - due).days)
