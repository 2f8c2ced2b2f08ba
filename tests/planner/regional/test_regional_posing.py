"""From the database to the problem: who must come, when they can, and what the clock does that day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from agenda.core.problems import Invalid
from agenda.core.runtime import Runtime
from agenda.dates.known import packed
from agenda.dates.model import BusyCalendar, CalendarKind, Closure, ClosureKind, Journey
from agenda.meetings import agenda_actions, attendance
from agenda.meetings.model import Meeting
from agenda.planner import regional_actions
from agenda.planner.regional_model import RegionalDay
from agenda.planner.regional_posing import PosedDay, pose_day
from agenda.planner.solving.regional_day import regional_day
from agenda.planner.solving.regional_problem import DayMeeting, DayPerson, WhyOut
from tests.meetings.agenda_world import topic
from tests.planner.regional.checker import check
from tests.planner.regional.regional_world import DAY, MOMENTS, facts, laid_out, reckoned
from tests.world import START, World

SPRING, AUTUMN = date(2019, 3, 31), date(2019, 10, 27)
WHO = "Wethouder Leiden 1"


def posed(runtime: Runtime, day_id: int) -> PosedDay:
    with runtime.read() as session:
        return pose_day(session, session.get_one(RegionalDay, day_id), runtime.clock())


def person(found: PosedDay, world: World, who: str) -> DayPerson:
    return next(one for one in found.problem.people if one.id == str(world.people[who]))


def meeting(found: PosedDay, number: int) -> DayMeeting:
    return next(one for one in found.problem.meetings if one.id == str(number))


def busy(session: Session, world: World, *hours: tuple[datetime, datetime]) -> None:
    """Let a calendar of the alderman say so."""
    blocks = [[int(moment.timestamp()) // 60 for moment in pair] for pair in hours]
    session.add(
        BusyCalendar(
            person_id=world.people[WHO],
            kind=CalendarKind.FILE,
            name="agenda.ics",
            added_at=START,
            read_at=START,
            blocks=packed(np.array(blocks, np.int64)),
            covers_from=START.date(),
            covers_until=date(2019, 12, 31),
            flags=[],
        )
    )


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


def test_who_votes_must_come_and_all_others_may(runtime: Runtime, world: World, numbers: list[int]) -> None:
    found = posed(runtime, laid_out(runtime, world, numbers))
    joint = meeting(found, numbers[0])
    assert len(joint.required) == 15
    assert joint.optional == {str(world.people["secretary"]), str(world.people["clerk"])}


def test_whom_a_topic_needs_must_come_and_who_can_be_missed_need_not(
    runtime: Runtime, world: World, numbers: list[int]
) -> None:
    with runtime.work() as session:
        joint = session.get_one(Meeting, numbers[0])
        wanted = topic(session, world, needs=["Gedeputeerde"])
        by = world.by(session, "secretary")
        agenda_actions.add_topic(session, joint, wanted, by, START)
        attendance.add_attendee(session, joint, world.person(session, "Gedeputeerde"), by, START)
    day_id = laid_out(runtime, world, numbers)
    who = str(world.people["Gedeputeerde"])
    assert who in meeting(posed(runtime, day_id), numbers[0]).required
    with runtime.work() as session:
        regional_actions.say(session.get_one(RegionalDay, day_id), {}, {who: {"may_miss": True}}, None)
    assert who in meeting(posed(runtime, day_id), numbers[0]).optional


def test_calendars_count_with_the_journey_around_them(
    runtime: Runtime, world: World, numbers: list[int]
) -> None:
    with runtime.work() as session:
        pair = sorted((world.organisations["Leiden"], world.organisations["Zoeterwoude"]))
        session.add(Journey(one_id=pair[0], other_id=pair[1], minutes=25))
        busy(session, world, (at(8), at(10)), (at(15), at(18)))
    day_id = laid_out(runtime, world, numbers[:1])
    found = posed(runtime, day_id)
    assert person(found, world, WHO).travel == 25
    assert person(found, world, "Burgemeester Zoeterwoude").travel == 0
    plan = reckoned(runtime, day_id).plan
    # From 10:25 to 14:35 in UTC, the break until 12:15 kept free.
    begins = datetime.fromtimestamp(plan.placed[str(numbers[0])].start * 60, UTC)
    assert begins == at(12, 15)


def test_a_meeting_that_is_moved_makes_nobody_busy_but_another_does(
    runtime: Runtime, world: World, numbers: list[int]
) -> None:
    with runtime.work() as session:
        # Their calendar holds the meeting itself, and something else that overlaps it.
        busy(session, world, (MOMENTS[1], MOMENTS[1] + timedelta(minutes=120)))
    on = MOMENTS[1].date()
    minute = int(MOMENTS[1].timestamp()) // 60
    both = posed(runtime, laid_out(runtime, world, numbers[:2], day=on))
    assert person(both, world, WHO).busy == ((minute + 90, minute + 120),)
    one = posed(runtime, laid_out(runtime, world, numbers[:1], day=on))
    assert person(one, world, WHO).busy == ((minute, minute + 120),)


def test_what_closes_the_body_or_a_member_keeps_its_meetings_away(
    runtime: Runtime, world: World, numbers: list[int]
) -> None:
    with runtime.work() as session:
        leiden = world.organisations["Leiden"]
        session.add(
            Closure(
                organisation_id=leiden,
                kind=ClosureKind.WEEKLY,
                why="College",
                weekday=DAY.weekday(),
                begins=time(8),
                ends=time(17, 15),
            )
        )
    result = reckoned(runtime, laid_out(runtime, world, numbers))
    assert {name: one.why for name, one in result.plan.left_out.items()} == {
        str(numbers[0]): WhyOut.NO_COMMON_WINDOW,
        str(numbers[1]): WhyOut.NO_COMMON_WINDOW,
    }
    assert str(numbers[2]) in result.plan.placed


def test_hours_and_order_that_were_said_are_kept(runtime: Runtime, world: World, numbers: list[int]) -> None:
    day_id = laid_out(runtime, world, numbers)
    first, second, third = map(str, numbers)
    who = str(world.people[WHO])
    with runtime.work() as session:
        said = {first: {"after": numbers[1]}, third: {"fixed": "16:00"}}
        regional_actions.say(session.get_one(RegionalDay, day_id), said, {who: {"begins": "13:30"}}, None)
    plan = reckoned(runtime, day_id).plan
    local = {
        name: datetime.fromtimestamp(one.start * 60, UTC) + timedelta(hours=1)
        for name, one in plan.placed.items()
    }
    assert local[third].time() == time(16)
    assert local[second].time() >= time(13, 30)
    assert local[second] + timedelta(minutes=105) <= local[first]


def test_meetings_that_wait_for_each_other_are_refused(
    runtime: Runtime, world: World, numbers: list[int]
) -> None:
    day_id = laid_out(runtime, world, numbers)
    ring = {str(numbers[0]): {"after": numbers[1]}, str(numbers[1]): {"after": numbers[0]}}
    with runtime.work() as session, pytest.raises(Invalid, match="regional_order_in_a_ring"):
        regional_actions.say(session.get_one(RegionalDay, day_id), ring, {}, None)


def test_what_can_move_no_more_is_left_out_and_nothing_waits_for_it(
    runtime: Runtime, world: World, numbers: list[int]
) -> None:
    day_id = laid_out(runtime, world, numbers)
    with runtime.work() as session:
        said = {str(numbers[0]): {"after": numbers[1]}}
        regional_actions.say(session.get_one(RegionalDay, day_id), said, {}, None)
        session.get_one(Meeting, numbers[1]).agenda_final_at = START
    found = posed(runtime, day_id)
    assert (found.gone, len(found.problem.meetings)) == (1, 2)
    assert meeting(found, numbers[0]).after == frozenset()


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 7), (AUTUMN, 9)])
def test_on_the_day_on_which_the_clock_changes_hours_are_those_of_the_clock(
    runtime: Runtime, world: World, numbers: list[int], day: date, hours: int
) -> None:
    """From midnight to eight it is seven hours in spring and nine in autumn; meetings take as long."""
    changed: dict[str, Any] = {"day": day, "opens": time(0), "closes": time(8), "pause_begins": None}
    found = posed(runtime, laid_out(runtime, world, numbers[:2], **changed, pause_ends=None))
    assert found.problem.closes - found.problem.opens == hours * 60
    plan = regional_day(found.problem, workers=1)
    check(found.problem, plan)
    assert not plan.left_out
    starts = sorted(one.start for one in plan.placed.values())
    assert starts[1] - starts[0] == 105
    offices = posed(runtime, laid_out(runtime, world, numbers[:2], day=day))
    nine = datetime.fromtimestamp(offices.problem.opens * 60, UTC)
    assert nine.hour == (7 if day == SPRING else 8)


def test_hours_that_the_clock_skips_are_refused(runtime: Runtime, world: World, numbers: list[int]) -> None:
    with runtime.work() as session, pytest.raises(Invalid, match="regional_hours_impossible"):
        wanted = facts(world, numbers, day=SPRING, opens=time(2), closes=time(3))
        regional_actions.lay_out(session, wanted, world.by(session, "secretary"), START)


def test_journeys_that_are_saved_count_whoever_travels_for_what_they_attend(
    runtime: Runtime, world: World, numbers: list[int]
) -> None:
    saved = reckoned(runtime, laid_out(runtime, world, numbers[:2])).savings
    # Seventeen people twice, but for who works with the host; then once, four of them at home.
    at_home = sum(at_home_now(runtime, number) for number in numbers[:2])
    assert at_home > 0
    assert (saved.trips_now, saved.trips_then) == (34 - at_home, 13)
    assert saved.minutes_then == 13 * 2 * 15


def at_home_now(runtime: Runtime, number: int) -> int:
    with runtime.read() as session:
        found = session.get_one(Meeting, number)
        return sum(one.organisation_id == found.host_id for one in found.people)
