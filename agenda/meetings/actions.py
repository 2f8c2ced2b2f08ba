"""What is done with a meeting, from a window to its closing; one verb a function."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.core.problems import Conflict, Invalid
from agenda.meetings import agenda_actions, facts
from agenda.meetings.agenda_change import hold, named
from agenda.meetings.attendance import refresh_attendees
from agenda.meetings.facts import Particulars, Plan
from agenda.meetings.model import ItemKind, Meeting
from agenda.meetings.rules import check_minutes, check_window, in_window, must_be_possible, state_of
from agenda.meetings.version_keeping import PARTICULARS_CHANGED, keep_change
from agenda.people.model import Body, Organisation
from agenda.people.queries import next_host
from agenda.topics.actions import release_turn


def create_meeting(session: Session, body: Body, plan: Plan, by: Actor, now: datetime) -> Meeting:
    """Plan a meeting of a body; title, length, host and venue are the usual ones unless given.

    Raises Invalid without window or date, and Conflict when the body has ended by then.
    """
    by.must("plan", body)
    if plan.starts_at is None and plan.window_from is None:
        raise Invalid("when_missing")
    check_window(plan.window_from, plan.window_until)
    _must_still_exist(body, plan.window_from or local_day(now, body.time_zone))
    host = _host(session, body, plan.host_id) if plan.host_id else host_in_turn(session, body)
    meeting = Meeting(
        body=body,
        title=plan.title or body.name,
        host=host,
        venue=plan.venue if plan.venue is not None else (host.venue if host else ""),
        window_from=plan.window_from,
        window_until=plan.window_until,
        minutes=plan.minutes or body.usual_minutes,
        time_zone=body.time_zone,
        created_at=now,
        revision=0,
        agenda_revision=0,
    )
    check_minutes(meeting.minutes)
    if plan.starts_at:
        _check_moment(meeting, plan.starts_at, now, outside_window=False)
        meeting.starts_at = _whole_minute(plan.starts_at)
    session.add(meeting)
    session.flush()
    agenda_actions.lay_out(session, meeting, plan.frame)
    refresh_attendees(session, meeting, now)
    audit.record(session, by, now, "created", ("meeting", meeting.id), after=facts.told(meeting))
    return meeting


def edit_meeting(
    session: Session,
    meeting: Meeting,
    wanted: Particulars,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Change a meeting's particulars; Changed when someone else saved after `version` was seen."""
    by.must("plan", meeting.body)
    meeting.expect(version)
    must_be_possible("edit", state_of(meeting, now))
    check_minutes(wanted.minutes)
    check_window(wanted.window_from, wanted.window_until)
    if meeting.starts_at is None and wanted.window_from is None:
        raise Invalid("when_missing")
    if not wanted.title:
        raise Invalid("title_missing")
    if meeting.confirmed_at and not wanted.venue:
        raise Invalid("venue_missing")
    before, calendar = facts.told(meeting), facts.in_calendars(meeting)
    meeting.host = _host(session, meeting.body, wanted.host_id) if wanted.host_id else None
    meeting.title, meeting.minutes, meeting.venue = wanted.title, wanted.minutes, wanted.venue
    meeting.window_from, meeting.window_until = wanted.window_from, wanted.window_until
    # Another host or venue is another hall.
    refresh_attendees(session, meeting, now)
    _note_change(session, meeting, "edited", before, calendar, by, now)


def set_date(
    session: Session,
    meeting: Meeting,
    starts_at: datetime,
    minutes: int,
    by: Actor,
    now: datetime,
    *,
    outside_window: bool = False,
    version: int | None = None,
) -> None:
    """Give a meeting its date, or another one; a confirmed meeting stays confirmed.

    Raises Invalid for a moment that has passed, and Conflict for a day outside the window
    (unless `outside_window` says that this is meant) or after the body has ended.
    """
    by.must("plan", meeting.body)
    meeting.expect(version)
    must_be_possible("set_date", state_of(meeting, now))
    check_minutes(minutes)
    _check_moment(meeting, starts_at, now, outside_window)
    before, calendar = facts.told(meeting), facts.in_calendars(meeting)
    meeting.starts_at, meeting.minutes = _whole_minute(starts_at), minutes
    _note_change(session, meeting, "dated", before, calendar, by, now)
    refresh_attendees(session, meeting, now)


