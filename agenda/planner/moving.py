"""Meetings that get another time and place in one step, and back again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.meetings import actions as meetings
from agenda.meetings.facts import Particulars
from agenda.meetings.model import Meeting


@dataclass(frozen=True)
class Place:
    """When and where a meeting is held; without a moment it has only its window."""

    starts_at: datetime | None
    venue: str
    host_id: int | None


def place_of(meeting: Meeting) -> Place:
    """Tell when and where a meeting is held now."""
    return Place(meeting.starts_at, meeting.venue, meeting.host_id)


def move_all(
    session: Session, places: Mapping[int, Place], held: Mapping[int, Meeting], by: Actor, now: datetime
) -> list[dict[str, Any]]:
    """Give meetings their new time and place; what they had before, as it is kept. What stays is left out."""
    before = []
    for number, place in sorted(places.items()):
        if place_of(held[number]) != place:
            before.append(_kept(held[number]))
            move(session, held[number], place, by, now)
    return before


def move_back(
    session: Session,
    moved: Iterable[Mapping[str, Any]],
    held: Mapping[int, Meeting],
    by: Actor,
    now: datetime,
) -> None:
    """Give each meeting the time and place it had."""
    for one in moved:
        move(session, held[one["meeting"]], before_of(one), by, now)


def move(session: Session, meeting: Meeting, place: Place, by: Actor, now: datetime) -> None:
    """Hold a meeting at another time and place, on whatever day; its window stays as it is."""
    if (meeting.venue, meeting.host_id) != (place.venue, place.host_id):
        wanted = Particulars(
            title=meeting.title,
            minutes=meeting.minutes,
            host_id=place.host_id,
            venue=place.venue,
            window_from=meeting.window_from,
            window_until=meeting.window_until,
        )
        meetings.edit_meeting(session, meeting, wanted, by, now)
        session.flush()
    if place.starts_at is None:
        meetings.clear_date(session, meeting, by, now)
    elif place.starts_at != meeting.starts_at:
        meetings.set_date(session, meeting, place.starts_at, meeting.minutes, by, now, outside_window=True)
    session.flush()


def before_of(kept: Mapping[str, Any]) -> Place:
    """Read when and where a meeting was held before it moved."""
    starts_at = kept["starts_at"]
    return Place(
        datetime.fromisoformat(starts_at) if starts_at else None,
        kept["venue"],
        kept["host_id"],
    )


def is_past(moved: Iterable[Mapping[str, Any]], now: datetime) -> bool:
    """Tell whether one of the earlier moments has passed, so that there is no way back to it."""
    moments = [before_of(one).starts_at for one in moved]
    return any(moment is not None and moment <= now for moment in moments)


def _kept(meeting: Meeting) -> dict[str, Any]:
    return {
        "meeting": meeting.id,
        "starts_at": meeting.starts_at.isoformat() if meeting.starts_at else None,
        "venue": meeting.venue,
        "host_id": meeting.host_id,
    }
