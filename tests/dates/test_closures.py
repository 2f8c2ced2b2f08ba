"""When nobody can meet: closures as moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from agenda.dates.closures import closed_days, closed_times
from agenda.dates.model import ClosureKind

AMSTERDAM = "Europe/Amsterdam"
QUARTER = (date(2019, 1, 1), date(2019, 3, 31))


@dataclass(frozen=True)
class Rule:
    """A closure without a database."""

    kind: ClosureKind
    weekday: int | None = None
    month: int | None = None
    day_of_month: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    begins: time | None = None
    ends: time | None = None


TUESDAYS = Rule(ClosureKind.WEEKLY, weekday=1, begins=time(9), ends=time(12))


def test_a_weekly_meeting_closes_the_same_hours_of_every_such_day() -> None:
    found = closed_times([(TUESDAYS, "Collegevergadering")], *QUARTER, AMSTERDAM)
    assert len(found) == 13
    assert {one.why for one in found} == {"Collegevergadering"}
    assert found[0].starts_at == datetime(2019, 1, 1, 8, tzinfo=UTC)
    assert found[0].ends_at == datetime(2019, 1, 1, 11, tzinfo=UTC)


def test_it_begins_at_the_same_hour_of_the_clock_after_the_clock_changed() -> None:
    around = closed_times([(TUESDAYS, "")], date(2019, 3, 26), date(2019, 4, 2), AMSTERDAM)
    assert [one.starts_at.hour for one in around] == [8, 7]
    assert all(one.ends_at - one.starts_at == timedelta(hours=3) for one in around)


def test_a_whole_day_is_as_long_as_that_day() -> None:
    sundays = Rule(ClosureKind.WEEKLY, weekday=6)
    spring, autumn = (
        closed_times([(sundays, "")], day, day, AMSTERDAM)[0]
        for day in (date(2019, 3, 31), date(2019, 10, 27))
    )
    assert spring.ends_at - spring.starts_at == timedelta(hours=23)
    assert autumn.ends_at - autumn.starts_at == timedelta(hours=25)


def test_a_weekly_closure_holds_only_within_its_days() -> None:
    rule = Rule(ClosureKind.WEEKLY, 1, first_day=date(2019, 1, 2), last_day=date(2019, 1, 15))
    assert list(closed_days(rule, *QUARTER)) == [date(2019, 1, 8), date(2019, 1, 15)]


def test_the_third_of_october_comes_every_year() -> None:
    rule = Rule(ClosureKind.YEARLY, month=10, day_of_month=3)
    years = list(closed_days(rule, date(2018, 10, 3), date(2020, 10, 2)))
    assert years == [date(2018, 10, 3), date(2019, 10, 3)]


def test_the_29th_of_february_comes_in_leap_years_only() -> None:
    rule = Rule(ClosureKind.YEARLY, month=2, day_of_month=29)
    assert list(closed_days(rule, date(2019, 1, 1), date(2021, 12, 31))) == [date(2020, 2, 29)]


def test_once_is_from_a_day_to_a_day_at_its_hours() -> None:
    days = {"first_day": date(2018, 12, 30), "last_day": date(2019, 1, 2)}
    rule = Rule(ClosureKind.ONCE, **days, begins=time(19), ends=time())
    found = closed_times([(rule, "")], *QUARTER, AMSTERDAM)
    # What ends at 00:00 ends at midnight.
    assert [(one.starts_at.day, one.ends_at - one.starts_at) for one in found] == [
        (1, timedelta(hours=5)),
        (2, timedelta(hours=5)),
    ]


def test_a_period_that_ends_before_it_begins_has_no_closures() -> None:
    for rule in (TUESDAYS, Rule(ClosureKind.YEARLY, month=1, day_of_month=1)):
        assert closed_times([(rule, "")], date(2019, 2, 1), date(2019, 1, 1), AMSTERDAM) == ()


@given(
    first=st.dates(date(1990, 1, 1), date(2060, 1, 1)),
    length=st.integers(0, 800),
    weekday=st.integers(0, 6),
    month=st.integers(1, 12),
    number=st.integers(1, 29),
)
def test_the_days_are_those_that_a_look_at_every_day_gives(
    first: date, length: int, weekday: int, month: int, number: int
) -> None:
    days = [first + timedelta(days=n) for n in range(length + 1)]
    weekly = Rule(ClosureKind.WEEKLY, weekday=weekday)
    yearly = Rule(ClosureKind.YEARLY, month=month, day_of_month=number)
    assert list(closed_days(weekly, days[0], days[-1])) == [d for d in days if d.weekday() == weekday]
    wanted = [d for d in days if (d.month, d.day) == (month, number)]
    assert list(closed_days(yearly, days[0], days[-1])) == wanted


@given(
    day=st.dates(date(2000, 1, 1), date(2037, 12, 31)), begins=st.integers(0, 22), hours=st.integers(1, 23)
)
def test_hours_are_those_that_the_clock_shows(day: date, begins: int, hours: int) -> None:
    ends = min(begins + hours, 23)
    rule = Rule(ClosureKind.ONCE, first_day=day, last_day=day, begins=time(begins), ends=time(ends))
    (found,) = closed_times([(rule, "")], day, day, AMSTERDAM)
    zone = ZoneInfo(AMSTERDAM)
    local = found.starts_at.astimezone(zone)
    # In spring the clock skips two to three: what begins then begins at three.
    assert local.time() in {time(begins), time(3)}
    assert found.starts_at <= found.ends_at