def clear_date(
    session: Session, meeting: Meeting, by: Actor, now: datetime, version: int | None = None
) -> None:
    """Undo the date of a meeting of which nobody has been told; it goes back to its window."""
    by.must("plan", meeting.body)
    meeting.expect(version)
    must_be_possible("clear_date", state_of(meeting, now))
    if meeting.window_from is None:
        raise Conflict("no_window_to_return_to")
    before = facts.told(meeting)
    meeting.starts_at = None
    refresh_attendees(session, meeting, now)
    audit.record(session, by, now, "date_cleared", ("meeting", meeting.id), before, facts.told(meeting))


def confirm(session: Session, meeting: Meeting, by: Actor, now: datetime, version: int | None = None) -> None:
    """Let the invitations leave: from here on everyone hears of what changes.

    Raises Conflict without a date to come, a venue or attendees.
    """
    by.must("invite", meeting.body)
    meeting.expect(version)
    must_be_possible("confirm", state_of(meeting, now))
    if meeting.starts_at is None or meeting.starts_at <= now:
        raise Conflict("moment_has_passed")
    if not meeting.venue.strip():
        raise Conflict("venue_missing")
    refresh_attendees(session, meeting, now)
    if not meeting.people:
        raise Conflict("nobody_to_invite")
    meeting.confirmed_at = now
    audit.record(session, by, now, "confirmed", ("meeting", meeting.id))


