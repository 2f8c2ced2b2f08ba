"""What each form of an event, free-busy time and availability makes busy; both readers agree on all of it."""

from __future__ import annotations

import pytest

from agenda.dates.reading import Flag, read_busy
from tests.dates.reading.texts import AMSTERDAM, TIMES, both_find, busy_in, calendar, day, event

TEN = f"DTSTART{TIMES}:20190305T100000\nDTEND{TIMES}:20190305T110000\n"
WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=3\n"
TUESDAYS = ["2019-03-05 10:00 - 11:00", "2019-03-12 10:00 - 11:00", "2019-03-19 10:00 - 11:00"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEN, ["2019-03-05 10:00 - 11:00"]),
        (f"DTSTART{TIMES}:20190305T100000\nDURATION:PT90M", ["2019-03-05 10:00 - 11:30"]),
        (f"DTSTART{TIMES}:20190305T100000", []),
        ("DTSTART;VALUE=DATE:20190305", ["2019-03-05 00:00 - 2019-03-06 00:00"]),
        ("DTSTART;VALUE=DATE:20190305\nDTEND;VALUE=DATE:20190305", ["2019-03-05 00:00 - 2019-03-06 00:00"]),
        (
            "DTSTART;VALUE=DATE:20190305\nDTEND;VALUE=DATE:20190307",
            ["2019-03-05 00:00 - 2019-03-07 00:00"],
        ),
        ("DTSTART:20190305T100000\nDTEND:20190305T110000", ["2019-03-05 10:00 - 11:00"]),
        ("DTSTART:20190305T100000Z\nDTEND:20190305T110000Z", ["2019-03-05 11:00 - 12:00"]),
        (f"DTSTART{TIMES}:20190305T110000\nDTEND{TIMES}:20190305T100000", ["2019-03-05 10:00 - 11:00"]),
        ("DTSTART:20200305T100000Z\nDTEND:20180305T100000Z", ["2019-03-01 00:00 - 2019-05-01 00:00"]),
        (
            "DTSTART;TZID=America/New_York:20190305T040000\nDTEND;TZID=Europe/London:20190305T100000",
            ["2019-03-05 10:00 - 11:00"],
        ),
        ("DTSTART:20190305T100030Z\nDURATION:PT45S", ["2019-03-05 11:00 - 11:02"]),
    ],
    ids="end duration neither day same-day days floating utc swapped swapped-far zones rounded".split(),
)
def test_a_single_event_is_busy_from_its_start_to_its_end(text, expected):
    assert both_find(calendar(event(text))) == expected


@pytest.mark.parametrize(
    ("text", "is_busy"),
    [
        ("TRANSP:OPAQUE", True),
        ("TRANSP:TRANSPARENT", False),
        ("transp:transparent", False),
        ("STATUS:TENTATIVE", True),
        ("STATUS:CANCELLED", False),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", False),
        ("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", True),
        ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY", True),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", True),
        ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", False),
    ],
)
def test_an_event_that_says_so_is_free(text, is_busy):
    """CALENDAR-MAIL rule 27."""
    assert bool(both_find(calendar(event(TEN + text)))) == is_busy


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WEEKLY, TUESDAYS),
        (WEEKLY + f"EXDATE{TIMES}:20190312T100000", [TUESDAYS[0], TUESDAYS[2]]),
        (WEEKLY + "EXDATE:20190312T090000Z", [TUESDAYS[0], TUESDAYS[2]]),
        (WEEKLY + "EXDATE;VALUE=DATE:20190312", [TUESDAYS[0], TUESDAYS[2]]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20190319T090000Z", TUESDAYS),
        ("RRULE:FREQ=WEEKLY;UNTIL=20190319T085959Z", TUESDAYS[:2]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20190319T100000", TUESDAYS),
        ("RRULE:FREQ=WEEKLY;UNTIL=20190319", TUESDAYS),
        (f"RDATE{TIMES}:20190312T100000,20190319T100000", TUESDAYS),
        (f"RDATE{TIMES}:20190312T100000\nRDATE:20190319T090000Z", TUESDAYS),
        (f"RDATE;VALUE=PERIOD{TIMES}:20190312T100000/PT1H,20190319T100000/20190319T110000", TUESDAYS),
        ("RRULE:FREQ=DAILY;INTERVAL=7;COUNT=3", TUESDAYS),
        ("RRULE:FREQ=MONTHLY;BYDAY=1TU,2TU,3TU;COUNT=3", TUESDAYS),
        ("RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5,12,19;COUNT=3", TUESDAYS),
        ("RRULE:FREQ=HOURLY;INTERVAL=168;COUNT=3", TUESDAYS),
    ],
)
def test_a_series_is_busy_on_each_of_its_dates(text, expected):
    assert both_find(calendar(event(TEN + text))) == expected


