"""Periods read as a secretary would write them, in quarters, halves, months and days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.publications.letter_period import no_later_than, period

days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
PERIODS = [
    ("2019-01-01", "2019-03-31", "in het eerste kwartaal van 2019", "in the first quarter of 2019"),
    ("2018-10-01", "2018-12-31", "in het vierde kwartaal van 2018", "in the fourth quarter of 2018"),
    ("2019-01-01", "2019-06-30", "in de eerste helft van 2019", "in the first half of 2019"),
    ("2019-07-01", "2019-12-31", "in de tweede helft van 2019", "in the second half of 2019"),
    ("2019-01-01", "2019-12-31", "in 2019", "in 2019"),
    ("2019-02-01", "2019-02-28", "in februari 2019", "in February 2019"),
    ("2020-02-01", "2020-02-29", "in februari 2020", "in February 2020"),
    ("2019-02-01", "2019-03-31", "in februari of maart 2019", "in February or March 2019"),
    ("2018-12-01", "2019-01-31", "in december 2018 of januari 2019", "in December 2018 or January 2019"),
    (
        "2018-11-01",
        "2019-02-28",
        "in de maanden november 2018 tot en met februari 2019",
        "in the months November 2018 to February 2019",
    ),
    # Three whole months that are no quarter.
    (
        "2019-02-01",
        "2019-04-30",
        "in de maanden februari tot en met april 2019",
        "in the months February to April 2019",
    ),
    # Half a year that begins in the middle of one half.
    (
        "2018-10-01",
        "2019-03-31",
        "in de maanden oktober 2018 tot en met maart 2019",
        "in the months October 2018 to March 2019",
    ),
    ("2019-02-14", "2019-02-14", "op 14 februari 2019", "on 14 February 2019"),
    (
        "2019-02-14",
        "2019-03-03",
        "van 14 februari tot en met 3 maart 2019",
        "from 14 February to 3 March 2019",
    ),
    ("2019-02-11", "2019-02-15", "van 11 tot en met 15 februari 2019", "from 11 to 15 February 2019"),
    (
        "2018-12-20",
        "2019-01-10",
        "van 20 december 2018 tot en met 10 januari 2019",
        "from 20 December 2018 to 10 January 2019",
    ),
    # A leap February without its last day is no whole month.
    ("2020-02-01", "2020-02-28", "van 1 tot en met 28 februari 2020", "from 1 to 28 February 2020"),
]


@pytest.mark.parametrize(("first", "last", "dutch", "english"), PERIODS)
def test_a_period_has_the_name_that_people_give_it(first: str, last: str, dutch: str, english: str) -> None:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    assert (period(begin, end, "nl"), period(begin, end, "en")) == (dutch, english)


def test_a_promise_for_the_end_of_a_month_names_the_month_alone() -> None:
    assert no_later_than(date(2019, 2, 28), "nl") == "uiterlijk in februari 2019"
    assert no_later_than(date(2019, 2, 28), "en") == "by the end of February 2019"
    assert no_later_than(date(2020, 2, 28), "nl") == "uiterlijk op 28 februari 2020"
    assert no_later_than(date(2019, 12, 31), "nl") == "uiterlijk in december 2019"
    assert no_later_than(date(2019, 2, 15), "en") == "by 15 February 2019"


@given(days, st.integers(0, 800), st.sampled_from(["nl", "en"]))
def test_every_period_names_the_year_in_which_it_ends_and_differs_from_the_next_day(
    first: date, length: int, language: str
) -> None:
    last = first + timedelta(days=length)
    said = period(first, last, language)
    assert str(last.year) in said
    assert said != period(first, last + timedelta(days=1), language)
    assert said != period(first - timedelta(days=1), last, language)


@given(days, st.integers(0, 30))
def test_whole_months_never_name_a_day(first: date, more: int) -> None:
    begin = first.replace(day=1)
    months = begin.year * 12 + begin.month - 1 + more
    year, month = divmod(months, 12)
    end = date(year, month + 1, monthrange(year, month + 1)[1])
    said = period(begin, end, "nl")
    assert said.startswith("in ")
    assert not any(f" {day} " in f" {said} " for day in range(1, 32))


def test_a_period_that_ends_before_it_begins_is_none() -> None:
    with pytest.raises(ValueError, match="before"):
        period(date(2019, 2, 2), date(2019, 2, 1), "nl")
