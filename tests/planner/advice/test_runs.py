"""A search from question to advice, as the worker does it."""

from __future__ import annotations

from datetime import date

import pytest

from agenda.core.problems import Conflict, Forbidden, Invalid
from agenda.core.runtime import Runtime
from agenda.meetings import agenda_actions
from agenda.meetings.model import Meeting
from agenda.planner.advice import Advice, advice_of, after, wanted_of, with_move
from agenda.planner.posing import pose
from agenda.planner.run_actions import ATTEMPTS, ask, remove, stop, take
from agenda.planner.run_model import PlanningRun
from agenda.planner.run_queries import posed_for
from agenda.planner.run_result import result_of
from agenda.planner.run_working import plan_next
from agenda.planner.solving.necessity import Need
from agenda.planner.solving.pricing import Breach, faults
from tests.meetings.agenda_world import item_of, topic
from tests.planner.thin import two_thin_meetings
from tests.world import StandingClock, World

FIRST, LAST = date(2019, 1, 1), date(2019, 3, 31)


def asked(runtime: Runtime, world: World) -> int:
    with runtime.work() as session:
        by = world.by(session, "secretary")
        return ask(session, [world.body_id], FIRST, LAST, by, runtime.clock()).id


def advised(runtime: Runtime, world: World) -> Advice:
    """Ask, let the worker search, and read the advice."""
    number = asked(runtime, world)
    assert plan_next(runtime)
    with runtime.read() as session:
        run = session.get_one(PlanningRun, number)
        assert run.failed == ""
        assert run.result is not None
        return advice_of(posed_for(session, run, runtime.clock()), result_of(run.result))


