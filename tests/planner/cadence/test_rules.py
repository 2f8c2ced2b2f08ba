"""The days of a rhythm: as other readers give them, the same hour all year, and hostile rules refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event, vRecur

from agenda.core.problems import Invalid
from agenda.planner.cadence_rrule import (
    LAST,
    LONGEST_RULE,
    MONTHS,
    NTHS,
    Pattern,
    Start,
    days_of,
    next_days,
    pattern_of,
    skipped,
    tidy,
    written,
)
from agenda.planner.cadence_rules import MOST_DATES, Rhythm, candidate_dates

ZONE = "Europe/Amsterdam"
AMSTERDAM = ZoneInfo(ZONE)
FIRST = date(2019, 1, 1)
TEN = Start(FIRST, time(10), ZONE)

WEEKDAYS = st.integers(0, 6)
SOME_MONTHS = st.sets(st.integers(1, 12), max_size=11).map(lambda found: tuple(sorted(found)))
PATTERNS = st.builds(Pattern, st.integers(1, 6), WEEKDAYS, st.sampled_from([None, *NTHS]), SOME_MONTHS)
DAYS = st.dates(date(2015, 1, 1), date(2025, 12, 31))


@st.composite
def own_rules(draw: st.DrawFn) -> str:
    """Rules that people write by hand."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(st.integers(1, 4))}"]
    days = draw(st.lists(st.sampled_from("MO TU WE TH FR SA SU".split()), max_size=3, unique=True))
    if freq in ("MONTHLY", "YEARLY"):
        months = draw(SOME_MONTHS.filter(bool)) if freq == "YEARLY" else draw(SOME_MONTHS)
        if months:
            parts.append("BYMONTH=" + ",".join(map(str, months)))
        if draw(st.booleans()):
            parts.append(f"BYMONTHDAY={draw(st.sampled_from([1, 15, 28, 29, 30, 31, -1, -3]))}")
            days = []
        elif days and draw(st.booleans()):
            days = [f"{draw(st.sampled_from([1, 2, 4, 5, -1]))}{day}" for day in days]
    if days:
        parts.append("BYDAY=" + ",".join(days))
        if freq == "MONTHLY" and draw(st.booleans()):
            parts.append(f"BYSETPOS={draw(st.sampled_from([1, -1]))}")
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 30))}")
    return ";".join(parts)


def days_by_dateutil(rule: str, start: date, last: date) -> list[date]:
    begin = datetime.combine(start, time(10))
    found = rrulestr(rule, dtstart=begin).between(begin, datetime.combine(last, time(23)), inc=True)
    return [one.date() for one in found]


@given(st.one_of(PATTERNS.map(written), own_rules()), DAYS)
@settings(deadline=None, max_examples=80)
def test_the_days_are_those_of_dateutil_in_order_and_each_once(rule: str, start: date) -> None:
    last = start + timedelta(days=1000)
    days = days_of(rule, Start(start, time(10), ZONE), start, last)
    assert days == days_by_dateutil(rule, start, last)
    assert all(earlier < later for earlier, later in pairwise(days))


@given(PATTERNS.map(written), DAYS, st.times(time(3), time(23, 59)).map(lambda at: at.replace(second=0)))
@settings(deadline=None, max_examples=20)
def test_the_moments_are_those_of_a_calendar_program(rule: str, start: date, hour: time) -> None:
    hour = hour.replace(microsecond=0)
    last = start + timedelta(days=500)
    days = days_of(rule, Start(start, hour, ZONE), start, last)
    assume(days)
    event = Event()
    event.add("uid", "one@example")
    event.add("dtstart", datetime.combine(days[0], hour, AMSTERDAM))
    event.add("duration", timedelta(minutes=90))
    event.add("rrule", vRecur.from_ical(rule))
    calendar = Calendar()
    calendar.add_component(event)
    found = recurring_ical_events.of(calendar).between(days[0], last + timedelta(days=1))
    # An interval counts from the week or month of the first day, so that has to be the same.
    ours = candidate_dates(Rhythm(rule, Start(days[0], hour, ZONE), 90), days[0], last)
    assert ours == sorted(one["DTSTART"].dt.astimezone(UTC) for one in found)[:MOST_DATES]


@given(PATTERNS, st.integers(0, 23), st.integers(0, 59))
@settings(deadline=None, max_examples=30)
def test_the_hour_on_the_clock_stays_the_same_over_both_clock_changes(
    pattern: Pattern, hour: int, minute: int
) -> None:
    start = Start(date(2019, 1, 1), time(hour, minute), ZONE)
    for at in candidate_dates(Rhythm(written(pattern), start, 90), date(2019, 1, 1), date(2019, 12, 31)):
        local = at.astimezone(AMSTERDAM)
        if local.date() == date(2019, 3, 31) and hour == 2:
            # That hour does not exist; RFC 5545 3.3.5 counts it with the offset before the change.
            assert local.time() == time(3, minute)
        else:
            assert local.time() == time(hour, minute)
        assert at.tzinfo is UTC


def test_ten_o_clock_stays_ten_o_clock_while_utc_moves() -> None:
    sundays = Rhythm("FREQ=WEEKLY;BYDAY=SU", TEN, 60)
    spring = candidate_dates(sundays, date(2019, 3, 24), date(2019, 3, 31))
    autumn = candidate_dates(sundays, date(2019, 10, 20), date(2019, 10, 27))
    assert [at.hour for at in spring + autumn] == [9, 8, 8, 9]


