"""Other meetings in the period: what a date would push aside."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.clock import at_local
from agenda.dates.finding import Case
from agenda.meetings.model import Attendee, Meeting


@dataclass(frozen=True)
class Other:
    """Another meeting and who is invited both here and there; no title for who may not see it."""

    title: str | None
    starts_at: datetime
    ends_at: datetime
    people: frozenset[str]


def others_of(
    session: Session, meeting: Meeting, case: Case, sees: frozenset[int] | None
) -> tuple[Other, ...]:
    """Give the other meetings in the period of those who are invited; titles only of bodies in `sees`."""
    ids = {one.person_id: one.id for one in case.invited.values()}
    begin, end = (at_local(day, time(), meeting.time_zone) for day in (case.question.first, case.known_until))
    query = (
        select(
            Meeting.id, Meeting.title, Meeting.body_id, Meeting.starts_at, Meeting.minutes, Attendee.person_id
        )
        .join(Attendee, Attendee.meeting_id == Meeting.id)
        .where(
            Meeting.id != meeting.id,
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at >= begin - timedelta(days=1),
            Meeting.starts_at < end,
            Attendee.removed_at.is_(None),
            Attendee.person_id.in_(list(ids)),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    found: dict[int, Other] = {}
    there: defaultdict[int, set[str]] = defaultdict(set)
    for meeting_id, title, body_id, starts_at, minutes, person_id in session.execute(query):
        if starts_at is None:
            continue
        there[meeting_id].add(ids[person_id])
        shown = title if sees is None or body_id in sees else None
        ends_at = starts_at + timedelta(minutes=minutes)
        found[meeting_id] = Other(shown, starts_at, ends_at, frozenset(there[meeting_id]))
    return tuple(found.values())
