"""A week of five colleges in small: two from Leiden, one from Zoeterwoude, open on workdays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from agenda.dates.overlay import overlay
from agenda.dates.question import Kind, Need, Participant, Question
from agenda.dates.slots import Found, Slot, rank

ZONE = "Europe/Amsterdam"
MONDAY, TUESDAY, WEDNESDAY = date(2019, 2, 11), date(2019, 2, 12), date(2019, 2, 13)
FRIDAY = date(2019, 2, 15)
WORKDAYS = dict.fromkeys(range(5), (time(9), time(17)))
MAYOR, ALDERMAN, NEIGHBOUR = "leiden.mayor", "leiden.alderman", "zoeterwoude.mayor"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Give a local time."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(ZONE)).astimezone(UTC)


def question(**more: Any) -> Question:
    """Ask for two hours in that week, on the hour."""
    asked = {"first": MONDAY, "last": FRIDAY, "minutes": 120, "step": 60, "hours": WORKDAYS}
    return Question(zone=ZONE, **(asked | more))


def someone(name: str, *busy: tuple[datetime, datetime], travel: int = 0) -> Participant:
    """Give someone who is busy at these times."""
    minutes = [[int(moment.timestamp()) // 60 for moment in pair] for pair in busy]
    return Participant(name, np.array(minutes, np.int64).reshape(-1, 2), travel)


def required(name: str) -> Need:
    """Ask for one person by name."""
    return Need(name, frozenset({name}), 1, Kind.REQUIRED)


def found(asked: Question, *people: Participant, needs: tuple[Need, ...] = ()) -> Found:
    """Rank the dates."""
    return rank(overlay(asked, people), needs)


def local(slot: Slot) -> tuple[int, int, int]:
    """Give the day of the month, the hour and the minute on the clock in Leiden."""
    there = slot.starts_at.astimezone(ZoneInfo(ZONE))
    return there.day, there.hour, there.minute
