"""What happens next, for a clock that is wound forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.clock import at_local, local_day
from agenda.meetings.model import Meeting
from agenda.reminders.gathering import next_reminder
from config import Config


@dataclass(frozen=True)
class Event:
    """Something that happens at a moment."""

    at: datetime
    what: str


def next_event(session: Session, config: Config, now: datetime) -> Event | None:
    """Name what happens first after now: a reminder, or a meeting that begins or ends."""
    found = [event for event in (_reminder(session, config, now), *_meetings(session, now)) if event]
    return min(found, key=lambda event: event.at, default=None)


def _reminder(session: Session, config: Config, now: datetime) -> Event | None:
    due = next_reminder(session, config, now)
    return Event(due, _("reminders")) if due else None


def _meetings(session: Session, now: datetime) -> list[Event]:
    # Yesterday's meeting may still be going on.
    recent = at_local(local_day(now, "UTC"), datetime.min.time(), "UTC") - timedelta(days=1)
    query = (
        select(Meeting)
        .where(Meeting.confirmed_at.is_not(None), Meeting.cancelled_at.is_(None), Meeting.starts_at >= recent)
        .order_by(Meeting.starts_at)
        .limit(20)
    )
    events = []
    for meeting in session.scalars(query):
        if meeting.starts_at is None:
            continue
        ends_at = meeting.starts_at + timedelta(minutes=meeting.minutes)
        if meeting.starts_at > now:
            events.append(Event(meeting.starts_at, _("%(title)s begins", title=meeting.title)))
        elif ends_at > now:
            events.append(Event(ends_at, _("%(title)s ends", title=meeting.title)))
    return events
