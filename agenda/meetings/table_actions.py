"""Who is in the room: noted with one tap while it happens, and mended afterwards.

No row is ever made twice: whoever is in the room cannot come in again. Two people may note at the same time;
the meeting is held while one of them does, and a tap that comes second changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid, NotFound
from agenda.core.text import clean
from agenda.meetings.model import AgendaItem, Answer, Attendee, AttendeeRole, Meeting
from agenda.meetings.rules import current_answer
from agenda.meetings.substitutes import name_substitute
from agenda.meetings.table_model import Presence, Recusal
from agenda.meetings.table_queries import is_open
from agenda.meetings.table_rules import Span, Stretch, check_stretch, moment_near, number_of

# What was noted at the table has a history of its own: forty who come in are no news of the meeting.
HISTORY = "table"
LONGEST_WHY = 500
MOST_STRETCHES = 20


@dataclass(frozen=True)
class Hours:
    """A stretch as it stands in a form: civil hours, and which row it was; without a row a new one."""

    arrived: time
    left: time | None
    row: int | None = None


def arrive(session: Session, attendee: Attendee, by: Actor, now: datetime) -> None:
    """Note that somebody comes in now; nothing when they are in the room already."""
    meeting = _noting(session, attendee.meeting, by, now)
    _must_be_invited(attendee)
    if _open(session, attendee) is None:
        _come_in(session, attendee, now)
        _record(session, meeting, "came_in", {"person": attendee.person.name, "at": now}, by, now)


def arrive_all(session: Session, meeting: Meeting, organisation_id: int, by: Actor, now: datetime) -> int:
    """Note that everyone of a college who said they would come is in; gives how many that are."""
    _noting(session, meeting, by, now)
    noted = select(Presence.attendee_id).where(Presence.meeting_id == meeting.id)
    known = set(session.scalars(noted))
    coming = [
        attendee
        for attendee in meeting.people
        if attendee.organisation_id == organisation_id
        and attendee.role is AttendeeRole.MEMBER
        and attendee.id not in known
        and current_answer(attendee, meeting) is Answer.ACCEPTED
    ]
    for attendee in coming:
        _come_in(session, attendee, now)
    if coming:
        names = "; ".join(attendee.person.name for attendee in coming)
        _record(session, meeting, "came_in", {"person": names, "at": now}, by, now)
    return len(coming)


def substitute_comes_in(
    session: Session, attendee: Attendee, person_id: int, by: Actor, now: datetime
) -> Attendee:
    """Note that somebody of the same college is in the room in a member's place, and gets an invitation too.

    Raises what substitutes.name_substitute raises, and Conflict for a member who is in the room.
    """
    _noting(session, attendee.meeting, by, now)
    if _open(session, attendee) is not None:
        raise Conflict("member_is_in", name=attendee.person.name)
    chosen = name_substitute(session, attendee, person_id, by, now)
    arrive(session, chosen, by, now)
    return chosen


def leave(session: Session, attendee: Attendee, by: Actor, now: datetime) -> None:
    """Note that somebody leaves now; nothing when they are not in the room."""
    meeting = _noting(session, attendee.meeting, by, now)
    found = _open(session, attendee)
    if found is None:
        return
    if found.arrived_at >= now:
        # A tap too many: in and out at once is not having been there.
        session.delete(found)
    else:
        found.left_at = now
    session.flush()
    _record(session, meeting, "went_out", {"person": attendee.person.name, "at": now}, by, now)


def set_hours(
    session: Session, attendee: Attendee, wanted: Sequence[Hours], by: Actor, now: datetime, seen: str = ""
) -> None:
    """Write down anew when somebody was there; with nothing wanted they were not.

    `seen` is the mark of what was on screen. Raises Conflict when that changed meanwhile, and Invalid for
    hours that the clock skips, that lie ahead, or that meet.
    """
    meeting = _noting(session, attendee.meeting, by, now)
    _must_be_invited(attendee)
    if len(wanted) > MOST_STRETCHES:
        raise Invalid("presence_too_often")
    rows = stretches_of(session, attendee)
    if seen and seen != mark_of(rows):
        raise Conflict("presence_changed_meanwhile")
    known = {row.id: row for row in rows}
    spans = [_span(meeting, hours, known.get(hours.row or 0), now) for hours in wanted]
    for number, span in enumerate(spans):
        check_stretch(span, spans[:number], now)
    spans.sort(key=lambda span: span.begin)
    before, after = _spoken(rows), _spoken(spans)
    if before == after:
        return
    for row in rows:
        session.delete(row)
    session.flush()
    session.add_all(
        Presence(meeting_id=meeting.id, attendee=attendee, arrived_at=span.begin, left_at=span.end)
        for span in spans
    )
    session.flush()
    told = {"person": attendee.person.name, "presence": after}
    about = (HISTORY, meeting.id)
    audit.record(session, by, now, "presence_mended", about, {"presence": before}, told)


def recuse(
    session: Session, item: AgendaItem, attendee: Attendee, why: str, by: Actor, now: datetime
) -> None:
    """Note that somebody takes no part in an item because of an interest in it; the last why counts."""
    meeting = _noting(session, item.meeting, by, now)
    if attendee.meeting_id != meeting.id:
        raise NotFound("not_found")
    _must_be_invited(attendee)
    why = clean(why).strip()[:LONGEST_WHY]
    found = _recusal(session, item, attendee)
    if found is not None:
        found.why = why
        return
    session.add(Recusal(item=item, attendee=attendee, why=why, recorded_at=now))
    session.flush()
    told = {"person": attendee.person.name, "number": number_of(item)}
    _record(session, meeting, "kept_out", told, by, now)


def take_part_again(session: Session, item: AgendaItem, attendee: Attendee, by: Actor, now: datetime) -> None:
    """Take back that somebody keeps out of an item."""
    meeting = _noting(session, item.meeting, by, now)
    found = _recusal(session, item, attendee)
    if found is None:
        return
    session.delete(found)
    session.flush()
    told = {"person": attendee.person.name, "number": number_of(item)}
    _record(session, meeting, "takes_part", told, by, now)


def stretches_of(session: Session, attendee: Attendee) -> Sequence[Presence]:
    """List when somebody was in the room, in the order of time."""
    query = select(Presence).where(Presence.attendee_id == attendee.id)
    return session.scalars(query.order_by(Presence.arrived_at, Presence.id)).all()


def mark_of(rows: Sequence[Presence]) -> str:
    """Name what was noted of somebody: another name once any of it changed."""
    return ",".join(f"{row.id}.{row.version}" for row in rows) or "none"


def hold_table(session: Session, meeting: Meeting, by: Actor, now: datetime) -> None:
    """Wait for whoever notes something at this table; refuse who may not, and a table that is not open.

    Raises NotFound or Forbidden, and Conflict before the table opens or once the meeting is closed.
    """
    by.must("record", meeting.body)
    session.execute(select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())
    session.refresh(meeting, ["starts_at", "closed_at", "cancelled_at"])
    if meeting.cancelled_at is not None:
        raise Conflict("not_possible_when_cancelled")
    if meeting.closed_at is not None:
        raise Conflict("not_possible_when_closed")
    if not is_open(meeting, now):
        raise Conflict("table_not_open")


def _noting(session: Session, meeting: Meeting, by: Actor, now: datetime) -> Meeting:
    hold_table(session, meeting, by, now)
    return meeting


def _must_be_invited(attendee: Attendee) -> None:
    if attendee.removed_at is not None or attendee.role is AttendeeRole.ROOM:
        raise Conflict("no_longer_invited", name=attendee.person.name)


def _open(session: Session, attendee: Attendee) -> Presence | None:
    query = select(Presence).where(Presence.attendee_id == attendee.id, Presence.left_at.is_(None))
    return session.scalars(query).first()


def _come_in(session: Session, attendee: Attendee, now: datetime) -> None:
    query = select(Presence).where(Presence.attendee_id == attendee.id, Presence.left_at == now)
    gone_now = session.scalars(query).first()
    if gone_now is not None:
        # Out and in within the same moment is having stayed.
        gone_now.left_at = None
    else:
        session.add(Presence(meeting_id=attendee.meeting_id, attendee=attendee, arrived_at=now))
    session.flush()


def _recusal(session: Session, item: AgendaItem, attendee: Attendee) -> Recusal | None:
    query = select(Recusal).where(Recusal.item_id == item.id, Recusal.attendee_id == attendee.id)
    return session.scalars(query).one_or_none()


def _span(meeting: Meeting, hours: Hours, row: Presence | None, now: datetime) -> Span:
    middle = (meeting.starts_at or now) + timedelta(minutes=meeting.minutes) / 2
    arrived = _moment(hours.arrived, row.arrived_at if row else None, middle, meeting.time_zone)
    if hours.left is None:
        return Span(arrived)
    was_left = row.left_at if row else None
    left = _moment(hours.left, was_left, max(middle, arrived), meeting.time_zone)
    return Span(arrived, left)


def _moment(hour: time, known: datetime | None, near: datetime, zone: str) -> datetime:
    """Read an hour; one that was not changed stays the moment it was, seconds and all."""
    near = known or near
    found = moment_near(hour, zone, near)
    return known if known is not None and found <= known < found + timedelta(minutes=1) else found


def _spoken(stretches: Sequence[Stretch]) -> list[list[str | None]]:
    return [[one.begin.isoformat(), one.end.isoformat() if one.end else None] for one in stretches]


def _record(
    session: Session, meeting: Meeting, verb: str, told: dict[str, Any], by: Actor, now: datetime
) -> None:
    audit.record(session, by, now, verb, (HISTORY, meeting.id), after=told)
