"""Searches for fewer meetings: asked by a secretary, done by the worker, stopped when wished."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Conflict, Invalid, NotFound
from agenda.core.waiting_work import take_oldest
from agenda.people.model import Body
from agenda.planner.cadence_queries import free_dates
from agenda.planner.new_meetings import NewDate
from agenda.planner.run_model import PlanningRun

SECONDS = 20
LONGEST_PERIOD = timedelta(days=366)
# A worker that was not heard of for so long is not working on it any more.
SILENCE = timedelta(seconds=60)
# A search that was begun so often without an end is given up.
ATTEMPTS = 3


def ask(
    session: Session,
    bodies: Collection[int],
    first: date,
    last: date,
    by: Actor,
    now: datetime,
    *,
    new_dates: Sequence[NewDate] = (),
    rhythm: bool = False,
    open_topics: bool = False,
) -> PlanningRun:
    """Ask for a search over the meetings of these bodies between two days, both included; the worker does it.

    `new_dates` may be planned besides, with `rhythm` also the free dates of the bodies' own cadences; with
    `open_topics` topics that stand on no agenda take part.
    Raises Invalid for no bodies, for a period that is upside down or longer than a year and for a new date
    outside it, in the past or of another body; Forbidden for a body that one does not plan.
    """
    found = session.scalars(select(Body).where(Body.id.in_(bodies))).all()
    if not found or len(found) < len(set(bodies)):
        raise Invalid("bodies_missing")
    for body in found:
        by.must("plan", body)
    if not first <= last <= first + LONGEST_PERIOD:
        raise Invalid("period_impossible")
    zones = {body.id: body.time_zone for body in found}
    for one in new_dates:
        if one.body_id not in zones:
            raise Invalid("new_date_of_other_body")
        if one.starts_at <= now or not first <= local_day(one.starts_at, zones[one.body_id]) <= last:
            raise Invalid("new_date_outside_period")
    own = free_dates(session, found, first, last, now) if rhythm else []
    run = PlanningRun(
        asked_at=now,
        asked_by=by.name,
        bodies=sorted(body.id for body in found),
        first_day=first,
        last_day=last,
        new_dates=[one.to_json() for one in sorted({*new_dates, *own})],
        open_topics=open_topics,
        seconds=SECONDS,
    )
    session.add(run)
    session.flush()
    audit.record(session, by, now, "search_asked", ("planning_run", run.id))
    return run


def stop(session: Session, run: PlanningRun, by: Actor, now: datetime) -> None:
    """Let the search end with the best that it has; nothing when it has ended."""
    _must_plan(session, run, by)
    if run.finished_at is None and run.stopped_at is None:
        run.stopped_at = now
        if run.started_at is None:
            run.finished_at, run.failed = now, "stopped_before_it_began"


def remove(session: Session, run: PlanningRun, by: Actor) -> None:
    """Throw a search that has ended away; what was accepted of it stays."""
    _must_plan(session, run, by)
    if run.finished_at is None:
        raise Conflict("search_still_running")
    session.delete(run)


def run_of(session: Session, run_id: int, by: Actor) -> PlanningRun:
    """Give a search; NotFound unless one plans for all of its bodies."""
    run = session.get(PlanningRun, run_id)
    if run is None:
        raise NotFound("not_found")
    _must_plan(session, run, by)
    return run


def take(session: Session, now: datetime) -> PlanningRun | None:
    """Take the oldest search that waits, or whose worker went silent; None when there is none.

    One whose worker went silent again and again is given up.
    """
    return take_oldest(
        session,
        PlanningRun,
        now,
        waits=PlanningRun.finished_at.is_(None),
        silence=SILENCE,
        attempts=ATTEMPTS,
        given_up={"finished_at": now, "failed": "search_failed"},
        started_at=now,
    )


def _must_plan(session: Session, run: PlanningRun, by: Actor) -> None:
    for body in session.scalars(select(Body).where(Body.id.in_(run.bodies))):
        if not by.may("plan", body):
            raise NotFound("not_found")
