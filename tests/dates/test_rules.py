"""Which moments are proposed for a meeting."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from agenda.dates.queries import calendar
from agenda.dates.rules import (
    USUAL_HOURS,
    Calendar,
    Engagement,
    Suggestion,
    days_between,
    engaged_at,
    suggest,
)

ZONE = "Europe/Amsterdam"
NOTHING = Calendar({}, {})
QUARTER = days_between(date(2019, 1, 1), date(2019, 3, 31))


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo(ZONE)).astimezone(UTC)


def test_the_first_quarter_has_ninety_days() -> None:
    assert len(QUARTER) == 90
    assert days_between(date(2019, 2, 2), date(2019, 2, 1)) == []


def test_no_weekend_and_no_public_holiday_is_proposed() -> None:
    found = suggest(QUARTER, 120, ZONE, [], calendar(QUARTER[0], QUARTER[-1]), most=90)
    days = {s.starts_at.astimezone(ZoneInfo(ZONE)).date() for s in found}
    assert all(day.weekday() < 5 for day in days)
    assert date(2019, 1, 1) not in days
    assert date(2019, 1, 2) in days


def test_school_holidays_come_after_all_other_days() -> None:
    school = dict.fromkeys(days_between(date(2019, 2, 23), date(2019, 3, 3)), "Voorjaarsvakantie")
    found = suggest(QUARTER, 120, ZONE, [], Calendar({}, school), most=90)
    marks = [s.school_holiday is not None for s in found]
    assert marks == sorted(marks)
    assert any(marks)


def test_a_day_on_which_someone_sits_elsewhere_comes_later_or_at_another_hour() -> None:
    day = date(2019, 1, 7)
    busy = [Engagement(person, local(day, 9), local(day, 12)) for person in (1, 2)]
    (found,) = suggest([day], 120, ZONE, busy, NOTHING)
    assert found.starts_at == local(day, 13, 30)
    assert found.engaged == frozenset()


def test_who_sits_elsewhere_all_day_is_named() -> None:
    day = date(2019, 1, 7)
    (found,) = suggest([day], 120, ZONE, [Engagement(7, local(day, 8), local(day, 20))], NOTHING)
    assert found.engaged == {7}


def test_a_meeting_that_ends_as_the_next_begins_is_no_clash() -> None:
    day = date(2019, 1, 7)
    engagement = Engagement(1, local(day, 9), local(day, 10))
    assert engaged_at(local(day, 10), local(day, 11), [engagement]) == frozenset()
    assert engaged_at(local(day, 9, 59), local(day, 11), [engagement]) == {1}


def on(found: list[Suggestion]) -> list[date]:
    return [s.starts_at.astimezone(ZoneInfo(ZONE)).date() for s in found]


def test_twelve_proposals_lie_in_every_week_outside_the_holidays_and_on_every_weekday() -> None:
    found = suggest(QUARTER, 120, ZONE, [], calendar(QUARTER[0], QUARTER[-1]))
    assert len(found) == 12
    assert len({day.isocalendar()[:2] for day in on(found)}) == 11
    assert {day.weekday() for day in on(found)} == {0, 1, 2, 3, 4}


def test_what_leaves_time_to_prepare_stands_first_and_short_notice_says_so() -> None:
    prepared = Calendar({}, {}, prepared_from=date(2019, 1, 29))
    found = suggest(QUARTER, 120, ZONE, [], prepared)
    assert on(found)[0] >= date(2019, 1, 29)
    assert all(s.short_notice == (day < date(2019, 1, 29)) for s, day in zip(found, on(found), strict=True))
    marks = [s.short_notice for s in found]
    assert any(marks)
    assert marks == sorted(marks)


def test_in_a_short_window_every_workday_is_proposed() -> None:
    week = days_between(date(2019, 2, 4), date(2019, 2, 10))
    assert on(suggest(week, 120, ZONE, [], NOTHING)) == week[:5]


def test_a_week_in_which_everyone_is_away_comes_last() -> None:
    weeks = days_between(date(2019, 2, 4), date(2019, 2, 22))
    away = [Engagement(p, local(date(2019, 2, 11), 0), local(date(2019, 2, 16), 0)) for p in range(30)]
    found = suggest(weeks, 120, ZONE, away, NOTHING, most=3)
    assert [len(s.engaged) for s in found] == [0, 0, 30]


def test_the_hour_at_which_the_body_usually_meets_is_kept_where_it_suits() -> None:
    days = days_between(date(2019, 2, 4), date(2019, 2, 5))
    busy = [Engagement(1, local(days[0], 10), local(days[0], 12))]
    found = suggest(days, 60, ZONE, busy, NOTHING, hour=time(10))
    assert [s.starts_at for s in found] == [local(days[0], 13, 30), local(days[1], 10)]


@given(
    first=st.dates(date(2018, 1, 1), date(2029, 12, 31)),
    length=st.integers(0, 120),
    minutes=st.integers(15, 600),
    most=st.integers(1, 20),
)
def test_proposals_are_ranked_one_a_day_and_at_usual_hours(
    first: date, length: int, minutes: int, most: int
) -> None:
    days = days_between(first, first + timedelta(days=length))
    found = suggest(days, minutes, ZONE, [], NOTHING, most=most)
    local_times = [s.starts_at.astimezone(ZoneInfo(ZONE)) for s in found]
    assert len(found) <= most
    assert len({t.date() for t in local_times}) == len(found)
    assert all(t.time() in USUAL_HOURS for t in local_times)
    assert [s.rank for s in found] == sorted(s.rank for s in found)
    assert all(s.ends_at - s.starts_at == timedelta(minutes=minutes) for s in found)
