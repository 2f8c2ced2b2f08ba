"""Calendars as offices have them, for measuring: 200 events each, a third recurring, about 60 KB."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

EVENTS = 200
FIRST, LAST = datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 4, 1, tzinfo=UTC)
ZONE = "Europe/Amsterdam"
# Single events lie in the two years around the quarter, series start in the year before it.
_SINGLES, _SERIES = date(2018, 1, 1), date(2018, 4, 1)
_RULES = (
    *["FREQ=WEEKLY;BYDAY={day}"] * 4,
    "FREQ=WEEKLY;INTERVAL=2;BYDAY={day};UNTIL=20190630T220000Z",
    "FREQ=WEEKLY;COUNT=60;BYDAY={day}",
    "FREQ=MONTHLY;BYDAY=2{day}",
    "FREQ=DAILY;INTERVAL=3",
)
_VTIMEZONE = """BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
X-LIC-LOCATION:Europe/Amsterdam
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
_FOLDED_AT = 75


def office_calendar(seed: int) -> bytes:
    """Return a calendar, the same for the same seed."""
    chance = random.Random(seed)
    events = "".join(_event(chance, number) for number in range(EVENTS))
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//bench//NL\n{_VTIMEZONE}{events}END:VCALENDAR\n"
    return "\r\n".join(_folded(line) for line in text.split("\n")).encode()


def _event(chance: random.Random, number: int) -> str:
    recurs = number % 3 == 0
    day = (_SERIES if recurs else _SINGLES) + timedelta(days=chance.randrange(270 if recurs else 730))
    begin = datetime(
        day.year, day.month, day.day, chance.randrange(8, 17), chance.choice((0, 15, 30)), tzinfo=UTC
    )
    end = begin + timedelta(minutes=chance.choice((30, 60, 90)))
    weekday = begin.strftime("%a")[:2].upper()
    lines = [
        "BEGIN:VEVENT",
        f"UID:{number}-{chance.getrandbits(64):x}@agenda.example",
        "DTSTAMP:20181201T090000Z",
        f"DTSTART;TZID={ZONE}:{begin:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={ZONE}:{end:%Y%m%dT%H%M%S}",
        f"SUMMARY:Overleg {number}",
    ]
    if recurs:
        lines.append("RRULE:" + chance.choice(_RULES).format(day=weekday))
        if number % 9 == 0:
            skipped = begin + timedelta(weeks=chance.randrange(40, 60))
            lines.append(f"EXDATE;TZID={ZONE}:{skipped:%Y%m%dT%H%M%S}")
    if number % 10 == 7:
        lines.append("TRANSP:TRANSPARENT")
    if number % 2:
        lines.append("DESCRIPTION:" + "Stukken volgen. " * chance.randrange(3, 10))
        lines.append("LOCATION:Gemeentehuis Zoeterwoude\\, kamer 2")
    if number % 4 == 0:
        lines.append(f"ATTENDEE;CN=Wethouder {number % 5};PARTSTAT=ACCEPTED:mailto:wethouder@leiden.example")
    lines.append("END:VEVENT")
    return "\n".join(lines) + "\n"


def _folded(line: str) -> str:
    pieces = [line[:_FOLDED_AT]]
    pieces += [line[at : at + _FOLDED_AT - 1] for at in range(_FOLDED_AT, len(line), _FOLDED_AT - 1)]
    return "\r\n ".join(pieces)