def override(names: str, text: str) -> str:
    return event(f"RECURRENCE-ID{names}\n{text}")


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        (
            f"{TIMES}:20190312T100000",
            f"DTSTART{TIMES}:20190313T140000\nDURATION:PT1H",
            [TUESDAYS[0], "2019-03-13 14:00 - 15:00", TUESDAYS[2]],
        ),
        (":20190312T090000Z", f"DTSTART{TIMES}:20190712T140000\nDURATION:PT1H", [TUESDAYS[0], TUESDAYS[2]]),
        (":20190312T090000Z", "DTSTART:20190312T090000Z\nSTATUS:CANCELLED", [TUESDAYS[0], TUESDAYS[2]]),
        (
            f";RANGE=THISANDFUTURE{TIMES}:20190312T100000",
            f"DTSTART{TIMES}:20190312T140000\nDURATION:PT30M",
            [TUESDAYS[0], "2019-03-12 14:00 - 14:30", "2019-03-19 14:00 - 14:30"],
        ),
    ],
    ids="moved out cancelled future".split(),
)
def test_an_override_replaces_its_date(names, text, expected):
    assert both_find(calendar(event(TEN + WEEKLY), override(names, text))) == expected


def test_an_override_from_outside_the_window_moves_into_it():
    series = event(f"DTSTART{TIMES}:20190101T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2")
    moved = override(f"{TIMES}:20190108T100000", f"DTSTART{TIMES}:20190402T100000\nDURATION:PT1H")
    assert both_find(calendar(series, moved)) == ["2019-04-02 10:00 - 11:00"]


def test_the_highest_sequence_of_an_event_counts():
    newer = event(f"DTSTART{TIMES}:20190306T100000\nDURATION:PT1H\nSEQUENCE:2")
    assert both_find(calendar(event(TEN + "SEQUENCE:1"), newer)) == ["2019-03-06 10:00 - 11:00"]


def test_both_clock_changes_keep_the_local_hour():
    daily = event(f"DTSTART{TIMES}:20190330T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3")
    assert both_find(calendar(daily)) == [
        f"2019-{date} 09:00 - 10:00" for date in ("03-30", "03-31", "04-01")
    ]
    daily = event(f"DTSTART{TIMES}:20191026T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3")
    found = both_find(calendar(daily), "2019-10-01", "2019-11-01")
    assert found == [f"2019-10-{date} 09:00 - 10:00" for date in (26, 27, 28)]


def test_29_february_comes_every_four_years():
    leap = event("DTSTART;VALUE=DATE:20160229\nRRULE:FREQ=YEARLY")
    assert both_find(calendar(leap), "2017-01-01", "2021-01-01") == ["2020-02-29 00:00 - 2020-03-01 00:00"]


def test_count_counts_excluded_dates_too():
    daily = event(TEN + f"RRULE:FREQ=DAILY;COUNT=3\nEXDATE{TIMES}:20190306T100000")
    assert both_find(calendar(daily)) == ["2019-03-05 10:00 - 11:00", "2019-03-07 10:00 - 11:00"]


def test_a_daily_rule_since_1970_is_counted_to_its_end():
    # 17 961 days from 1 January 1970 up to and including 6 March 2019.
    daily = f"DTSTART{TIMES}:19700101T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=17962"
    assert both_find(calendar(event(daily)))[-1] == "2019-03-06 10:00 - 11:00"


def free_busy(text: str) -> str:
    return f"BEGIN:VFREEBUSY\nUID:free-busy\n{text}\nEND:VFREEBUSY"


