"""What stands about a meeting: as a person enters it, as the history tells it, and as calendars show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from agenda.meetings.model import Meeting
from agenda.meetings.template_rules import FrameItem


@dataclass(frozen=True)
class Plan:
    """What is known of a meeting when it is planned: a window or a date, and what differs from usual."""

    window_from: date | None = None
    window_until: date | None = None
    starts_at: datetime | None = None
    minutes: int | None = None
    title: str = ""
    host_id: int | None = None
    venue: str | None = None
    # What its agenda begins with; empty for what is usual in the body.
    frame: Sequence[FrameItem] = ()


@dataclass(frozen=True)
class Particulars:
    """What can be edited of a meeting besides its date."""

    title: str
    minutes: int
    host_id: int | None
    venue: str
    window_from: date | None
    window_until: date | None


def told(meeting: Meeting) -> dict[str, Any]:
    """Give what the history keeps of a meeting."""
    return {
        "title": meeting.title,
        "starts_at": meeting.starts_at,
        "minutes": meeting.minutes,
        "host": meeting.host.name if meeting.host else None,
        "venue": meeting.venue,
        "window_from": meeting.window_from,
        "window_until": meeting.window_until,
    }


def in_calendars(meeting: Meeting) -> tuple[datetime | None, int, str]:
    """Give what stands in calendars and makes an earlier answer void (CALENDAR-MAIL rule 10)."""
    return meeting.starts_at, meeting.minutes, meeting.venue
