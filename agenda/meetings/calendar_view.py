"""A quarter as the calendar macro shows it: three months of weeks, and what falls in them."""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import url_for

from agenda.core import words
from agenda.core.clock import local_day
from agenda.meetings.model import Meeting, MeetingState
from agenda.meetings.rules import Quarter, state_of
from agenda.meetings.words import STATES

KINDS: Mapping[MeetingState, str] = {MeetingState.DATED: "tentative", MeetingState.CANCELLED: "off"}


@dataclass(frozen=True)
class Event:
    """A meeting on its day."""

    date: date
    label: str
    url: str
    kind: str


@dataclass(frozen=True)
class Day:
    """One square of the calendar."""

    date: date
    number: int
    kinds: Sequence[str]
    title: str | None
    url: str | None


@dataclass(frozen=True)
class Month:
    """One month: its weeks, and its meetings once more as a list."""

    name: str
    weeks: Sequence[tuple[int, Sequence[Day | None]]]
    events: Sequence[Event]


def months(
    quarter: Quarter, meetings: Iterable[Meeting], now: datetime, zone: str, language: str
) -> list[Month]:
    """Lay out a quarter; a day with several meetings leads to the first of them."""
    events: defaultdict[date, list[Event]] = defaultdict(list)
    for meeting in meetings:
        if meeting.starts_at is not None:
            event = _event(meeting, meeting.starts_at, now, zone, language)
            events[event.date].append(event)
    today = local_day(now, zone)
    return [_month(first, events, today, language) for first in quarter.months]


def _event(meeting: Meeting, starts_at: datetime, now: datetime, zone: str, language: str) -> Event:
    state = state_of(meeting, now)
    label = f"{words.clock(starts_at, ZoneInfo(zone), language)} {meeting.title}"
    if meeting.host:
        label += f", {meeting.host.name}"
    if state in KINDS:
        label += f" ({str(STATES[state]).lower()})"
    url = url_for("meetings.show", meeting_id=meeting.id)
    return Event(local_day(starts_at, zone), label, url, KINDS.get(state, "meeting"))


def _month(first: date, events: Mapping[date, list[Event]], today: date, language: str) -> Month:
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    return Month(
        name=str(format_date(first, "LLLL y", locale=language)),
        weeks=[
            (
                week[0].isocalendar().week,
                [_day(day, events.get(day, []), today) if day.month == first.month else None for day in week],
            )
            for week in weeks
        ],
        events=[event for day in sorted(events) if day.replace(day=1) == first for event in events[day]],
    )


def _day(day: date, events: Sequence[Event], today: date) -> Day:
    kinds = [event.kind for event in events[:1]]
    if day.weekday() >= 5:
        kinds.append("weekend")
    if day == today:
        kinds.append("today")
    title = "; ".join(event.label for event in events) or None
    return Day(day, day.day, kinds, title, events[0].url if events else None)