def test_free_busy_times_are_busy_unless_free():
    text = """FREEBUSY:20190305T090000Z/PT1H,20190305T120000Z/20190305T130000Z
        FREEBUSY;FBTYPE=FREE:20190306T090000Z/PT1H
        FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20190307T090000Z/PT1H
        FREEBUSY;FBTYPE=X-SKIING:20190308T090000Z/PT1H"""
    assert both_find(calendar(free_busy(text))) == [
        "2019-03-05 10:00 - 11:00",
        "2019-03-05 13:00 - 14:00",
        "2019-03-07 10:00 - 11:00",
        "2019-03-08 10:00 - 11:00",
    ]


def availability(about: str, *available: str) -> str:
    inner = "".join(f"BEGIN:AVAILABLE\nUID:{text[:20]}\n{text}\nEND:AVAILABLE\n" for text in available)
    return f"BEGIN:VAVAILABILITY\nUID:hours\n{about}\n{inner}END:VAVAILABILITY"


WEEK = f"DTSTART{TIMES}:20190304T000000\nDTEND{TIMES}:20190306T000000"
OFFICE = f"DTSTART{TIMES}:20190304T090000\nDTEND{TIMES}:20190304T170000\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU"


def test_outside_available_hours_is_busy_within_the_availability():
    assert both_find(calendar(availability(WEEK, OFFICE))) == [
        "2019-03-04 00:00 - 09:00",
        "2019-03-04 17:00 - 2019-03-05 09:00",
        "2019-03-05 17:00 - 2019-03-06 00:00",
    ]


def test_an_availability_of_higher_priority_sets_the_others_aside():
    closed = availability(f"PRIORITY:1\nDTSTART{TIMES}:20190305T000000\nDURATION:P1D")
    assert both_find(calendar(availability(WEEK + "\nPRIORITY:5", OFFICE), closed)) == [
        "2019-03-04 00:00 - 09:00",
        "2019-03-04 17:00 - 2019-03-06 00:00",
    ]
    whole = availability(
        f"PRIORITY:1\nDTSTART{TIMES}:20190304T000000\nDURATION:P2D",
        f"DTSTART{TIMES}:20190304T000000\nDURATION:P2D",
    )
    assert both_find(calendar(availability(WEEK, OFFICE), whole)) == []


def test_an_availability_without_bounds_holds_for_all_time():
    found = both_find(calendar(availability("SUMMARY:Hours", OFFICE)), "2019-03-04", "2019-03-05")
    assert found == ["2019-03-04 00:00 - 09:00", "2019-03-04 17:00 - 2019-03-05 00:00"]


@pytest.mark.parametrize(
    "name", ["W. Europe Standard Time", '"W. Europe Standard Time"', "/x.org/1/Europe/Berlin"]
)
def test_a_zone_is_known_by_its_windows_name_and_at_the_end_of_a_path(name):
    busy = read_busy(
        calendar(event(f"DTSTART;TZID={name}:20190305T100000\nDURATION:PT1H")),
        day("2019-03-01"),
        day("2019-04-01"),
        "America/New_York",
    )
    assert busy.blocks.tolist() == [[25862940, 25863000]]
    assert busy.flags == ()


def test_an_unknown_zone_is_the_persons_own_and_flagged():
    """CALENDAR-MAIL rule 27."""
    text = event("DTSTART;TZID=Customized Time Zone:20190305T100000\nDURATION:PT1H")
    busy = read_busy(calendar(text), day("2019-03-01"), day("2019-04-01"), AMSTERDAM)
    assert busy.flags == (Flag("unknown_time_zone", "Customized Time Zone"),)
    assert both_find(calendar(text)) == ["2019-03-05 10:00 - 11:00"]


TOKYO = """BEGIN:VTIMEZONE
    TZID:Customized Time Zone
    BEGIN:STANDARD
    DTSTART:16010101T000000
    TZOFFSETFROM:+0900
    TZOFFSETTO:+0900
    END:STANDARD
    END:VTIMEZONE"""