def cancel(
    session: Session,
    meeting: Meeting,
    why: str,
    successor_id: int | None,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Call a meeting off, with the reason and what replaces it; its topics are free again."""
    by.must("plan", meeting.body)
    meeting.expect(version)
    must_be_possible("cancel", state_of(meeting, now))
    if not why.strip():
        raise Invalid("reason_missing")
    successor = _successor(session, meeting, successor_id) if successor_id else None
    meeting.cancelled_at = now
    meeting.cancelled_why = why.strip()
    meeting.successor = successor
    if meeting.confirmed_at:
        meeting.revision += 1
    for item in meeting.items:
        if item.turn is not None and item.turn.result is None:
            release_turn(session, item.turn, now)
            about = ("topic", item.turn.topic_id)
            audit.record(session, by, now, "meeting_cancelled", about, after=named(meeting))
    after = {"reason": meeting.cancelled_why, "successor": successor.title if successor else None}
    audit.record(session, by, now, "cancelled", ("meeting", meeting.id), after=after)


def restore(session: Session, meeting: Meeting, by: Actor, now: datetime, version: int | None = None) -> None:
    """Undo the cancelling of a meeting that nobody was invited to yet.

    Its topics went back to the backlog when it was cancelled and stay there: they may stand
    on another agenda by now. Raises Conflict once invitations had left.
    """
    by.must("plan", meeting.body)
    meeting.expect(version)
    must_be_possible("restore", state_of(meeting, now))
    if meeting.confirmed_at:
        raise Conflict("already_told")
    reinstate(session, meeting, by, now)


def reinstate(session: Session, meeting: Meeting, by: Actor, now: datetime) -> None:
    """Hold a cancelled meeting after all, without topics; who was told of the cancelling is invited anew."""
    by.must("plan", meeting.body)
    must_be_possible("restore", state_of(meeting, now))
    before = {"reason": meeting.cancelled_why}
    meeting.cancelled_at = None
    meeting.cancelled_why = ""
    meeting.successor = None
    if meeting.confirmed_at:
        meeting.revision += 1
    meeting.items[:] = [item for item in meeting.items if item.kind is not ItemKind.TOPIC]
    for position, item in enumerate(meeting.items):
        item.position = position
    refresh_attendees(session, meeting, now)
    audit.record(session, by, now, "restored", ("meeting", meeting.id), before=before)


def close(session: Session, meeting: Meeting, by: Actor, now: datetime, version: int | None = None) -> None:
    """Close a held meeting; Conflict while a topic on its agenda has no outcome."""
    by.must("record", meeting.body)
    meeting.expect(version)
    # Nobody adds an item or records anything while it is being judged.
    hold(session, meeting)
    must_be_possible("close", state_of(meeting, now))
    open_items = [item for item in meeting.items if item.kind is ItemKind.TOPIC and item.outcome is None]
    if open_items:
        raise Conflict("outcomes_missing", titles="; ".join(item.title for item in open_items))
    meeting.closed_at = now
    audit.record(session, by, now, "closed", ("meeting", meeting.id))


def reopen(session: Session, meeting: Meeting, by: Actor, now: datetime, version: int | None = None) -> None:
    """Undo the closing of a meeting, to mend what was recorded; Conflict once that is known outside."""
    by.must("record", meeting.body)
    meeting.expect(version)
    must_be_possible("reopen", state_of(meeting, now))
    if meeting.outcomes_left_at is not None:
        raise Conflict("outcomes_have_left")
    meeting.closed_at = None
    audit.record(session, by, now, "reopened", ("meeting", meeting.id))


def host_in_turn(session: Session, body: Body) -> Organisation | None:
    """Give whose turn it is to be host: the next after that of the last meeting that was planned."""
    last = session.scalars(
        select(Organisation)
        .join(Meeting, Meeting.host_id == Organisation.id)
        .where(Meeting.body_id == body.id, Meeting.cancelled_at.is_(None))
        .order_by(Meeting.id.desc())
        .limit(1)
    ).first()
    return next_host(session, body, last)


def _host(session: Session, body: Body, host_id: int) -> Organisation:
    if host_id not in {seat.organisation_id for seat in body.seats}:
        raise Invalid("host_not_in_body")
    return get(session, Organisation, host_id)


def _successor(session: Session, meeting: Meeting, successor_id: int) -> Meeting:
    successor = get(session, Meeting, successor_id)
    if successor.body_id != meeting.body_id or successor.id == meeting.id or successor.cancelled_at:
        raise Invalid("successor_impossible")
    return successor


def _check_moment(meeting: Meeting, starts_at: datetime, now: datetime, outside_window: bool) -> None:
    if starts_at <= now:
        raise Invalid("moment_has_passed")
    day = local_day(starts_at, meeting.time_zone)
    _must_still_exist(meeting.body, day)
    if not outside_window and not in_window(day, meeting.window_from, meeting.window_until):
        raise Conflict("outside_window", first=meeting.window_from, last=meeting.window_until)


def _must_still_exist(body: Body, day: date) -> None:
    """Raise Conflict for a day after the body's last: a body that nobody extends ends."""
    if body.expires_on and day > body.expires_on:
        raise Conflict("body_has_ended", body=body.name, day=body.expires_on)


def _whole_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _note_change(
    session: Session,
    meeting: Meeting,
    verb: str,
    before: dict[str, Any],
    calendar: tuple[datetime | None, int, str],
    by: Actor,
    now: datetime,
) -> None:
    if meeting.confirmed_at and facts.in_calendars(meeting) != calendar:
        meeting.revision += 1
    after = facts.told(meeting)
    if audit.changes(before, after):
        audit.record(session, by, now, verb, ("meeting", meeting.id), before, after)
    if meeting.agenda_final_at is not None and facts.in_calendars(meeting) != calendar:
        keep_change(session, meeting, PARTICULARS_CHANGED, by, now)
