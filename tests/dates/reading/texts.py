"""Calendars written by hand for the reading tests, and what is found in them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from agenda.dates.ics_reference import read_reference
from agenda.dates.reading import Busy, read_busy

AMSTERDAM = "Europe/Amsterdam"
HERE = ZoneInfo(AMSTERDAM)
TIMES = ";TZID=Europe/Amsterdam"


def day(written: str) -> datetime:
    """Return the local midnight that begins the day, such as "2019-03-31", or the moment with its time."""
    return datetime.fromisoformat(written).replace(tzinfo=HERE)


def calendar(*components: str) -> bytes:
    """Return a calendar of these components, each written with one line a property."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//NL"]
    for component in components:
        lines += [line.strip() for line in component.strip().splitlines()]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def event(text: str, uid: str = "one") -> str:
    """Return an event with these properties."""
    return f"BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20181201T000000Z\n{text.strip()}\nEND:VEVENT"


def shown(busy: Busy) -> list[str]:
    """Return the blocks as a person would write them: "2019-03-01 10:00 - 11:00"."""
    result = []
    for begin, end in busy.blocks.tolist():
        start, stop = (datetime.fromtimestamp(minute * 60, HERE) for minute in (begin, end))
        until = f"{stop:%H:%M}" if stop.date() == start.date() else f"{stop:%Y-%m-%d %H:%M}"
        result.append(f"{start:%Y-%m-%d %H:%M} - {until}")
    return result


def busy_in(
    content: bytes, first: str = "2019-03-01", last: str = "2019-05-01", zone: str = AMSTERDAM
) -> list[str]:
    """Return what the product finds between the two days."""
    return shown(read_busy(content, day(first), day(last), zone))


def both_find(content: bytes, first: str = "2019-03-01", last: str = "2019-05-01") -> list[str]:
    """Return what the product finds, which the reference reader must find too."""
    found = busy_in(content, first, last)
    assert shown(read_reference(content, day(first), day(last), AMSTERDAM)) == found
    return found
