"""When a reminder is due: in civil days, once, and never two for one thing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.working_days import on_or_before
from agenda.reminders.rules import (
    KINDS,
    USUAL_DAYS,
    Occasion,
    due,
    due_moment,
    plan,
    read_days,
)

ZONE = "Europe/Amsterdam"
LONG_AGO = datetime(2018, 1, 1, tzinfo=UTC)
DAYS = {(1, "no_answer"): [-7, -2]}


def occasion(day: date, people: frozenset[int] = frozenset({1, 2}), since: datetime = LONG_AGO) -> Occasion:
    return Occasion("no_answer", "meeting", 5, 1, ZONE, day, since, people, "/meetings/5")


def moment(day: date, days: int) -> datetime:
    found = due_moment(day, days, ZONE)
    assert found is not None
    return found


def test_a_day_beyond_the_calendar_is_skipped_and_silences_nobody_else() -> None:
    far = [occasion(date.max), occasion(date.min), occasion(date(2019, 2, 14))]
    planned = plan(far, {(1, "no_answer"): [-7, 365]})
    assert {r.occasion.day for r in planned} >= {date(2019, 2, 14)}
    assert due_moment(date.max, 1, ZONE) is None
    assert due_moment(date.min, -1, ZONE) is None


def test_eight_in_the_morning_stays_eight_over_both_clock_changes() -> None:
    for day in (date(2019, 3, 31), date(2019, 4, 1), date(2019, 10, 27), date(2019, 10, 28)):
        for days in (-2, -1, 0, 1):
            local = moment(day, days).astimezone(ZoneInfo(ZONE))
            assert (local.hour, local.minute) == (8, 0)
            asked = day + timedelta(days=days)
            assert local.date() == (on_or_before(asked) if days < 0 else asked)


@pytest.mark.parametrize(
    ("day", "days", "told"),
    [
        # A Monday: Friday, and not Sunday. The first working day after Easter, and after Christmas.
        (date(2019, 2, 18), -1, date(2019, 2, 15)),
        (date(2019, 4, 23), -1, date(2019, 4, 18)),
        (date(2018, 12, 27), -1, date(2018, 12, 24)),
        # What comes after its day can wait for the letter of the next working day.
        (date(2019, 2, 15), 1, date(2019, 2, 16)),
        (date(2019, 2, 16), 0, date(2019, 2, 16)),
    ],
)
def test_what_is_at_hand_is_told_on_a_working_day_before_it(day: date, days: int, told: date) -> None:
    assert moment(day, days).date() == told


def test_of_two_days_that_fall_on_one_morning_only_the_nearest_is_told() -> None:
    planned = plan([occasion(date(2019, 2, 18), frozenset({1}))], {(1, "no_answer"): [-1, -2, -3]})
    assert [(r.days, r.due_at.date()) for r in planned] == [(-1, date(2019, 2, 15))]


def test_a_day_before_the_first_of_march_in_a_leap_year_is_the_twenty_ninth() -> None:
    assert moment(date(2024, 3, 1), -1).date() == date(2024, 2, 29)


def test_seven_and_two_days_before_each_person_is_reminded() -> None:
    planned = plan([occasion(date(2019, 2, 14))], DAYS)
    assert [(r.due_at.date(), r.person_id) for r in planned] == [
        (date(2019, 2, 7), 1),
        (date(2019, 2, 7), 2),
        (date(2019, 2, 12), 1),
        (date(2019, 2, 12), 2),
    ]


def test_what_came_after_the_day_is_not_nagged_about_at_once() -> None:
    since = datetime(2019, 2, 10, 12, tzinfo=UTC)
    planned = plan([occasion(date(2019, 2, 14), since=since)], DAYS)
    assert {r.days for r in planned} == {-2}


def test_a_worker_that_slept_says_only_the_last_of_what_it_missed() -> None:
    planned = plan([occasion(date(2019, 2, 14))], DAYS)
    now = datetime(2019, 2, 13, 12, tzinfo=UTC)
    assert {r.days for r in due(planned, now, ())} == {-2}


def test_what_went_does_not_go_again() -> None:
    planned = plan([occasion(date(2019, 2, 14))], DAYS)
    now = datetime(2019, 2, 12, 12, tzinfo=UTC)
    gone = {r.key for r in due(planned, now, ())}
    assert due(planned, now, gone) == []


def test_nothing_is_due_before_its_morning() -> None:
    planned = plan([occasion(date(2019, 2, 14))], DAYS)
    eight = moment(date(2019, 2, 14), -7)
    assert due(planned, eight - timedelta(seconds=1), ()) == []
    assert len(due(planned, eight, ())) == 2


def test_another_date_for_the_meeting_is_another_occasion() -> None:
    one, two = (plan([occasion(day)], DAYS)[0].key for day in (date(2019, 2, 14), date(2019, 2, 15)))
    assert one != two


@given(
    day=st.dates(date(2018, 1, 1), date(2030, 12, 31)),
    days=st.lists(st.integers(-60, 60), unique=True, max_size=6),
    people=st.frozensets(st.integers(1, 5), min_size=1),
    asks=st.lists(st.integers(0, 24 * 150), max_size=30),
)
def test_however_often_the_worker_looks_nobody_hears_the_same_twice(
    day: date, days: list[int], people: frozenset[int], asks: list[int]
) -> None:
    planned = plan([occasion(day, people)], {(1, "no_answer"): days})
    begin = moment(day, -70)
    gone: list[str] = []
    for hours in sorted(asks):
        gone += [r.key for r in due(planned, begin + timedelta(hours=hours), gone)]
    assert len(gone) == len(set(gone))


@given(
    day=st.dates(date(2018, 1, 1), date(2030, 12, 31)),
    days=st.lists(st.integers(-60, 60), unique=True, max_size=6),
)
def test_a_worker_that_looks_every_hour_misses_nothing(day: date, days: list[int]) -> None:
    planned = plan([occasion(day)], {(1, "no_answer"): days})
    begin = moment(day, -61)
    gone: set[str] = set()
    for hours in range(24 * 123):
        gone |= {r.key for r in due(planned, begin + timedelta(hours=hours), gone)}
    assert gone == {r.key for r in planned}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("-7, -2", [-7, -2]),
        ("", []),
        ("1;3", [1, 3]),
        ("-7,-7", [-7]),
        ("zeven", None),
        ("-400", None),
        ("1.5", None),
    ],
)
def test_days_are_read_as_typed(typed: str, read: list[int] | None) -> None:
    assert read_days(typed) == read


def test_every_kind_has_its_usual_days() -> None:
    assert set(USUAL_DAYS) == set(KINDS)
    assert all(USUAL_DAYS.values())
