"""Each date of a rhythm earns its place by topics that are waiting, or does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy.orm import Session

from agenda.core.runtime import Runtime
from agenda.dates.day_rules import DayRules
from agenda.dates.model import Closure, ClosureKind, DayRule
from agenda.dates.question import Closed
from agenda.meetings import actions, agenda_actions
from agenda.meetings.facts import Plan
from agenda.planner.cadence_judging import Judged, Judgement, judgement
from agenda.planner.cadence_queries import running_cadence
from agenda.planner.cadence_rules import (
    Days,
    Found,
    Obstacle,
    Verdict,
    falls_on,
    is_thin,
    may_be_judged,
    verdict,
)
from agenda.planner.solving.problem import Why
from tests.meetings.agenda_world import planned_meeting, topic
from tests.planner.cadence.rhythm import with_rhythm
from tests.world import START, TODAY, World

ZONE = "Europe/Amsterdam"
LAST = date(2019, 6, 30)
JANUARY, FEBRUARY, MARCH = (date(2019, 1, 10), date(2019, 2, 14), date(2019, 3, 14))
# Ten o'clock in Amsterdam on Thursday 14 February 2019.
THAT_DAY = datetime(2019, 2, 14, 9, tzinfo=UTC)


def judged(session: Session, world: World, last: date = LAST) -> Judgement:
    body = world.body(session)
    cadence = running_cadence(session, body.id)
    assert cadence is not None
    return judgement(session, cadence, body, TODAY, last, START)


def on(found: Judgement, day: date) -> Judged:
    return next(one for one in found.dates if one.at.date() == day)


def verdicts(found: Judgement) -> list[Verdict]:
    return [one.verdict for one in found.dates]


def test_without_topics_no_date_earns_its_place(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        found = judged(session, world)
    assert verdicts(found) == 6 * [Verdict.NOT_NEEDED]
    assert (found.waiting, found.left, found.proven) == (0, [], True)


def test_a_deadline_that_only_one_date_meets_makes_that_date_needed(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        topic(session, world, "Hamerstuk", minutes=10, earliest=date(2019, 2, 1), deadline=date(2019, 3, 1))
        topic(session, world, "Kan wachten", minutes=10)
        found = judged(session, world)
    february = on(found, FEBRUARY)
    assert february.verdict is Verdict.EARNS
    assert [one.title for one in february.only_here] == ["Hamerstuk"]
    # What has no haste comes along, and asks for no date of its own.
    assert (february.filled, february.room) == (20, 100)
    assert verdicts(found).count(Verdict.EARNS) == 1


def test_a_date_with_too_little_that_can_all_wait_is_not_needed_yet(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        topic(session, world, "Klein", minutes=49)
        found = judged(session, world)
    assert verdicts(found) == [Verdict.TOO_THIN, *5 * [Verdict.NOT_NEEDED]]


def test_half_of_the_time_is_enough(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        topic(session, world, "Precies de helft", minutes=50)
        assert on(judged(session, world), JANUARY).verdict is Verdict.EARNS


def test_topics_come_on_as_few_dates_as_they_fit(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        for number in range(5):
            topic(session, world, f"Onderwerp {number}", minutes=40)
        found = judged(session, world)
    held = [one for one in found.dates if one.topics]
    assert len(held) == 3
    assert sum(len(one.topics) for one in held) == 5


def test_what_can_wait_does_not_wait_for_no_reason(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        topic(
            session, world, "Moet in mei", minutes=60, earliest=date(2019, 5, 1), deadline=date(2019, 5, 31)
        )
        topic(session, world, "Vanaf februari", minutes=60, earliest=date(2019, 2, 1), deadline=LAST)
        topic(session, world, "Mag altijd", minutes=30)
        found = judged(session, world)
    assert [one.title for one in on(found, FEBRUARY).topics] == ["Vanaf februari", "Mag altijd"]
    assert [one.title for one in on(found, date(2019, 5, 9)).topics] == ["Moet in mei"]


def test_room_in_a_planned_meeting_goes_before_a_new_date(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        meeting = planned_meeting(session, world)
        topic(session, world, "Past daar", minutes=90)
        found = judged(session, world)
        assert on(found, FEBRUARY).meeting is meeting
    assert on(found, FEBRUARY).verdict is Verdict.PLANNED
    assert set(verdicts(found)) == {Verdict.PLANNED, Verdict.NOT_NEEDED}


def test_what_a_full_meeting_cannot_take_makes_another_date_needed(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        meeting, by = planned_meeting(session, world), world.by(session, "secretary")
        long = topic(session, world, "Staat er al", minutes=100)
        agenda_actions.add_topic(session, meeting, long, by, START)
        topic(session, world, "Past niet meer", minutes=60, earliest=date(2019, 3, 1))
        found = judged(session, world)
    assert on(found, FEBRUARY).filled == 100
    assert on(found, MARCH).verdict is Verdict.EARNS


def test_a_final_agenda_takes_nothing_any_more(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        planned_meeting(session, world).agenda_final_at = START
        session.flush()
        topic(session, world, "Te laat aangemeld", minutes=60)
        assert on(judged(session, world), JANUARY).verdict is Verdict.EARNS


def test_holidays_and_closures_keep_a_date_empty(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world, rule="FREQ=WEEKLY;BYDAY=TH", first_day=date(2019, 5, 30))
        session.add(
            Closure(
                body_id=world.body_id,
                kind=ClosureKind.ONCE,
                why="Heidag",
                first_day=date(2019, 6, 6),
                last_day=date(2019, 6, 6),
            )
        )
        topic(session, world, "Vol", minutes=100)
        found = judged(session, world)
    ascension, heath, free = (
        on(found, day) for day in (date(2019, 5, 30), date(2019, 6, 6), date(2019, 6, 13))
    )
    assert ascension.verdict is heath.verdict is Verdict.IMPOSSIBLE
    assert ascension.found[0] == Found(Obstacle.PUBLIC_HOLIDAY, "Hemelvaartsdag", hard=True)
    assert heath.found == [Found(Obstacle.CLOSED, "Heidag", hard=True)]
    assert free.verdict is Verdict.EARNS


def test_a_topic_that_no_date_serves_in_time_is_named(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        topic(session, world, "Te laat", deadline=date(2019, 1, 5))
        topic(session, world, "Te lang", minutes=101, deadline=date(2019, 4, 1))
        topic(session, world, "Later dan deze periode", minutes=200, deadline=date(2019, 12, 1))
        found = judged(session, world)
    assert {one.title: why for one, why in found.left} == {
        "Te laat": Why.NO_MEETING_FITS,
        "Te lang": Why.TOO_LONG,
    }


def test_a_meeting_that_seeks_a_date_is_named_beside_dates_in_its_window(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        window = Plan(window_from=date(2019, 1, 1), window_until=date(2019, 3, 31))
        seeking = actions.create_meeting(
            session, world.body(session), window, world.by(session, "secretary"), START
        )
        found = judged(session, world)
        assert on(found, MARCH).undated is seeking
        assert on(found, date(2019, 4, 11)).undated is None


def test_dates_that_have_passed_are_not_judged(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world, rule="FREQ=DAILY", first_day=date(2018, 12, 1), starts=time(9))
        # It is nine o'clock on 18 December.
        first = judged(session, world, date(2018, 12, 21)).dates[0]
    assert first.at.date() == date(2018, 12, 19)


def test_after_the_last_day_of_the_body_there_are_no_dates(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        world.body(session).expires_on = date(2019, 2, 28)
        session.flush()
        assert len(judged(session, world).dates) == 2


OPEN = Days(DayRules())


@pytest.mark.parametrize(
    ("hour", "minutes", "found"),
    [(9, 120, []), (16, 90, []), (16, 91, [Obstacle.OUTSIDE_HOURS]), (8, 60, [Obstacle.OUTSIDE_HOURS])],
)
def test_a_date_must_lie_within_the_hours_of_the_body(hour: int, minutes: int, found: list[Obstacle]) -> None:
    at = THAT_DAY.replace(hour=hour - 1)
    assert [one.what for one in falls_on(at, minutes, ZONE, OPEN)] == found


@pytest.mark.parametrize(("minutes", "open_then"), [(240, True), (241, False)])
def test_what_closes_at_midnight_lets_a_meeting_end_at_midnight(minutes: int, open_then: bool) -> None:
    late = Days(DayRules(hours={3: (time(9), time())}))
    found = falls_on(THAT_DAY.replace(hour=19), minutes, ZONE, late)
    assert (found == []) is open_then


def test_what_ends_as_the_meeting_begins_is_not_in_the_way() -> None:
    before = Closed(THAT_DAY.replace(hour=7), THAT_DAY, "College")
    after = Closed(THAT_DAY.replace(hour=10, minute=59), THAT_DAY.replace(hour=12), "Raad")
    days = Days(DayRules(), closed=(before, after))
    assert [one.name for one in falls_on(THAT_DAY, 120, ZONE, days)] == ["Raad"]


@pytest.mark.parametrize(("rule", "hard"), [(DayRule.EXCLUDE, [True]), (DayRule.AVOID, [False])])
def test_a_body_says_itself_what_a_school_holiday_means(rule: DayRule, hard: list[bool]) -> None:
    days = Days(DayRules(school_holidays=rule), school={date(2019, 2, 14): "Voorjaarsvakantie"})
    assert [one.hard for one in falls_on(THAT_DAY, 60, ZONE, days)] == hard


def test_a_holiday_that_a_body_ignores_is_not_named() -> None:
    days = Days(DayRules(public_holidays=DayRule.IGNORE), public={date(2019, 2, 14): "Feestdag"})
    assert falls_on(THAT_DAY, 60, ZONE, days) == []


def test_a_meeting_without_time_for_topics_is_never_thin() -> None:
    assert not is_thin(0, 0, 50)
    assert is_thin(0, 1, 1)
    assert not is_thin(50, 100, 50)
    assert is_thin(49, 100, 50)


def test_a_meeting_is_judged_from_that_day_on() -> None:
    assert may_be_judged(date(2019, 1, 11), date(2019, 1, 1), 10)
    assert not may_be_judged(date(2019, 1, 12), date(2019, 1, 1), 10)


def test_what_stands_on_a_date_goes_before_what_falls_on_it() -> None:
    holiday = [Found(Obstacle.PUBLIC_HOLIDAY, "Koningsdag", hard=True)]
    assert verdict(holiday, True, 0, 100, 0, 50) is Verdict.PLANNED
    assert verdict(holiday, False, 100, 100, 1, 50) is Verdict.IMPOSSIBLE
