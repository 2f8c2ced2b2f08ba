"""Where libraries read calendars otherwise, RFC 5545 decides; each test names its section."""

from __future__ import annotations

import pytest

from tests.dates.reading.texts import TIMES, both_find, busy_in, calendar, event


def daily(text: str) -> str:
    return f"DTSTART{TIMES}:20190305T100000\nDURATION:PT30M\n{text}"


def test_an_excluded_date_takes_its_override_along():
    # 3.8.5.1: an EXDATE is not in the recurrence set; 3.8.4.4: RECURRENCE-ID names a date within that set.
    series = event(daily(f"RRULE:FREQ=DAILY;COUNT=3\nEXDATE{TIMES}:20190306T100000"))
    moved = event(f"RECURRENCE-ID{TIMES}:20190306T100000\nDTSTART{TIMES}:20190306T150000\nDURATION:PT1H")
    assert both_find(calendar(series, moved)) == ["2019-03-05 10:00 - 10:30", "2019-03-07 10:00 - 10:30"]


def test_an_override_replaces_no_date_whose_local_time_is_its_time_in_utc():
    # 3.8.4.4: the identifier is one date-time. recurring-ical-events takes 11:00 in Amsterdam, which is 10:00
    # in UTC, for 10:00 in Amsterdam as well.
    series = event(daily("RRULE:FREQ=DAILY;BYHOUR=10,11;COUNT=4"))
    moved = event(f"RECURRENCE-ID{TIMES}:20190305T110000\nDTSTART{TIMES}:20190305T150000\nDURATION:PT1H")
    assert busy_in(calendar(series, moved)) == [
        "2019-03-05 10:00 - 10:30",
        "2019-03-05 15:00 - 16:00",
        "2019-03-06 10:00 - 10:30",
        "2019-03-06 11:00 - 11:30",
    ]


def test_bysetpos_chooses_from_the_whole_first_week():
    # 3.3.10: BYSETPOS operates on the set of one interval, here the week from Monday 4 March. dateutil begins
    # that week at DTSTART, so that it takes Wednesday for the first of Monday and Wednesday.
    text = f"DTSTART{TIMES}:20190305T100000\nDURATION:PT30M\n"
    weekly = event(text + "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=1;UNTIL=20190319T000000Z")
    assert busy_in(calendar(weekly)) == [
        # DTSTART is always the first date (3.8.5.3).
        "2019-03-05 10:00 - 10:30",
        "2019-03-11 10:00 - 10:30",
        "2019-03-18 10:00 - 10:30",
    ]


def test_days_with_and_without_a_number_are_all_chosen():
    # 3.3.10: BYDAY is a list, each value of which may have a number. dateutil wants both of them at once.
    monthly = event(daily("RRULE:FREQ=MONTHLY;BYDAY=1TU,SU;COUNT=4"))
    assert busy_in(calendar(monthly)) == [
        f"2019-03-{date} 10:00 - 10:30" for date in ("05", "10", "17", "24")
    ]


def test_a_week_number_without_a_day_means_the_weekday_of_the_start():
    # 3.3.10: what is not in the rule comes from DTSTART. dateutil takes all seven days.
    yearly = event(daily("RRULE:FREQ=YEARLY;BYWEEKNO=12"))
    assert both_find(calendar(yearly)) == ["2019-03-05 10:00 - 10:30", "2019-03-19 10:00 - 10:30"]


@pytest.mark.parametrize(
    ("lasts", "expected"),
    [
        (f"DTEND{TIMES}:20190324T070000", "2019-03-30 23:00 - 2019-03-31 08:00"),
        ("DURATION:PT8H", "2019-03-30 23:00 - 2019-03-31 08:00"),
        ("DURATION:PT24H", "2019-03-30 23:00 - 2019-04-01 00:00"),
        ("DURATION:P1D", "2019-03-30 23:00 - 2019-03-31 23:00"),
    ],
)
def test_an_exact_duration_stays_exact_in_the_night_of_the_clock_change(lasts, expected):
    # 3.8.5.3: an end with DTEND gives every date the same exact duration; 3.3.6: only weeks and days follow
    # the clocks. The library adds all of them on the clocks.
    nightly = event(f"DTSTART{TIMES}:20190323T230000\n{lasts}\nRRULE:FREQ=WEEKLY;COUNT=2")
    assert both_find(calendar(nightly))[-1] == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        # 3.3.5: a time that does not exist counts with the offset before the gap; of two the first is meant.
        ("20190331T023000", "2019-03-31 03:30 - 04:00"),
        ("20191027T023000", "2019-10-27 02:30 - 02:00"),
    ],
)
def test_a_time_that_does_not_exist_or_comes_twice(start, expected):
    content = calendar(event(f"DTSTART{TIMES}:{start}\nDURATION:PT30M"))
    assert both_find(content, "2019-03-01", "2019-12-01") == [expected]


def test_a_date_as_until_of_times_is_the_last_day():
    # 3.3.10: UNTIL bounds the rule inclusively, a DATE is the last instance. The library stops at midnight.
    assert len(both_find(calendar(event(daily("RRULE:FREQ=DAILY;UNTIL=20190307"))))) == 3


def test_a_further_date_with_an_own_end_lasts_as_long_as_it_says():
    # 3.8.5.2: the duration of a PERIOD is that of its date; 3.8.5.3: of duplicates one counts.
    text = f"RRULE:FREQ=DAILY;COUNT=2\nRDATE;VALUE=PERIOD{TIMES}:20190306T100000/PT2H"
    assert both_find(calendar(event(daily(text)))) == ["2019-03-05 10:00 - 10:30", "2019-03-06 10:00 - 12:00"]


def test_utc_stays_utc_whatever_zone_a_calendar_calls_its_own():
    # 3.3.5: form 2 is UTC. X-WR-TIMEZONE is no part of the standard; some readers move such series with it.
    series = event("DTSTART:20190326T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2")
    content = calendar(series).replace(b"VERSION", b"X-WR-TIMEZONE:Europe/Amsterdam\r\nVERSION")
    assert both_find(content) == ["2019-03-26 10:00 - 11:00", "2019-04-02 11:00 - 12:00"]
