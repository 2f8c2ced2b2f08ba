"""The reference reader: icalendar parses, recurring-ical-events expands, our rules say what is busy.

Slow and thorough: it reads what the fast reader does not know, and is what the fast reader is measured and
checked against. As a program (`python -m agenda.dates.ics_reference`) it reads a calendar from standard
input, within limits on time and memory, so that it can be ended whatever a calendar does to it.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import warnings
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from agenda.core.zone_names import iana, shown
from agenda.dates.busy import Busy, Flag, Unreadable, told
from agenda.dates.busy_rules import MOST_EVENTS, Availability, is_free, is_free_type, unavailable
from agenda.dates.ics_reference_series import Series, Time, Timed
from agenda.dates.ics_times import ONE_DAY, Length, length
from agenda.dates.stretches import Stretch, blocks

MOST_MEMORY = 512 * 1024 * 1024
_FOLD = re.compile(rb"(?:\r?\n)+[ \t]")
_DURATION = re.compile(rb"^DURATION([;:][^\r\n]*)", re.MULTILINE | re.IGNORECASE)


def read_reference(content: bytes, first: datetime, last: datetime, zone: str) -> Busy:
    """Return when the calendar's owner is busy; raises Unreadable where icalendar cannot parse it."""
    # icalendar keeps only that PT24H and P1D are a day long; they are not the same (RFC 5545 3.3.6).
    marked = _DURATION.sub(rb"\g<0>\r\nX-WRITTEN-DURATION\1", _FOLD.sub(b"", content))
    capitals = marked.upper()
    if capitals.count(b"BEGIN:VEVENT") != capitals.count(b"END:VEVENT"):
        raise Unreadable("unreadable")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            calendars = Calendar.from_ical(marked, multiple=True)
    except Exception:  # noqa: BLE001 - whatever a parser raises, the calendar is unreadable
        raise Unreadable("unreadable") from None
    found: list[Stretch] = []
    flags: list[Flag] = []
    for calendar in calendars:
        reader = _Reader(calendar, first, last, ZoneInfo(zone))
        found += reader.read()
        flags += reader.flags
    return Busy(blocks(found, first, last), told(flags))


