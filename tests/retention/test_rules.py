"""How long a period lasts, whatever the calendar does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.retention.register import KEPT, KINDS
from agenda.retention.removals import REMOVALS
from agenda.retention.rules import Period, Unit, is_due, is_within, kept_until, last_due, named

DAYS = st.dates(date(1990, 1, 1), date(2150, 12, 31))
PERIODS = st.builds(Period, st.integers(1, 30), st.sampled_from(Unit))


@pytest.mark.parametrize(
    ("day", "period", "until"),
    [
        (date(2020, 2, 29), Period(1, Unit.YEARS), date(2021, 2, 28)),
        (date(2020, 2, 29), Period(4, Unit.YEARS), date(2024, 2, 29)),
        (date(2019, 2, 28), Period(1, Unit.YEARS), date(2020, 2, 28)),
        (date(2019, 1, 31), Period(1, Unit.MONTHS), date(2019, 2, 28)),
        (date(2018, 12, 31), Period(2, Unit.MONTHS), date(2019, 2, 28)),
        (date(2018, 12, 18), Period(7, Unit.DAYS), date(2018, 12, 25)),
        (date(2018, 12, 18), Period(12, Unit.MONTHS), date(2019, 12, 18)),
    ],
)
def test_a_period_ends_on_the_same_day_or_on_the_last_one_of_the_month(
    day: date, period: Period, until: date
) -> None:
    assert kept_until(day, period) == until
    assert not is_due(day, period, until)
    assert is_due(day, period, until + timedelta(days=1))


@given(DAYS, PERIODS, DAYS)
def test_what_is_due_is_what_is_of_the_last_due_day_or_before(day: date, period: Period, today: date) -> None:
    assert is_due(day, period, today) == (day <= last_due(period, today))


@given(DAYS, PERIODS)
def test_the_last_due_day_is_due_and_the_next_one_is_not(today: date, period: Period) -> None:
    last = last_due(period, today)
    assert is_due(last, period, today)
    assert not is_due(last + timedelta(days=1), period, today)


@given(DAYS, PERIODS, st.integers(0, 400))
def test_what_is_due_stays_due(day: date, period: Period, later: int) -> None:
    today = kept_until(day, period) + timedelta(days=1)
    assert is_due(day, period, today + timedelta(days=later))


def test_twelve_months_are_a_year_and_thirty_days_are_no_month() -> None:
    year, month = Period(1, Unit.YEARS), Period(1, Unit.MONTHS)
    assert is_within(Period(12, Unit.MONTHS), month, year)
    assert not is_within(Period(30, Unit.DAYS), month, year)
    assert not is_within(Period(13, Unit.MONTHS), month, year)


def test_a_period_without_an_end_is_none() -> None:
    for amount in (0, -1, 1000):
        with pytest.raises(ValueError, match="period"):
            Period(amount, Unit.DAYS)


def test_who_is_erased_goes_on_as_the_role_held_last() -> None:
    assert named("Deelnemer", [("Wethouder", "Leiden"), ("Raadslid", "Leiden")]) == "Wethouder Leiden"
    assert named("Deelnemer", [("", "Leiden")]) == "Leiden"
    assert named("Deelnemer", []) == "Deelnemer"


def test_every_kind_of_the_register_can_go_and_its_proposal_may_be_chosen() -> None:
    assert {kind.name for kind in KINDS} == set(REMOVALS)
    assert all(is_within(kind.proposed, kind.least, kind.most) for kind in KINDS)
    assert not {kind.name for kind in KINDS} & {kept.name for kept in KEPT}
