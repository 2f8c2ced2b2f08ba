"""What the screens of searches show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.meetings.model import Meeting
from agenda.meetings.rules import quarter_of
from agenda.people.model import Body
from agenda.planner.accepting_model import AcceptedChange
from agenda.planner.new_meetings import new_date_of
from agenda.planner.posing import Posed, pose
from agenda.planner.run_model import PlanningRun

SHOWN = 20
HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True)
class Shown:
    """A search in the list, with the names of its bodies."""

    run: PlanningRun
    bodies: Sequence[str]


def bodies_planned_by(session: Session, by: Actor) -> list[Body]:
    """Give the bodies that one plans."""
    allowed = by.bodies("plan")
    query = select(Body).order_by(Body.name)
    if allowed is not None:
        query = query.where(Body.id.in_(allowed))
    return list(session.scalars(query))


def runs_of(session: Session, by: Actor) -> list[Shown]:
    """Give the last searches over bodies that one plans, newest first."""
    names = {body.id: body.name for body in bodies_planned_by(session, by)}
    runs = session.scalars(select(PlanningRun).order_by(PlanningRun.id.desc()).limit(10 * SHOWN))
    return [
        Shown(run, [names[body] for body in run.bodies]) for run in runs if set(run.bodies) <= set(names)
    ][:SHOWN]


def usual_period(session: Session, bodies: Sequence[Body], now: datetime) -> tuple[date, date]:
    """Give the days from today to the last meeting planned within half a year, or to the quarter's end."""
    zone = bodies[0].time_zone if bodies else "Europe/Amsterdam"
    today = local_day(now, zone)
    last = session.scalar(
        select(func.max(Meeting.starts_at)).where(
            Meeting.body_id.in_([body.id for body in bodies]),
            Meeting.starts_at > now,
            Meeting.starts_at < now + HALF_A_YEAR,
            Meeting.cancelled_at.is_(None),
        )
    )
    return today, local_day(last, zone) if last is not None else quarter_of(today).last_day


def posed_for(session: Session, run: PlanningRun, now: datetime) -> Posed:
    """Put the problem of a search together as it is now."""
    return pose(
        session,
        run.bodies,
        run.first_day,
        run.last_day,
        now,
        new_dates=[new_date_of(one) for one in run.new_dates],
        open_topics=run.open_topics,
    )


def accepted_of(session: Session, run: PlanningRun) -> list[AcceptedChange]:
    """Give what was accepted of a search's advice, newest first."""
    return list(
        session.scalars(
            select(AcceptedChange).where(AcceptedChange.run_id == run.id).order_by(AcceptedChange.id.desc())
        )
    )
