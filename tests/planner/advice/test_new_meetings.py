"""A search that may use new dates and open topics, and accepting what it says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from agenda.core.problems import Forbidden, Invalid
from agenda.core.runtime import Runtime
from agenda.meetings.model import Meeting
from agenda.meetings.planning_reason import Ground, PlanningReason
from agenda.planner.accepting import accept, undo
from agenda.planner.accepting_model import AcceptedChange
from agenda.planner.advice import Advice, advice_of, wanted_of
from agenda.planner.new_meetings import NewDate, new_date_of
from agenda.planner.run_actions import ask
from agenda.planner.run_model import PlanningRun
from agenda.planner.run_queries import posed_for
from agenda.planner.run_result import result_of
from agenda.planner.run_working import plan_next
from agenda.topics.model import Topic, TopicState
from agenda.topics.states import has_state
from tests.meetings.agenda_world import item_of, topic
from tests.planner.thin import topics_of, two_thin_meetings
from tests.world import StandingClock, World

FIRST, LAST = date(2019, 1, 1), date(2019, 3, 31)
BETWEEN = datetime(2019, 2, 21, 14, 30, tzinfo=UTC)
WHY = "Eén overleg neemt de plaats van twee in."


def advised(runtime: Runtime, world: World, *dates: datetime, open_topics: bool = False) -> Advice:
    with runtime.work() as session:
        new = [NewDate(world.body_id, one, 120) for one in dates]
        by = world.by(session, "secretary")
        run_id = ask(
            session,
            [world.body_id],
            FIRST,
            LAST,
            by,
            runtime.clock(),
            new_dates=new,
            open_topics=open_topics,
        ).id
    assert plan_next(runtime)
    with runtime.read() as session:
        run = session.get_one(PlanningRun, run_id)
        assert run.result is not None
        return advice_of(posed_for(session, run, runtime.clock()), result_of(run.result))


def apart(runtime: Runtime, world: World) -> None:
    """Let the two topics of two meetings not fit in either, but together in one between these."""
    with runtime.work() as session:
        first, second = two_thin_meetings(session, world)
        network = item_of(first, "Warmterotonde").topic
        housing = item_of(second, "Studentenhuisvesting").topic
        assert network is not None
        assert housing is not None
        network.deadline, housing.earliest = date(2019, 2, 28), date(2019, 2, 14)


def test_one_new_date_takes_the_place_of_two_meetings(runtime: Runtime, world: World) -> None:
    apart(runtime, world)
    assert advised(runtime, world).after.meetings_held == 2
    advice = advised(runtime, world, BETWEEN)
    assert (advice.after.meetings_held, advice.after.new_meetings) == (1, 1)
    assert len(advice.going) == 2
    assert [one.meeting.starts_at for one in advice.staying] == [BETWEEN]


def test_a_new_date_that_helps_nothing_is_not_proposed(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        two_thin_meetings(session, world)
    advice = advised(runtime, world, BETWEEN)
    assert (advice.after.meetings_held, advice.after.new_meetings) == (1, 0)
    assert all(one.meeting.id > 0 for one in [*advice.going, *advice.staying])


def test_accepting_plans_the_new_meeting_and_keeps_why(runtime: Runtime, world: World) -> None:
    apart(runtime, world)
    made = accepted(runtime, world, advised(runtime, world, BETWEEN))
    with runtime.read() as session:
        meeting = session.get_one(Meeting, made)
        assert sorted(topics_of(meeting)) == ["Studentenhuisvesting", "Warmterotonde"]
        assert meeting.confirmed_at is None
        reason = session.get_one(PlanningReason, made)
        assert (reason.ground, reason.text) == (Ground.FEWER, WHY)
        gone = session.scalars(select(Meeting).where(Meeting.cancelled_at.is_not(None))).all()
        assert [one.successor_id for one in gone] == [made, made]


def test_undoing_cancels_the_new_meeting_and_brings_the_others_back(runtime: Runtime, world: World) -> None:
    apart(runtime, world)
    made = accepted(runtime, world, advised(runtime, world, BETWEEN))
    with runtime.work() as session:
        change = session.scalars(select(AcceptedChange)).one()
        undo(session, change, "Teruggedraaid.", world.by(session, "secretary"), runtime.clock())
    with runtime.read() as session:
        meetings = session.scalars(select(Meeting).order_by(Meeting.starts_at)).all()
        held = {one.id: topics_of(one) for one in meetings if one.cancelled_at is None}
        assert list(held.values()) == [["Warmterotonde"], ["Studentenhuisvesting"]]
        assert session.get_one(Meeting, made).cancelled_why == "Teruggedraaid."


def test_open_topics_come_onto_agendas_and_go_back(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        two_thin_meetings(session, world)
        for title in ("Van der Ven, Zoë: woonvisie", "Onderwijs"):
            topic(session, world, title, minutes=45)
        topic(session, world, "Te lang", minutes=300)
    advice = advised(runtime, world, open_topics=True)
    assert [topic.title for topic, _why in advice.untreated] == ["Te lang"]
    added = wanted_of(advice, [one.meeting.id for one in advice.going], WHY).added
    assert len(added) == 2
    accepted(runtime, world, advice)
    with runtime.read() as session:
        planned = session.scalars(select(Topic.id).where(has_state(TopicState.PLANNED))).all()
        assert set(added) <= set(planned)
    with runtime.work() as session:
        change = session.scalars(select(AcceptedChange)).one()
        undo(session, change, "Teruggedraaid.", world.by(session, "secretary"), runtime.clock())
    with runtime.read() as session:
        planned = session.scalars(select(Topic.id).where(has_state(TopicState.PLANNED))).all()
        assert not set(added) & set(planned)


def test_a_new_date_that_has_passed_takes_no_part(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    apart(runtime, world)
    with runtime.work() as session:
        by = world.by(session, "secretary")
        dates = [NewDate(world.body_id, runtime.clock() + timedelta(days=20), 120)]
        run_id = ask(session, [world.body_id], FIRST, LAST, by, runtime.clock(), new_dates=dates).id
    with runtime.read() as session:
        posed = posed_for(session, session.get_one(PlanningRun, run_id), runtime.clock())
        clock.wind(days=21)
        later = posed_for(session, session.get_one(PlanningRun, run_id), runtime.clock())
    assert "-1" in posed.meetings
    assert "-1" not in later.meetings
    assert posed.fingerprint != later.fingerprint


def test_whoever_is_busy_elsewhere_is_not_counted_on(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        first, _second = two_thin_meetings(session, world)
        at_once = first.starts_at
        assert at_once is not None
        people = {one.person_id for one in first.people}
        by = world.by(session, "secretary")
        dates = [NewDate(world.body_id, at_once + timedelta(minutes=60), 120)]
        run = ask(session, [world.body_id], FIRST, LAST, by, runtime.clock(), new_dates=dates)
        posed = posed_for(session, run, runtime.clock())
    occasion = next(one for one in posed.problem.occasions if one.id == "-1")
    assert occasion.unavailable == frozenset(map(str, people))


@pytest.mark.parametrize(
    "moment", [datetime(2019, 4, 1, 10, tzinfo=UTC), datetime(2018, 12, 1, 10, tzinfo=UTC)]
)
def test_a_new_date_outside_the_period_or_in_the_past_is_refused(
    runtime: Runtime, world: World, moment: datetime
) -> None:
    with pytest.raises(Invalid, match="new_date_outside_period"):
        advised(runtime, world, moment)


def test_a_new_date_of_a_body_that_is_not_asked_for_is_refused(runtime: Runtime, world: World) -> None:
    with runtime.work() as session, pytest.raises(Invalid, match="new_date_of_other_body"):
        by = world.by(session, "secretary")
        dates = [NewDate(world.body_id + 1, BETWEEN, 120)]
        ask(session, [world.body_id], FIRST, LAST, by, runtime.clock(), new_dates=dates)


def test_a_clerk_plans_no_meeting_by_accepting(runtime: Runtime, world: World) -> None:
    apart(runtime, world)
    advice = advised(runtime, world, BETWEEN)
    wish = wanted_of(advice, [one.meeting.id for one in advice.going], WHY)
    with runtime.work() as session, pytest.raises(Forbidden):
        accept(session, wish, world.by(session, "clerk"), runtime.clock())
    with runtime.read() as session:
        assert len(session.scalars(select(Meeting)).all()) == 2


def test_a_date_is_read_as_it_was_written() -> None:
    date_ = NewDate(7, BETWEEN, 90)
    assert new_date_of(date_.to_json()) == date_


def accepted(runtime: Runtime, world: World, advice: Advice) -> int:
    """Accept all of it; give the number of the meeting that was made, 0 for none."""
    wish = wanted_of(advice, [one.meeting.id for one in advice.going], WHY)
    with runtime.work() as session:
        change = accept(session, wish, world.by(session, "secretary"), runtime.clock())
        return next(iter(change.made), 0)
