"""Setting, ending and resuming the cadence of a body, and cancelling a thin meeting; one verb a function."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Changed, Conflict, Invalid, NotFound
from agenda.meetings.rules import check_minutes
from agenda.people.model import Body
from agenda.planner.accepting import Wanted, accept
from agenda.planner.accepting_model import AcceptedChange
from agenda.planner.cadence_model import USUAL_DAYS, USUAL_SHARE, Cadence
from agenda.planner.cadence_queries import running_cadence
from agenda.planner.cadence_rrule import Start, next_days, tidy
from agenda.planner.cadence_thin import Thin

LEAST_SHARE, MOST_SHARE = 1, 100
MOST_DAYS = 366
TOLD = ("rule", "first_day", "last_day", "starts", "minutes", "venue", "thin_below", "judge_days")


@dataclass(frozen=True)
class Rule:
    """What a secretary sets: how often, from when until when, at what hour, and what counts as thin."""

    rule: str
    first_day: date
    starts: time
    minutes: int
    last_day: date | None = None
    venue: str = ""
    thin_below: int = USUAL_SHARE
    judge_days: int = USUAL_DAYS


@dataclass(frozen=True)
class Seen:
    """Which cadence somebody had before them, and in which version."""

    cadence_id: int
    version: int


def set_cadence(
    session: Session, body: Body, wanted: Rule, seen: Seen | None, by: Actor, now: datetime
) -> Cadence:
    """Let a body have a cadence, or change the one that runs.

    Raises Changed unless `seen` is the one that runs (None: there was none), Invalid with the field for
    what cannot be.
    """
    by.must("plan", body)
    _check(body, wanted)
    running = running_cadence(session, body.id)
    if (seen is None) != (running is None):
        raise Changed
    if running is None:
        running = Cadence(body_id=body.id, set_at=now, set_by=by.name)
        before: dict[str, object] = {}
    else:
        if seen is not None and running.id != seen.cadence_id:
            raise Changed
        running.expect(seen.version if seen is not None else None)
        before = _told(running)
    for name in TOLD:
        setattr(running, name, getattr(wanted, name))
    running.rule = tidy(wanted.rule)
    _keep(session, running)
    after = _told(running)
    if audit.changes(before, after):
        audit.record(session, by, now, "cadence_set", ("body", body.id), before, after)
    return running


def end_cadence(session: Session, cadence: Cadence, version: int | None, by: Actor, now: datetime) -> None:
    """Let a cadence make no more dates; meetings that are planned stay. It can be resumed."""
    by.must("plan", cadence.body)
    cadence.expect(version)
    if cadence.ended_at is not None:
        raise Conflict("cadence_ended_already")
    cadence.ended_at, cadence.ended_by = now, by.name
    session.flush()
    audit.record(session, by, now, "cadence_ended", ("body", cadence.body_id), before=_told(cadence))


def resume_cadence(session: Session, cadence: Cadence, by: Actor, now: datetime) -> None:
    """Let a cadence that ended run again; Conflict while another one runs."""
    by.must("plan", cadence.body)
    if cadence.ended_at is None or running_cadence(session, cadence.body_id) is not None:
        raise Conflict("cadence_runs_already")
    cadence.ended_at, cadence.ended_by = None, ""
    _keep(session, cadence)
    audit.record(session, by, now, "cadence_resumed", ("body", cadence.body_id), after=_told(cadence))


def cancel_thin(
    session: Session, thin: Thin, rests_on: str, why: str, by: Actor, now: datetime
) -> AcceptedChange:
    """Cancel a thin meeting as it was proposed; its topics go where the proposal says, undone within a day.

    Raises Conflict when the proposal is another one than `rests_on` names, or is none any more.
    """
    by.must("plan", thin.meeting.body)
    if not thin.proposed:
        raise Conflict("thin_no_more")
    if thin.fingerprint != rests_on:
        raise Conflict("thin_otherwise")
    successor = thin.successor
    wanted = Wanted(
        {place.topic.id: place.target.id for place in thin.places if place.target is not None},
        {thin.meeting.id: successor.id if successor is not None else None},
        why,
        {meeting.id: meeting.version for meeting in thin.touched},
        freed=frozenset(place.topic.id for place in thin.places if place.in_writing),
    )
    return accept(session, wanted, by, now)


def cadence_of(session: Session, cadence_id: int, by: Actor) -> Cadence:
    """Give a cadence; NotFound unless its body is theirs to see."""
    found = session.get(Cadence, cadence_id)
    if found is None:
        raise NotFound("not_found")
    by.must("see", found.body)
    return found


def _check(body: Body, wanted: Rule) -> None:
    check_minutes(wanted.minutes)
    if not LEAST_SHARE <= wanted.thin_below <= MOST_SHARE:
        raise Invalid("share_impossible", field="thin_below")
    if not 0 <= wanted.judge_days <= MOST_DAYS:
        raise Invalid("judge_days_impossible", field="judge_days")
    if wanted.last_day is not None and wanted.last_day < wanted.first_day:
        raise Invalid("last_before_first", field="last_day")
    if body.expires_on is not None:
        if wanted.last_day is not None and wanted.last_day > body.expires_on:
            raise Invalid("last_after_body", field="last_day", day=body.expires_on)
        if wanted.first_day > body.expires_on:
            raise Invalid("first_after_body", field="first_day", day=body.expires_on)
    last = min((day for day in (wanted.last_day, body.expires_on) if day is not None), default=None)
    start = Start(wanted.first_day, wanted.starts, body.time_zone, last)
    next_days(tidy(wanted.rule), start, 1)


def _keep(session: Session, cadence: Cadence) -> None:
    """Write it; Changed when somebody else gave the body a cadence at the same moment."""
    try:
        with session.begin_nested():
            session.add(cadence)
            session.flush()
    except IntegrityError as error:
        raise Changed from error


def _told(cadence: Cadence) -> dict[str, object]:
    told = {f"cadence_{name}": getattr(cadence, name) for name in TOLD}
    return told | {"cadence_starts": f"{cadence.starts:%H:%M}", "cadence_venue": cadence.venue or None}