def test_a_zone_that_only_the_calendar_describes_is_read_from_there():
    text = event("DTSTART;TZID=Customized Time Zone:20190305T100000\nDURATION:PT1H")
    assert both_find(calendar(TOKYO, text)) == ["2019-03-05 02:00 - 03:00"]
    named = TOKYO.replace("    BEGIN:STANDARD", "    X-LIC-LOCATION:Europe/Lisbon\n    BEGIN:STANDARD")
    assert both_find(calendar(named, text)) == ["2019-03-05 11:00 - 12:00"]


def habits() -> dict[str, bytes]:
    """Return one calendar, as different programs would write it."""
    plain = calendar(event(TEN + "SUMMARY:Overleg\nDESCRIPTION:één DTSTART:20200101T000000\n" + WEEKLY))
    alarm = b"BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nDURATION:PT1H\r\nUID:x\r\nEND:VALARM\r\nEND:VEVENT"
    return {
        "plain": plain,
        "lone line feeds": plain.replace(b"\r\n", b"\n"),
        "byte order mark": b"\xef\xbb\xbf" + plain,
        "folds in names and characters": plain.replace(b"DTSTART", b"DTS\r\n TART")
        .replace(b"\xc3\xa9", b"\xc3\r\n \xa9")
        .replace(b"COUNT", b"COU\r\n\tNT"),
        "quoted": plain.replace(b"TZID=Europe/Amsterdam", b'X-A="a:b;c";TZID="Europe/Amsterdam"'),
        "lower case": plain.replace(b"BEGIN:VEVENT", b"begin:vevent")
        .replace(b"DTSTART;TZID", b"dtstart;tzid")
        .replace(b"RRULE:FREQ=WEEKLY", b"rrule:freq=weekly")
        .replace(b"END:VEVENT", b"end:vevent"),
        "alarm inside": plain.replace(b"END:VEVENT", alarm),
        "blank lines": plain.replace(b"UID:one", b"UID:one\r\n\r\n"),
        "own zone of the calendar": plain.replace(b"VERSION", b"X-WR-TIMEZONE:America/New_York\r\nVERSION"),
        "other components": plain.replace(
            b"END:VCALENDAR", b"BEGIN:VTODO\r\nDTSTART:20190401T100000Z\r\nEND:VTODO\r\nEND:VCALENDAR"
        ),
    }


@pytest.mark.parametrize("habit", habits())
def test_the_habits_of_calendar_programs_change_nothing(habit):
    assert both_find(habits()[habit]) == TUESDAYS


def test_floating_and_whole_days_are_the_persons_own():
    text = event("DTSTART;VALUE=DATE:20190305")
    found = busy_in(calendar(text), zone="America/New_York")
    assert found == ["2019-03-05 06:00 - 2019-03-06 06:00"]


def test_blocks_are_merged_and_cut_to_the_window():
    content = calendar(
        event(f"DTSTART{TIMES}:20190228T220000\nDURATION:PT4H", "a"),
        event(f"DTSTART{TIMES}:20190301T020000\nDURATION:PT1H", "b"),
        event(f"DTSTART{TIMES}:20190430T230000\nDURATION:PT4H", "c"),
    )
    assert both_find(content) == ["2019-03-01 00:00 - 03:00", "2019-04-30 23:00 - 2019-05-01 00:00"]


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("RRULE:FREQ=SECONDLY", "SECONDLY"),
        ("RRULE:FREQ=MINUTELY;COUNT=3", "MINUTELY"),
        ("RRULE:FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("RRULE:FREQ=DAILY;INTERVAL=-1", "INTERVAL"),
        ("RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY", "EXRULE"),
        (f"RRULE:FREQ=DAILY;BYHOUR=9,10;BYMINUTE={','.join(map(str, range(60)))}", "BYMINUTE"),
    ],
)
def test_of_a_refused_rule_only_the_events_own_time_is_busy_and_a_flag_tells(text, detail):
    content = calendar(event(TEN + text))
    assert both_find(content) == TUESDAYS[:1]
    busy = read_busy(content, day("2019-03-01"), day("2019-05-01"), AMSTERDAM)
    assert busy.flags == (Flag("recurrence_refused", detail),)
