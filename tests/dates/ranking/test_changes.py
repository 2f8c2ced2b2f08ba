"""When no date fits: what stands in the way, and what would help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from agenda.dates.changes import Help, Step, changes_that_help, hindrances
from agenda.dates.question import Closed, Holidays, Kind, Need, Participant
from agenda.dates.slots import Reason
from tests.dates.ranking.example import (
    ALDERMAN,
    FRIDAY,
    MAYOR,
    MONDAY,
    NEIGHBOUR,
    TUESDAY,
    at,
    found,
    question,
    required,
    someone,
)

WEEK = [MONDAY + timedelta(n) for n in range(5)]


def always_busy(
    name: str, days: Sequence[date] = WEEK, hours: tuple[int, int] = (0, 23), **more: Any
) -> Participant:
    """Give someone who is busy between these hours on these days."""
    return someone(name, *((at(day, hours[0]), at(day, hours[1], 59)) for day in days), **more)


def told(those: Sequence[Help]) -> list[tuple[tuple[tuple[Step, str], ...], int]]:
    """Give the changes and the days in the shortest form."""
    return [(tuple((one.step, one.name) for one in each.changes), each.days) for each in those]


def test_without_someone_required_there_would_be_dates() -> None:
    people = (always_busy(MAYOR), someone(ALDERMAN))
    helps = changes_that_help(question(), people, (required(MAYOR), required(ALDERMAN)), FRIDAY)
    assert told(helps) == [(((Step.WITHOUT_NEED, MAYOR),), 5)]


def test_a_portfolio_can_be_dropped_by_its_name() -> None:
    housing = Need("wonen", frozenset({MAYOR, ALDERMAN}), 1, Kind.REQUIRED, "Wonen")
    helps = changes_that_help(question(), (always_busy(MAYOR), always_busy(ALDERMAN)), (housing,), FRIDAY)
    assert told(helps) == [(((Step.WITHOUT_NEED, "Wonen"),), 5)]
    assert helps[0].changes[0].need == housing


def test_a_quorum_is_lowered_by_one_before_someone_is_dropped() -> None:
    leiden = Need("leiden", frozenset({MAYOR, ALDERMAN}), 2, Kind.QUORUM)
    people = (always_busy(MAYOR), someone(ALDERMAN), always_busy(NEIGHBOUR, WEEK[2:]))
    helps = changes_that_help(question(), people, (leiden, required(NEIGHBOUR)), FRIDAY)
    assert told(helps) == [(((Step.LOWER_QUORUM, "leiden"),), 2)]


def test_a_quorum_that_lacks_two_is_not_helped_by_lowering_it() -> None:
    leiden = Need("leiden", frozenset({MAYOR, ALDERMAN}), 2, Kind.QUORUM)
    assert changes_that_help(question(), (always_busy(MAYOR), always_busy(ALDERMAN)), (leiden,), FRIDAY) == ()


def test_an_hour_earlier_or_later_would_help() -> None:
    early = someone(MAYOR, *((at(day, 10), at(day, 17)) for day in WEEK))
    assert told(changes_that_help(question(), (early,), (required(MAYOR),), FRIDAY)) == [
        (((Step.EARLIER, ""),), 5),
        (((Step.WITHOUT_NEED, MAYOR),), 5),
    ]
    late = someone(MAYOR, *((at(day, 9), at(day, 16)) for day in WEEK))
    assert told(changes_that_help(question(), (late,), (required(MAYOR),), FRIDAY))[0] == (
        ((Step.LATER, ""),),
        5,
    )


def test_opening_hours_do_not_move_over_midnight() -> None:
    whole_day = question(hours=dict.fromkeys(range(5), (time(0, 30), time(23, 30))))
    helps = changes_that_help(whole_day, (always_busy(MAYOR),), (required(MAYOR),), FRIDAY)
    assert told(helps) == [(((Step.WITHOUT_NEED, MAYOR),), 5)]


def test_half_an_hour_shorter_would_help() -> None:
    busy = someone(MAYOR, *((at(day, 10, 30), at(day, 17)) for day in WEEK))
    helps = told(changes_that_help(question(), (busy,), (required(MAYOR),), FRIDAY))
    assert (((Step.SHORTER, ""),), 5) in helps


def test_without_travel_there_would_be_dates() -> None:
    mornings = [(at(day, 8), at(day, 10)) for day in WEEK]
    afternoons = [(at(day, 12), at(day, 19)) for day in WEEK]
    busy = someone(MAYOR, *mornings, *afternoons, travel=45)
    helps = told(changes_that_help(question(), (busy,), (required(MAYOR),), FRIDAY))
    assert helps == [(((Step.NO_TRAVEL, ""),), 5), (((Step.WITHOUT_NEED, MAYOR),), 5)]


def test_a_longer_period_is_tried_only_as_far_as_calendars_are_known() -> None:
    people, needs = (always_busy(MAYOR),), (required(MAYOR),)
    known = told(changes_that_help(question(), people, needs, FRIDAY + timedelta(weeks=2)))
    assert known == [(((Step.LONGER_PERIOD, ""),), 10), (((Step.WITHOUT_NEED, MAYOR),), 5)]
    unknown = told(changes_that_help(question(), people, needs, FRIDAY + timedelta(days=13)))
    assert unknown == [(((Step.WITHOUT_NEED, MAYOR),), 5)]


def test_holidays_could_be_allowed() -> None:
    free_on_monday = always_busy(MAYOR, WEEK[1:])
    asked = question(public_holidays={MONDAY: "Feestdag"})
    assert told(changes_that_help(asked, (free_on_monday,), (required(MAYOR),), FRIDAY)) == [
        (((Step.WITHOUT_NEED, MAYOR),), 4),
        (((Step.PUBLIC_HOLIDAYS, ""),), 1),
    ]
    school = question(school_holidays={MONDAY: "Vakantie"}, school=Holidays.EXCLUDE)
    assert told(changes_that_help(school, (free_on_monday,), (required(MAYOR),), FRIDAY))[0] == (
        ((Step.SCHOOL_HOLIDAYS, ""),),
        1,
    )


def test_a_closure_could_be_dropped_by_its_name_with_all_its_times() -> None:
    closed = tuple(Closed(at(day, 0), at(day, 23, 59), "college Leiden") for day in WEEK)
    assert told(changes_that_help(question(closed=closed), (), (), FRIDAY)) == [
        (((Step.WITHOUT_CLOSURE, "college Leiden"),), 5)
    ]


def test_dropping_one_closure_leaves_the_others() -> None:
    college = Closed(at(MONDAY, 0), at(FRIDAY, 23), "college Leiden")
    council = Closed(at(MONDAY, 0), at(TUESDAY, 23), "raad Leiden")
    assert told(changes_that_help(question(closed=(college, council)), (), (), FRIDAY)) == [
        (((Step.WITHOUT_CLOSURE, "college Leiden"),), 3)
    ]


def test_where_no_single_change_helps_two_together_may() -> None:
    people = (always_busy(MAYOR), always_busy(ALDERMAN))
    needs = (required(MAYOR), required(ALDERMAN))
    assert told(changes_that_help(question(), people, needs, FRIDAY)) == [
        (((Step.WITHOUT_NEED, MAYOR), (Step.WITHOUT_NEED, ALDERMAN)), 5)
    ]
    closed = (Closed(at(MONDAY, 0), at(FRIDAY, 23, 59), "reces"),)
    asked = replace(question(closed=closed), public_holidays=dict.fromkeys(WEEK, "Feest"))
    assert told(changes_that_help(asked, (), (), FRIDAY)) == [
        (((Step.PUBLIC_HOLIDAYS, ""), (Step.WITHOUT_CLOSURE, "reces")), 5)
    ]
    mixed = changes_that_help(question(closed=closed), people[:1], needs[:1], FRIDAY)
    assert told(mixed) == [(((Step.WITHOUT_CLOSURE, "reces"), (Step.WITHOUT_NEED, MAYOR)), 5)]


def test_what_stands_in_the_way_is_told_with_how_often() -> None:
    leiden = Need("leiden", frozenset({MAYOR, ALDERMAN}), 2, Kind.QUORUM, "Leiden")
    asked = question(
        public_holidays={MONDAY: "Feestdag"}, closed=(Closed(at(TUESDAY, 9), at(TUESDAY, 10), "college"),)
    )
    result = found(
        asked, always_busy(MAYOR), someone(ALDERMAN), someone(NEIGHBOUR), needs=(leiden, required(NEIGHBOUR))
    )
    assert [(one.reason, one.name, one.starts) for one in hindrances(result)] == [
        (Reason.NO_QUORUM, "Leiden", 35),
        (Reason.PUBLIC_HOLIDAY, "Feestdag", 7),
        (Reason.CLOSED, "college", 1),
    ]
