"""What the screen that chooses a date needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.clock import local_day
from agenda.dates.holidays_known import public_holidays, school_holidays, school_holidays_unknown
from agenda.dates.rules import Calendar, Engagement, Suggestion, days_between, engaged_at, suggest
from agenda.meetings.model import Attendee, Meeting
from agenda.people.model import Person

# Papers must be written and read: an earlier day is possible, but only by hand.
DAYS_AHEAD = 14
# Three weeks to collect topics, and the papers a week before.
NOTICE = timedelta(weeks=4)
OPEN_WINDOW = timedelta(days=91)


@dataclass(frozen=True)
class Choice:
    """Everything the screen shows: suggestions, and the names behind the numbers."""

    suggestions: list[Suggestion]
    names: dict[int, str]
    first: date
    last: date
    invited: int
    holidays_unknown: bool

    def names_of(self, suggestion: Suggestion) -> list[str]:
        """Name who is elsewhere at a suggested moment."""
        return sorted(self.names[person] for person in suggestion.engaged)


def choice(session: Session, meeting: Meeting, now: datetime) -> Choice:
    """List the best moments in a meeting's window, from two weeks ahead."""
    first, last = window(meeting, now)
    engagements = engagements_of(session, meeting, first, last)
    prepared_from = local_day(now, meeting.time_zone) + NOTICE
    found = suggest(
        days_between(first, last),
        meeting.minutes,
        meeting.time_zone,
        engagements,
        calendar(first, last, prepared_from),
        hour=usual_hour(session, meeting),
    )
    return Choice(
        suggestions=found,
        names=names_of(session, {person for s in found for person in s.engaged}),
        first=first,
        last=last,
        invited=sum(1 for a in meeting.attendees if a.removed_at is None),
        holidays_unknown=school_holidays_unknown(first, last),
    )


def window(meeting: Meeting, now: datetime) -> tuple[date, date]:
    """Give the first and the last day that may be suggested."""
    ahead = local_day(now, meeting.time_zone) + timedelta(days=DAYS_AHEAD)
    first = max(ahead, meeting.window_from or ahead)
    return first, meeting.window_until or first + OPEN_WINDOW


def calendar(first: date, last: date, prepared_from: date = date.min) -> Calendar:
    """Give the public holidays and the school holidays of region Midden in these years."""
    return Calendar(public_holidays(first, last), school_holidays(first, last), prepared_from)


def usual_hour(session: Session, meeting: Meeting) -> time | None:
    """Tell at what hour the body last met or will meet; None where it has no dated meeting yet."""
    query = (
        select(Meeting.starts_at)
        .where(
            Meeting.body_id == meeting.body_id,
            Meeting.id != meeting.id,
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at.is_not(None),
        )
        .order_by(Meeting.starts_at.desc())
        .limit(1)
    )
    last = session.scalar(query)
    return last.astimezone(ZoneInfo(meeting.time_zone)).time() if last else None


def engagements_of(session: Session, meeting: Meeting, first: date, last: date) -> list[Engagement]:
    """List the other meetings of those invited, in one query."""
    invited = [a.person_id for a in meeting.attendees if a.removed_at is None]
    margin = timedelta(days=1)
    query = (
        select(Attendee.person_id, Meeting.starts_at, Meeting.minutes)
        .join(Meeting, Attendee.meeting_id == Meeting.id)
        .where(
            Meeting.id != meeting.id,
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at.is_not(None),
            Meeting.starts_at >= _start(first) - margin,
            Meeting.starts_at <= _start(last) + 2 * margin,
            Attendee.removed_at.is_(None),
            Attendee.person_id.in_(invited),
        )
    )
    return [
        Engagement(person, starts_at, starts_at + timedelta(minutes=minutes))
        for person, starts_at, minutes in session.execute(query)
        if starts_at is not None
    ]


def who_is_engaged(session: Session, meeting: Meeting, starts_at: datetime, minutes: int) -> list[str]:
    """Name those invited who sit in another meeting at that time."""
    day = local_day(starts_at, meeting.time_zone)
    engagements = engagements_of(session, meeting, day, day)
    engaged = engaged_at(starts_at, starts_at + timedelta(minutes=minutes), engagements)
    return sorted(names_of(session, set(engaged)).values())


def names_of(session: Session, people: set[int]) -> dict[int, str]:
    """Give the names of these people."""
    query = select(Person.id, Person.name).where(Person.id.in_(people))
    return {row.id: row.name for row in session.execute(query)}


def _start(day: date) -> datetime:
    # A whole day of margin on both sides makes the zone irrelevant.
    return datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")
