"""Each hard rule and each wish of the ranking, one at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from agenda.dates.question import Closed, Holidays, Kind, Need
from agenda.dates.slots import Obstacle, Reason, days, nearest
from tests.dates.ranking.example import (
    ALDERMAN,
    FRIDAY,
    MAYOR,
    MONDAY,
    NEIGHBOUR,
    TUESDAY,
    WEDNESDAY,
    at,
    found,
    local,
    question,
    required,
    someone,
)

ONE_DAY = question(last=MONDAY)


def test_a_meeting_lies_within_opening_hours() -> None:
    slots = found(ONE_DAY).best(20)
    assert [local(one) for one in slots] == [(11, hour, 0) for hour in range(9, 16)]
    assert slots[-1].ends_at == at(MONDAY, 17)


def test_steps_are_counted_from_the_opening() -> None:
    asked = question(last=MONDAY, step=45, hours={0: (time(9, 10), time(12))})
    assert [local(one)[1:] for one in found(asked).best(20)] == [(9, 10), (9, 55)]


def test_a_day_that_closes_at_midnight_closes_at_its_end() -> None:
    asked = question(last=MONDAY, hours={0: (time(21), time())})
    assert [local(one)[1:] for one in found(asked).best(20)] == [(21, 0), (22, 0)]


def test_without_people_every_start_counts() -> None:
    result = found(question())
    assert (result.considered, len(result.order), result.days) == (35, 35, 5)


def test_a_period_without_open_days_has_no_starts() -> None:
    result = found(question(hours={6: (time(9), time(17))}), someone(MAYOR), needs=(required(MAYOR),))
    assert (result.considered, result.best(5), nearest(result)) == (0, (), ())
    assert {one.why for one in days(result)} == {Reason.NOTHING_OPEN}


def test_a_period_that_ends_before_it_begins_has_no_days() -> None:
    result = found(question(first=TUESDAY, last=MONDAY))
    assert (result.considered, days(result)) == (0, ())


def test_nothing_is_found_before_the_earliest_moment() -> None:
    slots = found(question(not_before=at(TUESDAY, 13, 1))).best(1)
    assert local(slots[0]) == (12, 14, 0)


def test_a_public_holiday_is_no_day_and_its_name_is_told() -> None:
    result = found(question(public_holidays={MONDAY: "Feestdag"}))
    assert result.excluded[Reason.PUBLIC_HOLIDAY] == 7
    assert (days(result)[0].why, days(result)[0].name) == (Reason.PUBLIC_HOLIDAY, "Feestdag")


def test_an_avoided_holiday_comes_after_all_others_with_its_name() -> None:
    asked = question(school_holidays={MONDAY: "Voorjaarsvakantie"}, public_holidays={MONDAY: "Feestdag"})
    slots = found(replace(asked, public=Holidays.AVOID)).best(50)
    assert [one.avoided for one in slots] == [None] * 28 + ["Feestdag, Voorjaarsvakantie"] * 7
    only_school = found(replace(asked, public=Holidays.IGNORE)).best(50)
    assert only_school[-1].avoided == "Voorjaarsvakantie"
    ignored = found(replace(asked, public=Holidays.IGNORE, school=Holidays.IGNORE)).best(1)
    assert local(ignored[0]) == (11, 9, 0)


def test_school_holidays_can_be_excluded() -> None:
    asked = question(school_holidays={MONDAY: "Voorjaarsvakantie"}, school=Holidays.EXCLUDE)
    assert found(asked).excluded[Reason.SCHOOL_HOLIDAY] == 7


def test_nobody_meets_while_it_is_closed() -> None:
    closed = Closed(at(MONDAY, 10), at(MONDAY, 11, 1), "college Leiden")
    result = found(question(last=MONDAY, closed=(closed,)))
    assert [local(one)[1] for one in result.best(20)] == [12, 13, 14, 15]
    assert result.excluded[Reason.CLOSED] == 3
    assert nearest(result)[0].in_the_way == (Obstacle(Reason.CLOSED, "college Leiden"),)


def test_of_two_closures_the_first_is_named() -> None:
    college = Closed(at(MONDAY, 9), at(MONDAY, 17), "college Leiden")
    council = Closed(at(MONDAY, 8), at(MONDAY, 18), "raad Leiden")
    result = found(question(last=MONDAY, closed=(college, council)))
    assert days(result)[0].name == "college Leiden"


def test_busy_times_that_overlap_make_one_person_absent_once() -> None:
    morning, within, noon = ((9, 14), (9, 10), (12, 13))
    mayor = someone(MAYOR, *((at(MONDAY, begin), at(MONDAY, end)) for begin, end in (morning, within, noon)))
    slots = found(ONE_DAY, mayor, someone(ALDERMAN)).best(20)
    assert {(one.free, one.absent) for one in slots} == {(1, (MAYOR,)), (2, ())}


def test_each_of_many_people_has_a_calendar_of_their_own() -> None:
    crowd = [someone(f"lid{n}", (at(MONDAY, 9), at(MONDAY, 10 + n % 3))) for n in range(150)]
    at_eleven = next(one for one in found(ONE_DAY, *crowd).best(20) if local(one)[1] == 11)
    assert at_eleven.absent == tuple(f"lid{n}" for n in range(150) if n % 3 == 2)


def test_someone_required_must_be_free() -> None:
    mayor = someone(MAYOR, (at(MONDAY, 9), at(MONDAY, 12)))
    result = found(ONE_DAY, mayor, someone(ALDERMAN), needs=(required(MAYOR),))
    assert local(result.best(1)[0]) == (11, 12, 0)
    assert result.excluded[Reason.REQUIRED_ABSENT] == 3


def test_travel_must_be_free_before_and_after() -> None:
    mayor = someone(MAYOR, (at(MONDAY, 9), at(MONDAY, 10)), (at(MONDAY, 14), at(MONDAY, 15)), travel=30)
    result = found(question(last=MONDAY, step=30), mayor, needs=(required(MAYOR),))
    assert [local(one)[1:] for one in result.best(20)] == [(10, 30), (11, 0), (11, 30)]


def test_busy_time_counts_to_the_minute() -> None:
    mayor = someone(MAYOR, (at(MONDAY, 9), at(MONDAY, 10, 1)))
    result = found(ONE_DAY, mayor, needs=(required(MAYOR),))
    assert local(result.best(1)[0]) == (11, 11, 0)


def test_each_college_has_its_quorum() -> None:
    leiden = Need("leiden", frozenset({MAYOR, ALDERMAN}), 2, Kind.QUORUM, "Leiden")
    away = someone(ALDERMAN, (at(MONDAY, 9), at(MONDAY, 14)))
    result = found(ONE_DAY, someone(MAYOR), away, someone(NEIGHBOUR), needs=(leiden,))
    best = result.best(1)[0]
    assert (local(best), best.present) == ((11, 14, 0), (2,))
    assert result.excluded[Reason.NO_QUORUM] == 5
    near = nearest(result)[0]
    assert near.in_the_way == (Obstacle(Reason.NO_QUORUM, "Leiden", leiden, 1),)
    assert (near.free, near.absent) == (2, (ALDERMAN,))


def test_one_of_those_who_hold_a_portfolio_is_enough() -> None:
    housing = Need("wonen", frozenset({MAYOR, NEIGHBOUR}), 1, Kind.REQUIRED, "wonen")
    one = someone(MAYOR, (at(MONDAY, 9), at(MONDAY, 12)))
    other = someone(NEIGHBOUR, (at(MONDAY, 12), at(MONDAY, 14)))
    result = found(ONE_DAY, one, other, needs=(housing,))
    # From eleven both would miss a part.
    assert sorted(local(slot)[1] for slot in result.best(20)) == [9, 10, 12, 13, 14, 15]


def test_what_more_than_everyone_would_have_to_meet_is_never_met() -> None:
    result = found(ONE_DAY, someone(MAYOR), needs=(Need("x", frozenset({MAYOR}), 2, Kind.QUORUM),))
    assert result.excluded[Reason.NO_QUORUM] == result.considered


def test_most_people_come_first_then_the_earliest() -> None:
    mayor = someone(MAYOR, (at(MONDAY, 9), at(MONDAY, 13)))
    slots = found(ONE_DAY, mayor, someone(ALDERMAN)).best(20)
    assert [(local(one)[1], one.free) for one in slots] == [
        (13, 2), (14, 2), (15, 2), (9, 1), (10, 1), (11, 1), (12, 1),
    ]  # fmt: skip


def test_unwanted_days_and_short_notice_order_only_what_suits_as_many() -> None:
    asked = question(unwanted={TUESDAY: "stukken"}, prepared_from=TUESDAY, step=480)
    slots = found(asked).best(5)
    assert [local(one)[0] for one in slots] == [13, 14, 15, 11, 12]
    assert [one.short_notice for one in slots] == [False, False, False, True, False]
    assert [one.unwanted for one in slots] == [None, None, None, None, "stukken"]
    busy = someone(MAYOR, (at(WEDNESDAY, 9), at(date(2019, 2, 16), 9)))
    assert [local(one)[0] for one in found(asked, busy).best(5)] == [11, 12, 13, 14, 15]


def test_usual_hours_come_before_others_that_suit_as_many() -> None:
    asked = question(last=TUESDAY, usual_hours=(time(14), time(10)))
    slots = found(asked).best(5)
    assert [local(one)[:2] for one in slots] == [(11, 14), (12, 14), (11, 10), (12, 10), (11, 9)]


def test_a_slot_keeps_its_length_when_the_clock_changes() -> None:
    sunday = date(2019, 3, 31)
    asked = question(first=sunday, last=sunday, hours={6: (time(1), time(5))}, step=30)
    slots = found(asked).best(20)
    # There is no half past two, and from one to four are two hours.
    assert [local(one)[1:] for one in slots] == [(1, 0), (1, 30), (3, 0)]
    assert slots[0].ends_at == at(sunday, 4)


def test_in_the_hour_that_comes_twice_both_moments_count() -> None:
    sunday = date(2019, 10, 27)
    asked = question(first=sunday, last=sunday, hours={6: (time(2), time(3))}, minutes=30, step=30)
    slots = found(asked).best(20)
    assert [local(one)[1:] for one in slots] == [(2, 0), (2, 30), (2, 0), (2, 30)]
    assert len({one.starts_at for one in slots}) == 4


def test_fewest_people_lacking_is_nearest_and_a_holiday_is_further_away() -> None:
    asked = question(last=TUESDAY, public_holidays={MONDAY: "Feestdag"}, step=480)
    both = [someone(name, (at(TUESDAY, 9), at(TUESDAY, 11))) for name in (MAYOR, NEIGHBOUR)]
    near = nearest(found(asked, *both, needs=(required(MAYOR), required(NEIGHBOUR))))
    assert [local(one)[0] for one in near] == [12, 11]
    assert [one.name for one in near[0].in_the_way] == [MAYOR, NEIGHBOUR]


def test_a_day_shows_its_best_slot_or_what_is_in_the_way() -> None:
    mayor = someone(MAYOR, (at(TUESDAY, 9), at(TUESDAY, 17)), (at(MONDAY, 9), at(MONDAY, 11)))
    monday, tuesday, *_ = days(found(question(last=FRIDAY), mayor, needs=(required(MAYOR),)))
    assert monday.slot is not None
    assert (monday.starts, local(monday.slot), monday.why) == (5, (11, 11, 0), None)
    assert (tuesday.starts, tuesday.why, tuesday.name) == (0, Reason.REQUIRED_ABSENT, MAYOR)
