"""What the page of a regional day says: the timetable, everyone's own day, and who misses what and why."""

from __future__ import annotations

from typing import Any

from agenda.core.runtime import Runtime
from agenda.planner import regional_actions
from agenda.planner.regional_model import RegionalDay
from agenda.planner.regional_posing import pose_day
from agenda.planner.regional_result import result_of
from agenda.planner.regional_view import DayView, WhyMissed, telling_of, view_of
from tests.planner.regional.regional_world import DAY, laid_out, reckoned
from tests.world import World


def shown(runtime: Runtime, day_id: int) -> DayView:
    with runtime.read() as session:
        day = session.get_one(RegionalDay, day_id)
        assert day.result is not None
        return view_of(day, pose_day(session, day, runtime.clock()), result_of(day.result))


def with_wishes(
    runtime: Runtime, day_id: int, meetings: dict[str, Any], people: dict[str, Any] | None = None
) -> DayView:
    with runtime.work() as session:
        regional_actions.say(session.get_one(RegionalDay, day_id), meetings, people or {}, None)
    reckoned(runtime, day_id)
    return shown(runtime, day_id)


def test_meetings_at_one_hour_stand_beside_each_other_and_who_is_asked_for_both_misses_one(
    runtime: Runtime, world: World, numbers: list[int]
) -> None:
    day_id = laid_out(runtime, world, [numbers[0], numbers[2]])
    at_ten = {str(numbers[0]): {"fixed": "10:00"}, str(numbers[2]): {"fixed": "10:00"}}
    view = with_wishes(runtime, day_id, at_ten)
    (row,) = view.rows
    assert view.rooms == ("Raadzaal", "Trouwzaal")
    assert [cell.meeting.id for cell in row.cells if cell is not None] == [numbers[0], numbers[2]]
    (missed,) = view.missed
    assert (missed.guest.name, missed.why) == ("secretary", WhyMissed.ELSEWHERE)
    assert missed.other is not None
    assert {missed.meeting.id, missed.other.id} == {numbers[0], numbers[2]}


def test_who_is_not_there_at_that_hour_is_said_to_be_so(
    runtime: Runtime, world: World, numbers: list[int]
) -> None:
    day_id = laid_out(runtime, world, numbers[:1])
    clerk = str(world.people["clerk"])
    view = with_wishes(runtime, day_id, {str(numbers[0]): {"fixed": "10:00"}}, {clerk: {"begins": "11:00"}})
    (missed,) = view.missed
    assert (missed.guest.name, missed.why) == ("clerk", WhyMissed.WINDOW)


def test_the_figures_are_those_of_everyones_own_day(
    runtime: Runtime, world: World, numbers: list[int]
) -> None:
    day_id = laid_out(runtime, world, numbers)
    around_noon = {str(numbers[0]): {"fixed": "10:30"}, str(numbers[1]): {"fixed": "14:00"}}
    view = with_wishes(runtime, day_id, around_noon)
    # From twelve to two, the break of forty-five minutes not counted.
    alderman = next(one for one in view.people if one.guest.name == "Wethouder Leiden 1")
    assert alderman.gap == 75
    assert [held.meeting.id for held in alderman.held] == numbers[:2]
    assert sum(one.gap for one in view.people) == view.plan.figures.gaps
    assert len(view.missed) == view.plan.figures.missed
    pauses = [row for row in view.rows if row.pause_until is not None]
    assert len(pauses) == 1
    assert [row.starts_at for row in view.rows] == sorted(row.starts_at for row in view.rows)


def test_people_are_told_of_what_was_confirmed_and_periods_that_are_left_are_named(
    runtime: Runtime, world: World, numbers: list[int]
) -> None:
    day_id = laid_out(runtime, world, numbers)
    with runtime.work() as session:
        day = session.get_one(RegionalDay, day_id)
        meetings = list(pose_day(session, day, runtime.clock()).meetings.values())
        meetings[2].confirmed_at = None
        meetings[1].window_from = meetings[1].window_until = DAY.replace(month=3)
        telling = telling_of(meetings, DAY)
    assert (telling.meetings, telling.letters, telling.people, telling.answers) == (3, 34, 17, 0)
    assert [one.id for one in telling.outside_window] == [meetings[1].id]