def test_two_thin_meetings_become_one(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        first, second = two_thin_meetings(session, world)
    advice = advised(runtime, world)
    assert (advice.before.meetings_held, advice.after.meetings_held) == (2, 1)
    # The earliest is kept.
    assert [going.meeting.id for going in advice.going] == [second.id]
    assert advice.going[0].successor is not None
    assert advice.going[0].successor.id == first.id
    assert [move.topic.title for move in advice.going[0].moves] == ["Studentenhuisvesting"]
    assert [staying.need for staying in advice.staying] == [Need.NO_ROOM]
    # Opening, minutes, any other business and closing take twenty minutes for seventeen people.
    assert advice.before.person_minutes - advice.after.person_minutes == 17 * 20
    assert sum(saved.minutes for saved in advice.municipalities) == 17 * 20
    assert all(saved.minutes == 20 for saved in advice.people)


def test_a_deadline_keeps_a_meeting_and_waiting_longer_would_save_it(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        first, second = two_thin_meetings(session, world)
        topics = [
            item_of(first, "Warmterotonde").topic,
            item_of(second, "Studentenhuisvesting").topic,
        ]
        assert topics[0] is not None
        assert topics[1] is not None
        topics[0].deadline = date(2019, 2, 14)
        topics[1].earliest = date(2019, 3, 1)
    advice = advised(runtime, world)
    assert advice.going == []
    assert {staying.need for staying in advice.staying} == {Need.ONLY_HERE}
    assert [(one.topic.title, one.until) for one in advice.waiting] == [("Warmterotonde", date(2019, 3, 7))]


def test_open_topics_that_stand_on_no_agenda_are_left_alone(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        two_thin_meetings(session, world)
        topic(session, world, "Onderwijs", minutes=60)
    assert len(advised(runtime, world).topics) == 2


def test_what_stands_today_may_stay_although_a_rule_speaks_against_it(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        first, _second = two_thin_meetings(session, world)
        late = topic(session, world, "Te laat", deadline=date(2019, 1, 10), needs=["Gedeputeerde"])
        agenda_actions.add_topic(session, first, late, world.by(session, "secretary"), runtime.clock())
    with runtime.read() as session:
        posed = pose(session, [world.body_id], FIRST, LAST, runtime.clock())
        assert faults(posed.problem, posed.today) == []
    assert advised(runtime, world).untreated == []


def test_accepting_wholly_or_in_part_breaks_no_rule(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        _first, second = two_thin_meetings(session, world)
    advice = advised(runtime, world)
    wanted = wanted_of(advice, [second.id], "Genoeg zo.")
    assert faults(advice.posed.problem, after(advice.posed, wanted)) == []
    assert wanted_of(advice, [], "").moves == {}


def test_a_move_is_reckoned_at_once(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        first, second = two_thin_meetings(session, world)
        moved = item_of(first, "Warmterotonde").topic
        assert moved is not None
        moved.deadline = date(2019, 2, 14)
    advice = advised(runtime, world)
    figures, breaches = with_move(advice, str(moved.id), str(second.id))
    assert figures.meetings_held == 2
    assert [one.breach for one in breaches] == [Breach.TOO_LATE]


def test_advice_is_outdated_once_an_agenda_changed(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        first, _second = two_thin_meetings(session, world)
    number = asked(runtime, world)
    plan_next(runtime)
    with runtime.work() as session:
        item = item_of(session.get_one(Meeting, first.id), "Warmterotonde")
        agenda_actions.change_minutes(session, item, 50, world.by(session, "secretary"), runtime.clock())
    with runtime.read() as session:
        run = session.get_one(PlanningRun, number)
        assert run.result is not None
        posed = posed_for(session, run, runtime.clock())
        assert posed.fingerprint != result_of(run.result).rests_on


def test_a_search_that_waits_is_stopped_before_it_begins(runtime: Runtime, world: World) -> None:
    number = asked(runtime, world)
    with runtime.work() as session:
        stop(session, session.get_one(PlanningRun, number), world.by(session, "secretary"), runtime.clock())
    assert not plan_next(runtime)


def test_a_search_whose_worker_went_silent_is_taken_again(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    number = asked(runtime, world)
    with runtime.work() as session:
        run = session.get_one(PlanningRun, number)
        run.started_at = run.heard_at = clock()
    assert not plan_next(runtime)
    clock.wind(minutes=2)
    assert plan_next(runtime)


def test_a_worker_that_is_told_to_stop_leaves_the_search_for_another_time(
    runtime: Runtime, world: World
) -> None:
    number = asked(runtime, world)
    for _deploy in range(ATTEMPTS + 1):
        assert plan_next(runtime, lambda: True)
    assert plan_next(runtime)
    with runtime.read() as session:
        assert session.get_one(PlanningRun, number).result is not None


def test_a_search_that_ends_its_worker_each_time_is_given_up(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    number = asked(runtime, world)
    for _killed in range(ATTEMPTS):
        with runtime.work() as session:
            assert take(session, clock()) is not None
        clock.wind(minutes=2)
    assert not plan_next(runtime)
    with runtime.read() as session:
        assert session.get_one(PlanningRun, number).failed == "search_failed"


def test_only_a_search_that_ended_is_thrown_away(runtime: Runtime, world: World) -> None:
    number = asked(runtime, world)
    with runtime.work() as session, pytest.raises(Conflict):
        remove(session, session.get_one(PlanningRun, number), world.by(session, "secretary"))
    plan_next(runtime)
    with runtime.work() as session:
        remove(session, session.get_one(PlanningRun, number), world.by(session, "secretary"))


def test_a_period_upside_down_or_too_long_is_refused(runtime: Runtime, world: World) -> None:
    for first, last in ((LAST, FIRST), (FIRST, date(2021, 1, 1))):
        with runtime.work() as session, pytest.raises(Invalid):
            by = world.by(session, "secretary")
            ask(session, [world.body_id], first, last, by, runtime.clock())


def test_a_clerk_asks_for_no_search(runtime: Runtime, world: World) -> None:
    with runtime.work() as session, pytest.raises(Forbidden):
        by = world.by(session, "clerk")
        ask(session, [world.body_id], FIRST, LAST, by, runtime.clock())
