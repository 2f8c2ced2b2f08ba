"""A region with meetings that could be held on one day, and how tests lay that day out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.runtime import Runtime
from agenda.meetings import actions
from agenda.meetings.facts import Plan
from agenda.meetings.model import Meeting
from agenda.people.model import Body, Membership, Role
from agenda.planner import regional_actions
from agenda.planner.accepting_model import AcceptedChange
from agenda.planner.regional_actions import DayFacts
from agenda.planner.regional_model import RegionalDay
from agenda.planner.regional_posing import pose_day
from agenda.planner.regional_result import Result
from agenda.planner.regional_view import savings_of
from agenda.planner.solving.regional_day import regional_day
from tests.meetings.agenda_world import planned_meeting
from tests.world import SINCE, START, World

DAY = date(2019, 2, 21)
MOMENTS = (
    datetime(2019, 2, 7, 14, 30, tzinfo=UTC),
    datetime(2019, 2, 14, 14, 30, tzinfo=UTC),
    datetime(2019, 3, 7, 9, 0, tzinfo=UTC),
)
OTHERS = ("stranger", "Gedeputeerde")


def meetings_of_two_bodies(session: Session, world: World, *, confirmed: bool = True) -> list[Meeting]:
    """Plan two meetings of the joint body and one of the other, which has two members of its own."""
    body = session.get_one(Body, world.other_body_id)
    leiden = world.organisations["Leiden"]
    for who in OTHERS:
        session.add(_seat(world, who, body, leiden, Role.MEMBER))
    session.add(_seat(world, "secretary", body, world.organisations["Zoeterwoude"], Role.SECRETARY))
    session.flush()
    by = world.by(session, "secretary")
    found = [planned_meeting(session, world, starts_at=at, minutes=90) for at in MOMENTS[:2]]
    plan = Plan(starts_at=MOMENTS[2], minutes=60, venue="Provinciehuis")
    found.append(actions.create_meeting(session, body, plan, by, START))
    if confirmed:
        for one in found:
            actions.confirm(session, one, by, START)
    session.flush()
    return found


def _seat(world: World, who: str, body: Body, organisation: int, role: Role) -> Membership:
    return Membership(
        person_id=world.people[who],
        body_id=body.id,
        organisation_id=organisation,
        role=role,
        voting=role is Role.MEMBER,
        since=SINCE,
    )


def facts(world: World, meetings: Sequence[int], **changed: Any) -> DayFacts:
    """Give a day in Zoeterwoude with two rooms."""
    usual = DayFacts(
        day=DAY,
        host_id=world.organisations["Zoeterwoude"],
        place="Gemeentehuis Zoeterwoude",
        rooms=[("Raadzaal", None), ("Trouwzaal", 10)],
        opens=time(9),
        closes=time(17, 30),
        pause_begins=time(12, 30),
        pause_ends=time(13, 15),
        change_over=15,
        meetings=meetings,
    )
    return replace(usual, **changed)


def laid_out(runtime: Runtime, world: World, meetings: Sequence[int], **changed: Any) -> int:
    """Lay a day out and reckon it, as the pages do."""
    with runtime.work() as session:
        by = world.by(session, "secretary")
        day_id = regional_actions.lay_out(session, facts(world, meetings, **changed), by, runtime.clock()).id
    reckoned(runtime, day_id)
    return day_id


def reckoned(runtime: Runtime, day_id: int) -> Result:
    with runtime.work() as session:
        day = session.get_one(RegionalDay, day_id)
        posed = pose_day(session, day, runtime.clock())
        plan = regional_day(posed.problem, seconds=10, workers=1)
        result = Result(posed.rests_on, plan, savings_of(posed, plan))
        regional_actions.keep_result(day, result, runtime.clock(), day.version)
        return result


def accepted(runtime: Runtime, world: World, day_id: int, version: int | None = None) -> int:
    with runtime.work() as session:
        day = session.get_one(RegionalDay, day_id)
        posed = pose_day(session, day, runtime.clock())
        by = world.by(session, "secretary")
        return regional_actions.accept(session, day, posed, by, runtime.clock(), version).id


def stand(runtime: Runtime, meetings: Sequence[int]) -> list[tuple[datetime | None, str]]:
    """Tell when and where meetings are held."""
    with runtime.read() as session:
        found = session.scalars(select(Meeting).where(Meeting.id.in_(meetings)).order_by(Meeting.id)).all()
        return [(one.starts_at, one.venue) for one in found]


def changes(runtime: Runtime) -> int:
    with runtime.read() as session:
        return len(session.scalars(select(AcceptedChange)).all())
