"""A plan of a regional day keeps to every rule, and no other is better: tried against all plans there are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agenda.planner.solving.regional_case import day_case_of
from agenda.planner.solving.regional_day import regional_day
from agenda.planner.solving.regional_first_fit import first_fit
from agenda.planner.solving.regional_problem import (
    DayAim,
    DayFigures,
    DayMeeting,
    DayPerson,
    DayProblem,
    DayProgress,
    LeftOut,
    Room,
    WhyOut,
)
from tests.planner.regional.brute_force import best_figures
from tests.planner.regional.checker import check
from tests.planner.regional.instances import SIZES, portfolio_day
from tests.planner.regional.small import days

SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=100)


@SLOWLY
@given(days())
def test_no_other_plan_is_better_in_any_of_the_five_aims(problem: DayProblem) -> None:
    plan = regional_day(problem, seconds=30, workers=1)
    check(problem, plan)
    assert plan.figures.in_order == best_figures(problem)
    assert plan.bounds == plan.figures
    assert plan.proven == tuple(DayAim)


@settings(parent=SLOWLY, max_examples=25)
@given(days(meetings=4), st.integers(0, 3))
def test_the_same_seed_and_one_worker_give_the_same_plan(problem: DayProblem, seed: int) -> None:
    plans = [regional_day(problem, seconds=30, workers=1, seed=seed) for _ in range(2)]
    assert plans[0].placed == plans[1].placed
    assert plans[0].attended == plans[1].attended


@settings(parent=SLOWLY, max_examples=3)
@given(st.integers(0, 1_000))
def test_a_plan_of_realistic_size_keeps_to_every_rule_whenever_it_is_stopped(seed: int) -> None:
    problem = portfolio_day(*SIZES["usual"], seed)
    heard: list[DayProgress] = []
    plan = regional_day(problem, seconds=0.3, report=heard.append)
    check(problem, plan)
    assert heard
    simple = day_case_of(problem)
    by_hand = simple.figures(first_fit(simple))
    assert by_hand is not None
    assert plan.figures.in_order <= by_hand.in_order


def test_who_is_stopped_at_once_still_has_a_plan() -> None:
    problem = portfolio_day(*SIZES["usual"], 1)
    plan = regional_day(problem, stopped=lambda: True)
    check(problem, plan)
    assert plan.placed


def meeting(name: str, *required: str, minutes: int = 60, **facts: Any) -> DayMeeting:
    return DayMeeting(name, minutes, frozenset(required), **facts)


def day(*meetings: DayMeeting, people: tuple[DayPerson, ...] = (), **facts: Any) -> DayProblem:
    """Give a day from 9:00 to 13:00 with one room, in which everyone named is there all day."""
    named = {who for one in meetings for who in one.invited} - {one.id for one in people}
    everyone = (*people, *(DayPerson(name) for name in sorted(named)))
    given: dict[str, Any] = {"opens": 540, "closes": 780, "rooms": (Room("a"),)}
    return DayProblem(meetings=meetings, people=everyone, **(given | facts))


def why(problem: DayProblem) -> dict[str, LeftOut]:
    plan = regional_day(problem, workers=1)
    check(problem, plan)
    return dict(plan.left_out)


def test_meetings_of_the_same_people_come_right_after_each_other_and_others_beside_them() -> None:
    problem = day(
        meeting("wonen", "Zoë", "Daan"),
        meeting("zorg", "Zoë"),
        meeting("sport", "Bram"),
        rooms=(Room("a"), Room("b")),
        change_over=10,
    )
    plan = regional_day(problem, workers=1)
    assert plan.figures == DayFigures(gaps=15, end=135)
    assert abs(plan.placed["wonen"].start - plan.placed["zorg"].start) == 75


def test_the_break_is_no_waiting_and_nobody_meets_in_it() -> None:
    problem = day(meeting("a", "Zoë", minutes=90), meeting("b", "Zoë", minutes=90), pause=(630, 660))
    plan = regional_day(problem, workers=1)
    assert plan.figures == DayFigures(end=210)
    assert sorted(at.start for at in plan.placed.values()) == [540, 660]


def test_who_can_be_missed_is_where_they_are_missed_least_and_travels_only_when_they_come() -> None:
    problem = day(
        meeting("a", "Zoë", optional=frozenset({"Bram"}), fixed=540),
        meeting("b", "Daan", optional=frozenset({"Bram"}), fixed=540),
        people=(DayPerson("Bram", travel=20), DayPerson("Zoë", travel=15, comes_anyway=True)),
        rooms=(Room("a"), Room("b")),
    )
    plan = regional_day(problem, workers=1)
    assert (plan.figures.missed, plan.figures.travel) == (1, 40)
    assert len(plan.attended["Bram"]) == 1


def test_why_a_meeting_is_left_out_is_said_with_who_stands_in_the_way() -> None:
    until_noon = DayPerson("Zoë", ends=600)
    from_noon = DayPerson("Daan", begins=660)
    taken = DayPerson("Bram", busy=((500, 800),))
    both = (until_noon, from_noon, taken)
    assert why(day(meeting("a", "Zoë", "Daan"), people=both)) == {"a": LeftOut(WhyOut.NO_COMMON_WINDOW)}
    assert why(day(meeting("a", "Bram", "Eva"), people=both)) == {"a": LeftOut(WhyOut.PERSON_BUSY, ("Bram",))}
    assert why(day(meeting("a", "Eva", "Roos"), rooms=(Room("small", 1),))) == {"a": LeftOut(WhyOut.NO_ROOM)}
    assert why(day(meeting("a", "Eva"), rooms=())) == {"a": LeftOut(WhyOut.NO_ROOM)}
    assert why(
        day(meeting("a", "Zoë", "Daan"), meeting("b", "Eva", after=frozenset({"a"})), people=both)
    ) == {"a": LeftOut(WhyOut.NO_COMMON_WINDOW), "b": LeftOut(WhyOut.PREDECESSOR_LEFT_OUT)}


def test_two_that_need_the_same_person_at_the_same_hour_are_not_both_held() -> None:
    fixed = {"fixed": 540}
    problem = day(
        meeting("a", "Zoë", weight=2, **fixed), meeting("b", "Zoë", **fixed), rooms=(Room("a"), Room("b"))
    )
    assert why(problem) == {"b": LeftOut(WhyOut.PERSON_BUSY, ("Zoë",))}
    apart = day(meeting("a", "Zoë", weight=2, **fixed), meeting("b", "Bram", **fixed))
    assert why(apart) == {"b": LeftOut(WhyOut.NO_ROOM)}


def test_meetings_that_wait_for_each_other_are_both_left_out() -> None:
    problem = day(meeting("a", after=frozenset({"b"})), meeting("b", after=frozenset({"a"})))
    assert set(why(problem)) == {"a", "b"}


def test_a_day_without_meetings_or_people_is_a_day() -> None:
    plan = regional_day(day(), workers=1)
    assert plan.figures == DayFigures()
    assert plan.proven == tuple(DayAim)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"closes": 540}, "day_impossible"),
        ({"step": 0}, "step_impossible"),
        ({"change_over": -1}, "step_impossible"),
        ({"pause": (600, 600)}, "pause_impossible"),
        ({"rooms": (Room("a"), Room("a"))}, "named_twice"),
        ({"meetings": (DayMeeting("a", 0),)}, "length_impossible"),
        ({"meetings": (DayMeeting("a", 30, frozenset({"niemand"})),)}, "person_unknown"),
        ({"meetings": (DayMeeting("a", 30, after=frozenset({"b"})),)}, "predecessor_unknown"),
        ({"people": (DayPerson("Zoë", travel=-1),)}, "travel_impossible"),
    ],
)
def test_a_problem_that_contradicts_itself_is_refused(wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(ValueError, match=code):
        regional_day(replace(day(), **wrong))