class _Reader:
    def __init__(self, calendar: Any, first: datetime, last: datetime, own: tzinfo) -> None:
        self.calendar = calendar
        self.first, self.last = first.astimezone(own), last.astimezone(own)
        self.own = own
        self.flags: list[Flag] = []
        self.zones: dict[str, tzinfo] = {}
        self.described = {str(one.get("TZID", "")): one for one in calendar.walk("VTIMEZONE")}

    def read(self) -> list[Stretch]:
        """Return all busy stretches of the calendar."""
        events = self.calendar.walk("VEVENT")
        availabilities = self.calendar.walk("VAVAILABILITY")
        inner = sum(len(one.walk("AVAILABLE")) for one in availabilities)
        if len(events) + len(availabilities) + inner > MOST_EVENTS:
            raise Unreadable("too_many_events")
        found = self.expanded(events)
        for component in self.calendar.walk("VFREEBUSY"):
            found += self._free_busy(component)
        return found + unavailable([self._availability(one) for one in availabilities])

    def expanded(self, components: Iterable[Any]) -> list[Stretch]:
        """Return the stretches of these events, those that share a UID together."""
        by_uid: dict[str, list[Any]] = {}
        for number, component in enumerate(components):
            by_uid.setdefault(str(component.get("UID", number)), []).append(component)
        found: list[Stretch] = []
        for group in by_uid.values():
            try:
                found += Series(self, group).stretches()
            except Exception:  # noqa: BLE001 - one event that cannot be read does not take the others along
                self.flags.append(Flag("event_unreadable", group[0].name))
        return found

    def settled(self, value: Any, parameters: Any) -> Time:
        """Return the date, or the time in the zone that its TZID means or else in the person's own."""
        if not isinstance(value, datetime):
            if not isinstance(value, date):
                raise TypeError("neither a date nor a time")
            return value
        name = str(parameters.get("TZID", ""))
        if value.tzinfo is not None and value.utcoffset() == timedelta(0) and not name:
            return value.replace(tzinfo=UTC)
        return value.replace(tzinfo=self._zone(name) if name else self.own)

    def _zone(self, name: str) -> tzinfo:
        if name not in self.zones:
            described = self.described.get(name)
            place = str(described.get("X-LIC-LOCATION", "")) if described else ""
            if known := iana(name) or iana(place):
                self.zones[name] = UTC if known == "UTC" else ZoneInfo(known)
            elif described:
                self.zones[name] = described.to_tz(lookup_tzid=False)
            else:
                self.flags.append(Flag("unknown_time_zone", shown(name)))
                self.zones[name] = self.own
        return self.zones[name]

    def time(self, component: Any, name: str) -> Time:
        """Return the date or time of a property."""
        return self.settled(component[name].dt, component[name].params)

    def moment(self, value: Time) -> datetime:
        """Return the moment in UTC; a day begins at the person's own midnight."""
        if not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day, tzinfo=self.own)
        return value.astimezone(UTC)

    def seconds(self, value: Time) -> int:
        """Return the moment in seconds since 1970."""
        return (self.moment(value) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)

    def end(self, start: Time, lasts: Length) -> int:
        """Return the moment this long after the start: days by the calendar first, then exact seconds."""
        return self.seconds(start + timedelta(days=lasts.days)) + lasts.seconds

    def timed(self, component: Any) -> Timed:
        """Return when an event is, and whether it is busy."""
        start = self.time(component, "DTSTART")
        busy = not is_free(
            *(str(component.get(name, "")) for name in ("TRANSP", "STATUS", "X-MICROSOFT-CDO-BUSYSTATUS"))
        )
        if "DTEND" in component:
            end = self.time(component, "DTEND")
            if isinstance(start, datetime) and isinstance(end, datetime):
                begin, finish = sorted((start, end), key=self.moment)
                return Timed(begin, Length(0, self.seconds(finish) - self.seconds(begin)), busy)
            days = date(end.year, end.month, end.day) - date(start.year, start.month, start.day)
            day = date(start.year, start.month, start.day)
            return Timed(day, Length(max(days.days, 1), 0), busy)
        if "X-WRITTEN-DURATION" in component:
            lasts = length(str(component["X-WRITTEN-DURATION"]))
            is_short = not isinstance(start, datetime) and not lasts.days
            return Timed(start, ONE_DAY if is_short else lasts, busy)
        return Timed(start, Length(0, 0) if isinstance(start, datetime) else ONE_DAY, busy)

    def _free_busy(self, component: Any) -> Iterator[Stretch]:
        periods = component.get("FREEBUSY", [])
        for period in periods if isinstance(periods, list) else [periods]:
            if is_free_type(str(period.params.get("FBTYPE", "BUSY"))):
                continue
            begin = self.settled(period.start, period.params)
            yield self.seconds(begin), self.seconds(self.settled(period.end, period.params))

    def _availability(self, component: Any) -> Availability:
        begin, end = self.seconds(self.first), self.seconds(self.last)
        if "DTSTART" in component:
            timed = self.timed(component)
            begin = self.seconds(timed.start)
            if "DTEND" in component or "DURATION" in component or not isinstance(timed.start, datetime):
                end = self.end(timed.start, timed.length)
        elif "DTEND" in component:
            end = self.seconds(self.time(component, "DTEND"))
        available = self.expanded(component.walk("AVAILABLE"))
        return Availability(int(component.get("PRIORITY", 0)), (begin, end), available)


def _answer() -> dict[str, Any]:
    asked = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    try:
        moments = (datetime.fromisoformat(asked["first"]), datetime.fromisoformat(asked["last"]))
        busy = read_reference(content, *moments, asked["zone"])
    except Unreadable as unreadable:
        return {"code": unreadable.code}
    return {"blocks": busy.blocks.tolist(), "flags": [[flag.code, flag.detail] for flag in busy.flags]}


def _limit(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit(int(sys.argv[1]))
    json.dump(_answer(), sys.stdout)
