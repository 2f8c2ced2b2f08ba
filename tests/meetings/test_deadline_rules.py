"""By when things are due, and where each stands: values in, values out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.working_days import is_working_day
from agenda.meetings.deadline_rules import Stand, days_after, days_before, days_late, stand

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
TERMS = st.integers(0, 60)
DUE = date(2019, 2, 14)
DAY = timedelta(days=1)


@given(DAYS, TERMS)
def test_before_a_meeting_nothing_is_due_later_than_asked_and_after_it_nothing_earlier(
    day: date, term: int
) -> None:
    before, after = days_before(day, term), days_after(day, term)
    assert before <= day - timedelta(days=term)
    assert after >= day + timedelta(days=term)
    assert is_working_day(before)
    assert is_working_day(after)


@given(DAYS, TERMS)
def test_a_longer_term_is_never_due_sooner(day: date, term: int) -> None:
    assert days_before(day, term + 1) <= days_before(day, term)
    assert days_after(day, term + 1) >= days_after(day, term)


@given(DAYS, st.booleans(), st.none() | DAYS, st.none() | DAYS, DAYS)
def test_every_deadline_stands_somewhere_and_only_what_is_open_can_be_late(
    due: date, done: bool, done_on: date | None, until: date | None, today: date
) -> None:
    found = stand(due, done, done_on, until, today)
    assert (found in (Stand.DONE, Stand.DONE_LATE)) == done
    if found is Stand.LATE:
        assert today > due
        assert until is None or today <= until
        assert days_late(due, None, today) > 0
    if found is Stand.MISSED:
        assert until is not None
        assert today > until


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (DUE - 8 * DAY, Stand.OPEN),
        (DUE - 7 * DAY, Stand.SOON),
        (DUE, Stand.TODAY),
        (DUE + DAY, Stand.LATE),
    ],
)
def test_a_deadline_comes_near_is_there_and_has_passed(today: date, expected: Stand) -> None:
    assert stand(DUE, False, None, None, today) is expected


def test_what_nobody_can_do_any_more_is_not_late() -> None:
    assert stand(DUE, False, None, DUE + 7 * DAY, DUE + 7 * DAY) is Stand.LATE
    assert stand(DUE, False, None, DUE + 7 * DAY, DUE + 8 * DAY) is Stand.MISSED
    assert stand(DUE, True, DUE + 2 * DAY, DUE, DUE + 90 * DAY) is Stand.DONE_LATE
    assert days_late(DUE, DUE + 2 * DAY, DUE + 90 * DAY) == 2


def test_terms_count_days_also_over_a_leap_day_and_the_ends_of_the_calendar() -> None:
    # From Thursday 14 March 2024, three weeks back over 29 February.
    assert days_before(date(2024, 3, 14), 14) == date(2024, 2, 29)
    assert days_after(date(2024, 2, 19), 10) == date(2024, 2, 29)
    assert days_before(date.min, 60) == date.min
    assert days_after(date.max, 60) == date.max
