"""When somebody may be written to: at their hour, on working days, not on leave, never by night."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.working_days import is_working_day
from agenda.reminders.moments import FIRST_HOUR, LAST_HOUR, NIGHT, Wish, may_write, next_moment

ZONE = "Europe/Amsterdam"
MOMENTS = st.datetimes(
    datetime(2018, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2031, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
DAYS = st.dates(date(2018, 1, 1), date(2031, 1, 1))
LEAVES = st.lists(
    st.tuples(DAYS, st.integers(0, 400)).map(lambda one: (one[0], one[0] + timedelta(days=one[1]))),
    max_size=4,
)
WISHES = st.builds(Wish, st.integers(FIRST_HOUR, LAST_HOUR), LEAVES.map(tuple))


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(ZONE))


@given(after=MOMENTS, wish=WISHES)
def test_the_next_moment_is_never_earlier_and_always_allowed(after: datetime, wish: Wish) -> None:
    found = next_moment(after, wish, ZONE)
    assert found is not None
    assert found >= after
    assert may_write(found, wish, ZONE)
    local = found.astimezone(ZoneInfo(ZONE))
    assert is_working_day(local.date())
    assert wish.hour <= local.hour < NIGHT.hour
    assert not any(first <= local.date() <= last for first, last in wish.leave)


@given(after=MOMENTS, wish=WISHES, part=st.floats(0, 1))
def test_no_moment_before_the_next_one_is_allowed(after: datetime, wish: Wish, part: float) -> None:
    found = next_moment(after, wish, ZONE)
    assert found is not None
    between = after + (found - after) * part
    assert between == found or not may_write(between, wish, ZONE)


@given(after=MOMENTS, wish=WISHES)
def test_asking_again_at_the_next_moment_gives_that_moment(after: datetime, wish: Wish) -> None:
    found = next_moment(after, wish, ZONE)
    assert found is not None
    assert next_moment(found, wish, ZONE) == found


@pytest.mark.parametrize(
    ("after", "wish", "next_one"),
    [
        ("2019-02-14T07:59:59", Wish(), "2019-02-14T08:00:00"),
        ("2019-02-14T20:59:00", Wish(), "2019-02-14T20:59:00"),
        # Friday night, over the weekend.
        ("2019-02-15T21:00:00", Wish(), "2019-02-18T08:00:00"),
        # Easter and Ascension, and the day of liberation.
        ("2019-04-20T08:00:00", Wish(), "2019-04-23T08:00:00"),
        ("2019-05-30T09:00:00", Wish(), "2019-05-31T08:00:00"),
        ("2020-05-05T09:00:00", Wish(), "2020-05-06T08:00:00"),
        # On both weekends on which the clock goes, and on a leap day.
        ("2026-03-28T12:00:00", Wish(6), "2026-03-30T06:00:00"),
        ("2026-10-24T12:00:00", Wish(6), "2026-10-26T06:00:00"),
        ("2024-02-28T22:00:00", Wish(), "2024-02-29T08:00:00"),
        ("2019-02-14T19:00:00", Wish(20), "2019-02-14T20:00:00"),
        ("2019-02-14T12:00:00", Wish(8, ((date(2019, 2, 14), date(2019, 2, 22)),)), "2019-02-25T08:00:00"),
    ],
)
def test_the_next_moment_on_days_that_matter(after: str, wish: Wish, next_one: str) -> None:
    assert next_moment(at(after), wish, ZONE) == at(next_one)


def test_leave_until_the_end_of_the_calendar_has_no_next_moment() -> None:
    assert next_moment(at("2019-02-14T12:00:00"), Wish(8, ((date(2019, 1, 1), date.max),)), ZONE) is None
