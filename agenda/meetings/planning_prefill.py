"""What the address of the planning form fills in beforehand: a date that another page found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from agenda.meetings.planning_reason import Ground
from agenda.meetings.rules import LONGEST, SHORTEST
from agenda.web.forms import EARLIEST_DAY, LATEST_DAY, LONGEST_LINE, key, tidy_line


def asked_plan(asked: Mapping[str, str]) -> dict[str, Any]:
    """Read day, start, minutes, venue and ground from an address; what cannot be read is left out.

    With a day of its own no quarter is proposed.
    """
    found: dict[str, Any] = {}
    day, start = _day(asked.get("day", "")), _time(asked.get("start", ""))
    if day is not None and start is not None:
        found |= {"day": day, "start": start, "quarter": ""}
    if minutes := _minutes(asked.get("minutes", "")):
        found["minutes"] = minutes
    if venue := tidy_line(asked.get("venue", "")[:LONGEST_LINE]):
        found["venue"] = venue
    if asked.get("ground") in {one.value for one in Ground}:
        found["ground"] = asked["ground"]
    return found


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST_DAY <= day <= LATEST_DAY else None


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def _minutes(text: str) -> int | None:
    try:
        minutes = key(text)
    except ValueError:
        return None
    return minutes if SHORTEST <= minutes <= LONGEST else None