@given(PATTERNS)
@settings(deadline=None)
def test_a_common_rule_is_read_back_as_it_was_written(pattern: Pattern) -> None:
    assert pattern_of(written(pattern)) == pattern
    assert tidy("rrule: " + written(pattern).lower() + ";") == written(pattern)


@pytest.mark.parametrize(
    "rule", ["FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=WEEKLY;BYDAY=TH;COUNT=4"]
)
def test_what_the_form_cannot_say_is_a_rule_of_ones_own(rule: str) -> None:
    assert pattern_of(rule) is None


def test_months_without_a_thirty_first_are_skipped_and_named() -> None:
    days = next_days("FREQ=MONTHLY;BYMONTHDAY=31", TEN, 8)
    assert [day.month for day in days] == [1, 3, 5, 7, 8, 10, 12, 1]
    assert [month.month for month in skipped("FREQ=MONTHLY;BYMONTHDAY=31", days)] == [2, 4, 6, 9, 11]


def test_a_leap_day_comes_once_in_four_years() -> None:
    rule = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"
    days = next_days(rule, TEN, 3)
    assert days == [date(2020, 2, 29), date(2024, 2, 29), date(2028, 2, 29)]
    assert [year.year for year in skipped(rule, days)] == [2021, 2022, 2023, 2025, 2026, 2027]


def test_a_month_that_was_not_chosen_is_not_called_skipped() -> None:
    rule = written(Pattern(1, 3, LAST, tuple(month for month in MONTHS if month not in (7, 8))))
    days = next_days(rule, TEN, 12)
    assert {day.month for day in days}.isdisjoint({7, 8})
    assert skipped(rule, days) == []


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20190207", date(2019, 2, 7)),
        ("20190207T090000Z", date(2019, 2, 7)),
        ("20190207T085959Z", date(2019, 1, 31)),
        ("20190207T100000", date(2019, 2, 7)),
        ("99991231T235959Z", date(2019, 2, 28)),
    ],
)
def test_until_counts_to_the_moment_itself(until: str, last: date) -> None:
    days = days_of(f"FREQ=WEEKLY;BYDAY=TH;UNTIL={until}", TEN, FIRST, date(2019, 2, 28))
    assert days[-1] == last


def test_the_last_day_of_a_rhythm_is_one_of_its_days() -> None:
    start = Start(FIRST, time(10), ZONE, last=date(2019, 1, 17))
    assert next_days("FREQ=WEEKLY;BYDAY=TH", start, 8) == [
        date(2019, 1, 3),
        date(2019, 1, 10),
        date(2019, 1, 17),
    ]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("", "rule_unreadable"),
        ("elke tweede donderdag", "rule_unreadable"),
        ("FREQ=FORTNIGHTLY", "rule_unreadable"),
        ("FREQ=WEEKLY;BYDAY=XX", "rule_unreadable"),
        ("FREQ=WEEKLY;BYDAY=2TH", "rule_unreadable"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "rule_unreadable"),
        ("FREQ=MONTHLY;BYSETPOS=1", "rule_unreadable"),
        ("FREQ=WEEKLY;INTERVAL=0", "rule_unreadable"),
        ("FREQ=WEEKLY;COUNT=1e9", "rule_unreadable"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20200101", "rule_unreadable"),
        ("FREQ=WEEKLY;UNTIL=20190230", "rule_unreadable"),
        ("FREQ=WEEKLY;BYDAY=TH\nX:1", "rule_unreadable"),
        ("FREQ=WEEKLY;BYMONTH=１", "rule_unreadable"),
        ("FREQ=HOURLY", "rule_too_often"),
        ("FREQ=SECONDLY;COUNT=2", "rule_too_often"),
        ("FREQ=DAILY;BYHOUR=9,14", "rule_too_often"),
        ("FREQ=WEEKLY;BYMINUTE=0,30", "rule_too_often"),
        ("FREQ=DAILY;" + "X" * 5_000, "rule_too_long"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "rule_makes_no_date"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1000000000", "rule_makes_no_date"),
        ("FREQ=DAILY;UNTIL=20180101", "rule_makes_no_date"),
    ],
)
def test_what_cannot_be_followed_is_refused_with_its_reason(rule: str, why: str) -> None:
    with pytest.raises(Invalid) as refusal:
        next_days(rule, TEN, 8)
    assert refusal.value.code == why


def test_a_thousand_million_times_is_no_work() -> None:
    assert len(next_days("FREQ=DAILY;COUNT=1000000000", TEN, 8)) == 8
    assert next_days("FREQ=DAILY;INTERVAL=9999999999", TEN, 8) == [FIRST]


@given(st.text(st.sampled_from("FREQ=DAILYWKMONTHYBCU;,-+0123456789 \n"), max_size=LONGEST_RULE + 20))
@settings(deadline=None, max_examples=100)
def test_any_text_is_read_or_refused(text: str) -> None:
    refusals = {"rule_unreadable", "rule_too_often", "rule_too_long", "rule_makes_no_date"}
    assert refused(tidy(text)) in refusals | {None}


def refused(rule: str) -> str | None:
    """Tell with which code a rule is refused; None when it is not."""
    try:
        next_days(rule, TEN, 8)
    except Invalid as refusal:
        return refusal.code
    return None
