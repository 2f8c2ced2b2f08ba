"""Which moments are proposed for a meeting."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from agenda.dates.queries import calendars
from agenda.dates.rules import USUAL_HOURS, Engagement, days_between, engaged_at, exists, suggest

ZONE = "Europe/Amsterdam"
QUARTER = days_between(date(2019, 1, 1), date(2019, 3, 31))


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo(ZONE)).astimezone(UTC)


def test_the_first_quarter_has_ninety_days() -> None:
    assert len(QUARTER) == 90
    assert days_between(date(2019, 2, 2), date(2019, 2, 1)) == []


def test_no_weekend_and_no_public_holiday_is_proposed() -> None:
    closed, school = calendars(QUARTER[0], QUARTER[-1])
    found = suggest(QUARTER, 120, ZONE, [], closed, school, most=90)
    days = {s.starts_at.astimezone(ZoneInfo(ZONE)).date() for s in found}
    assert all(day.weekday() < 5 for day in days)
    assert date(2019, 1, 1) not in days
    assert date(2019, 1, 2) in days


def test_school_holidays_come_after_all_other_days() -> None:
    school = dict.fromkeys(days_between(date(2019, 2, 23), date(2019, 3, 3)), "Voorjaarsvakantie")
    found = suggest(QUARTER, 120, ZONE, [], {}, school, most=90)
    marks = [s.school_holiday is not None for s in found]
    assert marks == sorted(marks)
    assert any(marks)


def test_a_day_on_which_someone_sits_elsewhere_comes_later_or_at_another_hour() -> None:
    day = date(2019, 1, 7)
    busy = [Engagement(person, local(day, 9), local(day, 12)) for person in (1, 2)]
    (found,) = suggest([day], 120, ZONE, busy, {}, {})
    assert found.starts_at == local(day, 13, 30)
    assert found.engaged == frozenset()


def test_who_sits_elsewhere_all_day_is_named() -> None:
    day = date(2019, 1, 7)
    (found,) = suggest([day], 120, ZONE, [Engagement(7, local(day, 8), local(day, 20))], {}, {})
    assert found.engaged == {7}


def test_a_meeting_that_ends_as_the_next_begins_is_no_clash() -> None:
    day = date(2019, 1, 7)
    engagement = Engagement(1, local(day, 9), local(day, 10))
    assert engaged_at(local(day, 10), local(day, 11), [engagement]) == frozenset()
    assert engaged_at(local(day, 9, 59), local(day, 11), [engagement]) == {1}


def test_the_hour_that_march_skips_does_not_exist() -> None:
    assert not exists(date(2019, 3, 31), time(2, 30), ZONE)
    assert exists(date(2019, 3, 31), time(3, 30), ZONE)
    assert exists(date(2019, 10, 27), time(2, 30), ZONE)


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
    found = suggest(days, minutes, ZONE, [], {}, {}, most=most)
    local_times = [s.starts_at.astimezone(ZoneInfo(ZONE)) for s in found]
    assert len(found) <= most
    assert len({t.date() for t in local_times}) == len(found)
    assert all(t.time() in USUAL_HOURS for t in local_times)
    assert [s.rank for s in found] == sorted(s.rank for s in found)
    assert all(s.ends_at - s.starts_at == timedelta(minutes=minutes) for s in found)
