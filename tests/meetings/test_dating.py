"""When a meeting can be: windows, clock changes, the end of a body, and two secretaries at once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm.exc import StaleDataError

from agenda.core.problems import Changed, Conflict, Invalid
from agenda.core.runtime import Runtime
from agenda.meetings import actions
from agenda.meetings.facts import Plan
from agenda.meetings.model import Meeting
from agenda.meetings.rules import moment
from tests.meetings.planning import FIRST_QUARTER, VALENTINE, planned
from tests.world import START, World

AMSTERDAM = "Europe/Amsterdam"


@pytest.mark.parametrize("at", ["2019-01-01T00:00:00+01:00", "2019-03-31T23:45:00+02:00"])
def test_the_first_and_the_last_day_of_the_window_belong_to_it(
    runtime: Runtime, world: World, at: str
) -> None:
    with runtime.work() as session:
        meeting = planned(session, world)
        actions.set_date(
            session, meeting, datetime.fromisoformat(at), 120, world.by(session, "secretary"), START
        )
        assert meeting.starts_at == datetime.fromisoformat(at)


@pytest.mark.parametrize("at", ["2018-12-31T23:59:00+01:00", "2019-04-01T00:00:00+02:00"])
def test_outside_the_window_only_when_that_is_meant(runtime: Runtime, world: World, at: str) -> None:
    with runtime.work() as session:
        secretary, when = world.by(session, "secretary"), datetime.fromisoformat(at)
        meeting = planned(session, world)
        with pytest.raises(Conflict, match="outside_window") as refused:
            actions.set_date(session, meeting, when, 120, secretary, START)
        assert refused.value.facts == {"first": date(2019, 1, 1), "last": date(2019, 3, 31)}
        actions.set_date(session, meeting, when, 120, secretary, START, outside_window=True)
        assert meeting.starts_at == when


def test_a_moment_that_has_passed_is_no_date(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        meeting = planned(session, world)
        for when in (START, START - timedelta(days=1)):
            with pytest.raises(Invalid, match="moment_has_passed"):
                actions.set_date(session, meeting, when, 120, secretary, START, outside_window=True)


@pytest.mark.parametrize("minutes", [-5, 0, 14, 721])
def test_a_meeting_of_no_length_or_of_days_is_refused(runtime: Runtime, world: World, minutes: int) -> None:
    with runtime.work() as session:
        meeting = planned(session, world)
        with pytest.raises(Invalid, match="length_impossible"):
            actions.set_date(session, meeting, VALENTINE, minutes, world.by(session, "secretary"), START)


def test_a_body_that_has_ended_meets_no_more(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        secretary, body = world.by(session, "secretary"), world.body(session)
        last = moment(date(2020, 12, 31), time(16), AMSTERDAM)
        meeting = planned(session, world, Plan(starts_at=last))
        assert meeting.starts_at == last
        too_late = moment(date(2021, 1, 1), time(9), AMSTERDAM)
        with pytest.raises(Conflict, match="body_has_ended") as refused:
            actions.set_date(session, meeting, too_late, 120, secretary, START)
        assert refused.value.facts == {"body": body.name, "day": date(2020, 12, 31)}
        with pytest.raises(Conflict, match="body_has_ended"):
            planned(session, world, Plan(window_from=date(2021, 1, 1), window_until=date(2021, 3, 31)))
        with pytest.raises(Conflict, match="body_has_ended"):
            planned(session, world, Plan(starts_at=too_late))


def test_a_meeting_needs_a_window_or_a_date(runtime: Runtime, world: World) -> None:
    with runtime.work() as session, pytest.raises(Invalid, match="when_missing"):
        planned(session, world, Plan(title="Ooit"))


def test_a_host_is_one_of_the_members(runtime: Runtime, world: World) -> None:
    with runtime.work() as session, pytest.raises(Invalid, match="host_not_in_body"):
        planned(session, world, Plan(starts_at=VALENTINE, host_id=world.organisations["Provincie"]))


def test_leap_day_in_the_clock_changes_and_back(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        meeting = planned(session, world)
        for day, hour, minutes in (
            (date(2020, 2, 29), time(9, 30), 120),
            (date(2019, 3, 31), time(3, 0), 60),
            (date(2019, 10, 27), time(2, 30), 60),
        ):
            when = moment(day, hour, AMSTERDAM)
            actions.set_date(session, meeting, when, minutes, secretary, START, outside_window=True)
            assert meeting.starts_at == when


def test_a_date_is_taken_back_to_the_window(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        meeting = planned(session, world)
        actions.set_date(session, meeting, VALENTINE, 120, secretary, START)
        actions.clear_date(session, meeting, secretary, START)
        assert meeting.starts_at is None
        on_a_day = planned(session, world, Plan(starts_at=VALENTINE))
        with pytest.raises(Conflict, match="no_window_to_return_to"):
            actions.clear_date(session, on_a_day, secretary, START)


def test_of_two_secretaries_dating_at_once_one_wins_and_the_other_hears_it(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = planned(session, world)
        number, seen = meeting.id, meeting.version
    together, heard = Barrier(2), []

    def date_it(days: int) -> None:
        together.wait()
        try:
            with runtime.work() as session:
                found = session.get_one(Meeting, number)
                by, when = world.by(session, "secretary"), VALENTINE + timedelta(days=days)
                actions.set_date(session, found, when, 120, by, START, version=seen)
            heard.append("saved")
        except (Changed, StaleDataError):
            heard.append("changed meanwhile")

    threads = [Thread(target=date_it, args=(days,)) for days in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == ["changed meanwhile", "saved"]
    with runtime.read() as session:
        assert session.get_one(Meeting, number).version == seen + 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dates(date(2018, 12, 1), date(2021, 2, 28)), st.times(), st.integers(-60, 800), st.booleans())
def test_whatever_is_asked_a_date_that_stands_can_be_kept(
    runtime: Runtime, world: World, day: date, hour: time, minutes: int, meant: bool
) -> None:
    """Either refused, or ahead, in the window unless otherwise meant, and within the body's life."""
    with runtime.read() as session:
        meeting = planned(session, world)
        try:
            when = moment(day, hour, AMSTERDAM)
            actions.set_date(
                session, meeting, when, minutes, world.by(session, "secretary"), START, outside_window=meant
            )
        except (Invalid, Conflict):
            assert meeting.starts_at is None
            return
        assert meeting.starts_at
        assert meeting.starts_at > START - timedelta(minutes=1)
        assert day <= date(2020, 12, 31)
        assert 15 <= meeting.minutes <= 720
        assert meant or date(2019, 1, 1) <= day <= date(2019, 3, 31)
        assert FIRST_QUARTER.window_from == meeting.window_from
