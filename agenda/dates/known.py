"""When people are busy, as far as is known: their calendars, and their meetings in this product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.clock import at_local
from agenda.dates.busy import Blocks, merged
from agenda.dates.model import BusyCalendar
from agenda.dates.question import NO_BLOCKS
from agenda.dates.starts import minute_after, minute_before, moment_of
from agenda.meetings.model import Attendee, Meeting

# A day more on both sides makes the zone irrelevant, and has room for travel.
MARGIN = timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Known:
    """When one person is busy in a period, and how much that is worth.

    `blocks` are those of all calendars and of the person's own meetings, merged. `read_at` is the age of
    the oldest good copy, and `until` the last day that all copies cover; `flags` and `failures` are codes.
    """

    blocks: Blocks
    has_calendar: bool = False
    read_at: datetime | None = None
    until: date | None = None
    flags: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


def busy_of(
    session: Session,
    people: Collection[int],
    first: date,
    last: date,
    but_meeting: int | None = None,
    *,
    but_meetings: Collection[int] = (),
) -> dict[int, Known]:
    """Tell of each of these people when they are busy from the first day to the last, in two queries.

    A calendar of which there is no good copy is no calendar that is known; of one that failed later the
    last good copy counts (CALENDAR-MAIL rule 27). `but_meeting` and
    `but_meetings` make nobody busy.
    """
    begin = minute_before(at_local(first, time(), "UTC") - MARGIN)
    end = minute_after(at_local(last, time(), "UTC") + 2 * MARGIN)
    but = {*but_meetings, *(() if but_meeting is None else (but_meeting,))}
    own = _own_meetings(session, people, begin, end, but)
    calendars: defaultdict[int, list[BusyCalendar]] = defaultdict(list)
    for calendar in session.scalars(select(BusyCalendar).where(BusyCalendar.person_id.in_(people))):
        calendars[calendar.person_id].append(calendar)
    return {person: _known(calendars[person], own.get(person, NO_BLOCKS), begin, end) for person in people}


def _known(calendars: Iterable[BusyCalendar], own: Blocks, begin: int, end: int) -> Known:
    read = [(one, one.read_at) for one in calendars if one.read_at is not None]
    blocks = [own, *(_within(unpacked(one.blocks), begin, end) for one, _read_at in read)]
    return Known(
        blocks=merged(np.concatenate(blocks)),
        has_calendar=bool(read),
        read_at=min((read_at for _one, read_at in read), default=None),
        until=min((one.covers_until for one, _read_at in read if one.covers_until), default=None),
        flags=tuple(sorted({flag["code"] for one, _read_at in read for flag in one.flags})),
        failures=tuple(sorted({one.failure for one in calendars if one.failure})),
    )


def _own_meetings(
    session: Session, people: Collection[int], begin: int, end: int, but: Collection[int]
) -> dict[int, Blocks]:
    query = (
        select(Attendee.person_id, Meeting.starts_at, Meeting.minutes)
        .join(Meeting, Attendee.meeting_id == Meeting.id)
        .where(
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at.is_not(None),
            Meeting.starts_at >= moment_of(begin) - MARGIN,
            Meeting.starts_at <= moment_of(end),
            Attendee.removed_at.is_(None),
            Attendee.person_id.in_(people),
        )
    )
    if but:
        query = query.where(Meeting.id.not_in(but))
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for person, starts_at, minutes in session.execute(query):
        if starts_at is not None:
            start = minute_before(starts_at)
            found[person].append((start, start + minutes))
    return {person: np.array(pairs, np.int64) for person, pairs in found.items()}


def packed(blocks: Blocks) -> bytes:
    """Write blocks as the database keeps them: pairs of eight octets, the least significant first."""
    return blocks.astype("<i8").tobytes()


def unpacked(kept: bytes) -> Blocks:
    """Read blocks back as they were written."""
    return np.frombuffer(kept, "<i8").astype(np.int64).reshape(-1, 2)


def _within(blocks: Blocks, begin: int, end: int) -> Blocks:
    return blocks[(blocks[:, 1] > begin) & (blocks[:, 0] < end)]
