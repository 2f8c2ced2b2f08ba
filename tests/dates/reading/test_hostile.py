"""Whatever is given as a calendar, the answer is blocks or our own code for why not; nothing hangs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.dates.ics_busy import read_fast
from agenda.dates.ics_reference import read_reference
from agenda.dates.ics_times import Unknown
from agenda.dates.reading import Busy, Flag, Unreadable, read_apart, read_busy
from tests.dates.reading.calendars import calendar as random_calendar
from tests.dates.reading.texts import AMSTERDAM, TIMES, calendar, day, event, shown

WINDOW = (day("2019-03-01"), day("2019-03-08"), AMSTERDAM)
TEN = f"DTSTART{TIMES}:20190305T100000\nDURATION:PT1H"
PAGE = b"<!DOCTYPE html><html><title>Sign in</title><p>BEGIN:VCALENDAR</p></html>"


def outcome(content: bytes, seconds: float = 10.0) -> str | list[str]:
    """Return the blocks, or the code of the refusal."""
    try:
        return shown(read_busy(content, *WINDOW, seconds=seconds))
    except Unreadable as unreadable:
        return unreadable.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_calendar"),
        (b"\x00" * 1_000, "not_a_calendar"),
        (PAGE, "not_a_calendar"),
        (str(Path(__file__)).encode(), "not_a_calendar"),
        (b"/etc/passwd", "not_a_calendar"),
        (calendar(event(TEN)).decode().encode("utf-16"), "not_a_calendar"),
        (calendar(event(TEN))[:-20], "unreadable"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", "unreadable"),
        (b"BEGIN:VCALENDAR\r\n" + b"x" * 5_000_000, "too_large"),
    ],
    ids="empty nul page path passwd utf-16 cut unclosed large".split(),
)
def test_what_is_no_calendar_is_refused(content, code):
    assert outcome(content) == code


def test_five_million_bytes_are_read_and_one_more_is_not():
    plain = calendar(event(TEN))
    filled = plain.replace(
        b"BEGIN:VEVENT", b"X-A:" + b"x" * (5_000_000 - len(plain) - 6) + b"\r\nBEGIN:VEVENT"
    )
    assert len(filled) == 5_000_000
    assert outcome(filled) == ["2019-03-05 10:00 - 11:00"]
    assert outcome(filled + b"\n") == "too_large"


def test_a_hundred_thousand_events_are_too_many():
    assert outcome(calendar(*["BEGIN:VEVENT\nEND:VEVENT"] * 100_000)) == "too_many_events"


def test_twenty_thousand_weekly_events_are_read():
    text = f"DTSTART{TIMES}:19700106T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"
    events = [f"BEGIN:VEVENT\nUID:{number}\n{text}\nEND:VEVENT" for number in range(20_000)]
    assert outcome(calendar(*events)) == ["2019-03-05 10:00 - 11:00"]


def test_nesting_a_thousand_deep_is_unreadable_or_read():
    deep = (
        b"BEGIN:VCALENDAR\r\n"
        + b"BEGIN:VEVENT\r\n" * 1_000
        + b"END:VEVENT\r\n" * 1_000
        + b"END:VCALENDAR\r\n"
    )
    assert outcome(deep) in ("unreadable", [])
    deep = deep.replace(b"VEVENT", b"VALARM")
    assert outcome(deep) in ("unreadable", [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEN + "\nDESCRIPTION:" + "x" * 1_000_000, ["2019-03-05 10:00 - 11:00"]),
        (TEN + "\nDESCRIPTION:\x00\x00", ["2019-03-05 10:00 - 11:00"]),
        (
            TEN + "\nRRULE:FREQ=DAILY;COUNT=999999999",
            [f"2019-03-0{date} 10:00 - 11:00" for date in (5, 6, 7)],
        ),
        (TEN + "\nRRULE:FREQ=DAILY;INTERVAL=999999999", ["2019-03-05 10:00 - 11:00"]),
        (
            "DTSTART:00010101T000000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;BYMONTHDAY=4",
            ["2019-03-04 01:00 - 02:00"],
        ),
        ("DTSTART:00010101T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYMONTH=3;COUNT=99999999", None),
        ("DTSTART:99991231T230000Z\nDURATION:P9W\nRRULE:FREQ=DAILY", []),
        ("DTSTART:99991231T230000Z\nDTEND:99991231T235959Z\nRRULE:FREQ=YEARLY", []),
        (f"{TEN}\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5", ["2019-03-05 10:00 - 11:00"]),
        (TEN + "\nDURATION:PT999999999H", ["2019-03-05 10:00 - 2019-03-08 00:00"]),
    ],
    ids="long-line nul count interval year-1 year-1-walk year-9999 last-day never duration".split(),
)
def test_an_extreme_event_is_read(text, expected):
    text = text.replace("DURATION:PT1H\nDURATION", "DURATION")
    found = outcome(calendar(event(text)))
    assert found == expected if expected is not None else len(found) == 7


def test_a_series_with_dates_without_end_is_refused():
    endless = "DTSTART:00010101T000000Z\nDTEND:99991231T000000Z\nRRULE:FREQ=DAILY"
    assert outcome(calendar(event(endless))) == "too_many_events"
    hourly = endless.replace("DAILY", "HOURLY;BYDAY=MO,TU,WE,TH,FR")
    assert outcome(calendar(event(hourly))) == "too_many_events"


def test_many_series_that_last_for_years_are_read_or_given_up():
    text = "DTSTART:19000101T000000Z\nDTEND:20190101T000000Z\nRRULE:FREQ=DAILY"
    events = [event(text, str(number)) for number in range(20_000)]
    assert outcome(calendar(*events[:3])) == ["2019-03-01 00:00 - 2019-03-08 00:00"]
    assert outcome(calendar(*events), seconds=1) == "took_too_long"


def test_a_hundred_thousand_further_dates_are_read():
    dates = ",".join(
        f"{2019 + number // 40_000}0305T{number % 24:02}{number // 24 % 60:02}00Z"
        for number in range(100_000)
    )
    assert outcome(calendar(event(f"{TEN}\nRDATE:{dates}"))) == ["2019-03-05 01:00 - 2019-03-06 01:59"]


def test_thirty_years_of_free_busy_periods_are_read():
    lines = "\n".join(
        f"FREEBUSY:{1990 + number // 1667}{number % 12 + 1:02}{number % 28 + 1:02}T{number % 24:02}0000Z/P1D"
        for number in range(50_000)
    )
    found = outcome(calendar(f"BEGIN:VFREEBUSY\nUID:a\n{lines}\nEND:VFREEBUSY"))
    assert found
    assert all(block.startswith("2019-03-0") for block in found)


DAYS = ",".join(map(str, range(1, 32)))
HOURS = ",".join(map(str, range(24)))
BOMB = f"BYMONTHDAY={DAYS};BYHOUR={HOURS};BYMINUTE=0,15,30,45"


def test_a_bomb_of_positions_is_read_or_given_up():
    rule = f"RRULE:FREQ=YEARLY;{BOMB};BYSETPOS={','.join(map(str, range(1, 367)))};COUNT=9999999"
    text = f"DTSTART{TIMES}:19700101T000000\nDURATION:PT1H\n{rule}"
    assert outcome(calendar(event(text))) == []
    events = [event(text.replace("COUNT=9999999", "COUNT=9000"), str(number)) for number in range(500)]
    assert outcome(calendar(*events), seconds=0.5) == "took_too_long"


WALK = "DTSTART:00010101T000000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY;BYDAY=TU"
ODD = """BEGIN:VTIMEZONE
    TZID:Odd
    BEGIN:STANDARD
    DTSTART:19700101T000000
    TZOFFSETFROM:+0100
    TZOFFSETTO:+0100
    END:STANDARD
    END:VTIMEZONE"""


def test_the_reference_reader_is_ended_when_it_takes_too_long():
    walks = calendar(ODD, event(WALK), event("DTSTART;TZID=Odd:20190305T100000", "odd"))
    assert outcome(walks, seconds=1.5) == "took_too_long"


def test_what_a_parser_says_is_never_shown():
    broken = calendar(ODD, event("DTSTART;TZID=Odd:verysecret\nSUMMARY:Geheim overleg"))
    found = read_busy(broken, *WINDOW)
    assert found.flags == (Flag("event_unreadable", "VEVENT"),)
    assert found.blocks.tolist() == []


def test_a_broken_event_does_not_take_the_others_along():
    content = calendar(event("DTSTART:nonsense", "a"), event(TEN, "b"))
    found = read_busy(content, *WINDOW)
    assert shown(found) == ["2019-03-05 10:00 - 11:00"]
    assert found.flags == (Flag("event_unreadable", "VEVENT"),)


def test_of_very_many_flags_the_first_are_told():
    events = [
        event(f"DTSTART;TZID=Zone {number}:20190305T100000\nDURATION:PT1H", str(number))
        for number in range(99)
    ]
    assert len(read_busy(calendar(*events), *WINDOW).flags) == 20


def test_very_many_availabilities_are_too_many():
    availability = "BEGIN:VAVAILABILITY\nPRIORITY:1\nEND:VAVAILABILITY"
    assert outcome(calendar(*[availability] * 20_001)) == "too_many_events"


PIECES = [
    b"\r\n",
    b" ",
    b":",
    b";",
    b",",
    b"=",
    b'"',
    b"\x00",
    b"\xff",
    b"9999",
    b"-",
    b"P1D",
    b"T",
    b"Z",
    b"/",
]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.tuples(st.floats(0, 1), st.sampled_from(PIECES)), max_size=8))
def test_a_damaged_calendar_is_read_handed_over_or_refused(seed, damage):
    content = random_calendar(Random(seed))
    for place, piece in damage:
        at = int(place * len(content))
        content = content[:at] + piece + content[at + len(piece) :]
    try:
        found = read_fast(content, *WINDOW, lambda: None)
    except (Unknown, Unreadable):
        return
    assert (found.blocks[:, 0] < found.blocks[:, 1]).all()


def test_the_name_of_a_zone_is_told_on_one_short_line():
    name = "Zone \x07" + "x" * 300
    found = read_busy(calendar(event(f"DTSTART;TZID={name}:20190305T100000\nDURATION:PT1H")), *WINDOW)
    assert found.flags == (Flag("unknown_time_zone", "Zone " + "x" * 95),)


def test_the_child_finds_what_the_reference_finds():
    content = calendar(event(TEN + "\nRRULE:FREQ=DAILY;INTERVAL=0"))
    apart, here = read_apart(content, *WINDOW, seconds=10), read_reference(content, *WINDOW)
    assert isinstance(apart, Busy)
    assert apart.blocks.tolist() == here.blocks.tolist() == [[25862940, 25863000]]
    assert apart.flags == here.flags


def test_the_child_does_not_get_more_memory_than_it_needs():
    program = "import agenda.dates.ics_reference as r\nr._limit(5)\nbytes(600_000_000)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert b"MemoryError" in ended.stderr
