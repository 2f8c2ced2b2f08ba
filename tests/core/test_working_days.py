"""Days on which offices are open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.working_days import is_working_day, on_or_after, on_or_before

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        # A Saturday, a Sunday, and a day that is neither.
        ("2019-02-16", "2019-02-15", "2019-02-18"),
        ("2019-02-17", "2019-02-15", "2019-02-18"),
        ("2019-02-14", "2019-02-14", "2019-02-14"),
        # Easter from Good Friday to its Monday; both days of Christmas; 1 January.
        ("2019-04-21", "2019-04-18", "2019-04-23"),
        ("2019-12-25", "2019-12-24", "2019-12-27"),
        ("2019-01-01", "2018-12-31", "2019-01-02"),
        # King's Day is kept on Saturday when it falls on Sunday; Liberation Day counts each year.
        ("2014-04-26", "2014-04-25", "2014-04-28"),
        ("2021-05-05", "2021-05-04", "2021-05-06"),
        # Leap day, an ordinary Thursday in 2024.
        ("2024-02-29", "2024-02-29", "2024-02-29"),
    ],
)
def test_what_falls_on_a_day_off_moves_to_a_day_on_which_people_work(
    day: str, before: str, after: str
) -> None:
    assert on_or_before(date.fromisoformat(day)) == date.fromisoformat(before)
    assert on_or_after(date.fromisoformat(day)) == date.fromisoformat(after)


@given(DAYS)
def test_the_nearest_working_day_is_one_and_none_lies_between(day: date) -> None:
    before, after = on_or_before(day), on_or_after(day)
    assert before <= day <= after
    assert is_working_day(before)
    assert is_working_day(after)
    between = [before + timedelta(days=n) for n in range(1, (after - before).days)]
    assert before == after or not any(is_working_day(one) for one in between)
    # Nowhere in the Netherlands are offices closed for a week on end by law.
    assert after - before <= timedelta(days=6)


def test_the_ends_of_the_calendar_are_no_abyss() -> None:
    assert on_or_before(date.min) == date.min
    assert on_or_after(date.max) <= date.max
