"""The fast reader: from the text of an iCalendar file straight to busy time, keeping nothing else.

It reads what calendar programs write; where there is something it does not know, it says so (`Unknown`), and
the reference reader is asked. A rule that is sub-hourly or has an INTERVAL below 1, and EXRULE, are not
followed: then only the event's own first time counts as busy, and a flag tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from math import ceil, floor

from agenda.core.zone_names import iana, shown
from agenda.dates.busy import Busy, Flag, Unreadable, told
from agenda.dates.busy_rules import MOST_EVENTS, Availability, is_free, is_free_type, unavailable
from agenda.dates.ics_components import Component, Properties, events_and_rest, tree
from agenda.dates.ics_rule import Refused, rule
from agenda.dates.ics_series import UTC_CLOCK, Event, Window, series
from agenda.dates.ics_text import parameter, readable, split, unfolded, zone_name
from agenda.dates.ics_times import NOTHING, ONE_DAY, Length, Moment, Unknown, length, moment
from agenda.dates.ics_zones import DAY, Clock, clock, day_written
from agenda.dates.stretches import Stretch, blocks, joined

_RECURS = ("RRULE", "RDATE", "RECURRENCE-ID", "EXDATE", "EXRULE")
_CHECK_EVERY = 256
_MOST_KEPT = 200_000
_MOST_OF_A_RULE = 5_000


def read_fast(content: bytes, first: datetime, last: datetime, zone: str, check: Callable[[], None]) -> Busy:
    """Return when the calendar's owner is busy; Unknown when the reference reader must tell.

    `check` is called now and then, and ends the reading by raising. Raises Unreadable("too_many_events").
    """
    text = unfolded(content)
    if sum(text.count(f"\nBEGIN:{name}") for name in ("VEVENT", "AVAILABLE", "VAVAILABILITY")) > MOST_EVENTS:
        raise Unreadable("too_many_events")
    window = Window(floor(first.timestamp()), ceil(last.timestamp()), check)
    try:
        events, rest = events_and_rest(text)
        reader = _Reader(window, clock(zone))
        reader.read_around(tree(rest))
        reader.read_events(events)
    except (ValueError, KeyError, OverflowError):
        raise Unknown from None
    return Busy(blocks(reader.found, first, last), told(reader.flags))


class _Reader:
    def __init__(self, window: Window, own: Clock) -> None:
        self.window = window
        self.own = own
        # Clocks are never more than a day from UTC: what is outside these days is outside the window.
        self.first_day = day_written(window.low // DAY - 2)
        self.last_day = day_written(window.high // DAY + 2)
        self.found: list[Stretch] = []
        self.most = _MOST_KEPT
        self.flags: list[Flag] = []
        self.moments: dict[str, Moment] = {}
        self.clocks: dict[str, Clock] = {}
        self.described: dict[str, str] = {}

    def read_around(self, components: list[Component]) -> None:
        """Read all that is no event: time zones, free and busy times, availability."""
        if [component.name for component in components] != ["VCALENDAR"]:
            raise Unknown
        inner = components[0].inner
        for component in inner:
            if component.name == "VTIMEZONE":
                place = component.properties.get("X-LIC-LOCATION", ":")[1:]
                self.described[readable(component.properties["TZID"].partition(":")[2]).strip()] = place
        availabilities = []
        for component in inner:
            if component.name == "VFREEBUSY":
                self._free_busy(component.properties)
            elif component.name == "VAVAILABILITY":
                availabilities.append(self._availability(component))
        if availabilities:
            self.found += unavailable(availabilities)

    def read_events(self, events: list[Properties]) -> None:
        """Read all events, those that share a UID together."""
        by_uid: dict[str | int, Properties | list[Properties]] = {}
        for number, properties in enumerate(events):
            uid = properties.get("UID", number)
            known = by_uid.get(uid)
            if known is None:
                by_uid[uid] = properties
            elif isinstance(known, list):
                known.append(properties)
            else:
                by_uid[uid] = [known, properties]
        for number, one in enumerate(by_uid.values()):
            if number % _CHECK_EVERY == 0:
                self.window.check()
            if isinstance(one, list):
                self._keep(series([self._event(properties) for properties in one], self.window))
            else:
                self._alone(one)

    def _alone(self, properties: Properties) -> None:
        """Read an event that shares its UID with no other; one outside the window is not looked into."""
        recurs = not properties.keys().isdisjoint(_RECURS)
        if "DTEND" in properties and "RDATE" not in properties:
            begin, end = _day(properties["DTSTART"]), _day(properties["DTEND"])
            if begin.isdecimal() and end.isdecimal():
                if begin > self.last_day and end > self.last_day:
                    return
                if begin < self.first_day and end < self.first_day and not recurs:
                    return
        event = self._event(properties)
        if recurs:
            self._keep(series([event], self.window))
        elif event.busy:
            self.found.append((event.start.at, event.end))

    def _keep(self, stretches: list[Stretch]) -> None:
        """Keep the stretches; very many are joined, so that memory stays bounded."""
        self.found += stretches
        if len(self.found) > self.most:
            self.found = joined(self.found)
            self.most = max(_MOST_KEPT, 2 * len(self.found))
            self.window.check()

    def _event(self, properties: Properties) -> Event:
        start, lasts = self._time(properties)
        event = Event(start, lasts, True)
        if "TRANSP" in properties or "STATUS" in properties or "X-MICROSOFT-CDO-BUSYSTATUS" in properties:
            event.busy = not is_free(
                properties.get("TRANSP", ":").rpartition(":")[2],
                properties.get("STATUS", ":").rpartition(":")[2],
                properties.get("X-MICROSOFT-CDO-BUSYSTATUS", ":").rpartition(":")[2],
            )
        if "SEQUENCE" in properties:
            event.sequence = int(split(properties["SEQUENCE"])[1])
        if not properties.keys().isdisjoint(_RECURS):
            self._recurrence(event, properties)
        return event

    def _time(self, properties: Properties) -> tuple[Moment, Length]:
        """Return the start and how long it lasts: all-day at least a day; ends in wrong order are swapped."""
        start = self._moment(properties["DTSTART"])
        if "DTEND" in properties:
            end = self._moment(properties["DTEND"])
            if start.is_date != end.is_date:
                raise Unknown
            if start.is_date:
                return start, Length(max((end.wall - start.wall) // DAY, 1), 0)
            if end.at < start.at:
                start, end = end, start
            return start, Length(0, end.at - start.at)
        if "DURATION" not in properties:
            return start, ONE_DAY if start.is_date else NOTHING
        lasts = length(split(properties["DURATION"])[1])
        return start, ONE_DAY if start.is_date and not lasts.days else lasts

    def _recurrence(self, event: Event, properties: Properties) -> None:
        try:
            if "EXRULE" in properties:
                raise Refused("EXRULE")
            rules = [split(line)[1] for line in _lines(properties, "RRULE")]
            for written in rules:
                if len(written) > _MOST_OF_A_RULE:
                    raise Unknown
                rule(written)
        except Refused as refused:
            self.flags.append(Flag("recurrence_refused", refused.why))
        else:
            event.rules = rules
            if "RDATE" in properties:
                event.further = self._further(event, properties["RDATE"])
        if "EXDATE" in properties:
            self._excluded(event, properties["EXDATE"])
        if "RECURRENCE-ID" in properties:
            parameters = properties["RECURRENCE-ID"].rpartition(":")[0]
            event.replaces = self._moment(properties["RECURRENCE-ID"])
            event.and_future = parameter(parameters, "RANGE") == "THISANDFUTURE"

    def _further(self, event: Event, lines: str) -> list[tuple[int, int | None]]:
        further: dict[int, int | None] = {}
        for parameters, written in _values(lines):
            begin, slash, end = written.partition("/")
            at = self._moment(f"{parameters}:{begin}")
            if at.is_date != event.start.is_date:
                raise Unknown
            further[at.at] = self._period_end(parameters, at, end) if slash else None
        return list(further.items())

    def _excluded(self, event: Event, lines: str) -> None:
        moments = [self._moment(f"{parameters}:{written}") for parameters, written in _values(lines)]
        event.excluded = {one.at for one in moments}
        if any(one.is_date != event.start.is_date for one in moments):
            if event.start.is_date:
                raise Unknown
            event.excluded_days = {one.wall // DAY for one in moments if one.is_date}

    def _period_end(self, parameters: str, begin: Moment, end: str) -> int:
        if end[:1] in ("P", "p", "+"):
            return length(end).after(begin.wall, begin.clock, begin.at)
        return self._moment(f"{parameters}:{end}").at

    def _moment(self, rest: str) -> Moment:
        """Return the date or time that follows a property's name; the same text is read once."""
        if found := self.moments.get(rest):
            return found
        parameters, value = split(rest)
        clocks = self.own
        if parameters and len(value) == 15 and (name := zone_name(parameters)) is not None:
            clocks = self.clocks.get(name) or self._clock(name)
        self.moments[rest] = made = moment(value, clocks, UTC_CLOCK)
        return made

    def _clock(self, name: str) -> Clock:
        """Return the clocks of a TZID; those of the person where no zone is known by it."""
        known = iana(name) or iana(self.described.get(name, ""))
        if known:
            self.clocks[name] = clock(known)
        elif name in self.described:
            raise Unknown
        else:
            self.flags.append(Flag("unknown_time_zone", shown(name)))
            self.clocks[name] = self.own
        return self.clocks[name]

    def _free_busy(self, properties: Properties) -> None:
        for line in _lines(properties, "FREEBUSY"):
            parameters, values = split(line)
            if is_free_type(parameter(parameters, "FBTYPE")):
                continue
            self.window.check()
            for period in values.split(","):
                begin, slash, end = period.partition("/")
                if not slash:
                    raise Unknown
                at = self._moment(f"{parameters}:{begin}")
                self.found.append((at.at, self._period_end(parameters, at, end)))

    def _availability(self, component: Component) -> Availability:
        properties = component.properties
        begin, end = self.window.low, self.window.high
        if "DTSTART" in properties:
            start, lasts = self._time(properties)
            begin = start.at
            if lasts != NOTHING:
                end = lasts.after(start.wall, start.clock, start.at)
        elif "DTEND" in properties:
            end = self._moment(properties["DTEND"]).at
        by_uid: dict[str | int, list[Event]] = {}
        for number, inner in enumerate(component.inner):
            if inner.name == "AVAILABLE":
                event = self._event(inner.properties)
                by_uid.setdefault(inner.properties.get("UID", number), []).append(event)
        available = [one for events in by_uid.values() for one in series(events, self.window)]
        priority = int(split(properties["PRIORITY"])[1]) if "PRIORITY" in properties else 0
        return Availability(priority, (begin, end), available)


def _day(rest: str) -> str:
    """Return the day as written, of what follows the name of a date or time."""
    at = rest.rfind(":") + 1
    return rest[at : at + 8]


def _values(lines: str) -> Iterator[tuple[str, str]]:
    for line in lines.split("\n"):
        parameters, values = split(line)
        for value in values.split(","):
            yield parameters, value


def _lines(properties: Properties, name: str) -> list[str]:
    return properties[name].split("\n") if name in properties else []
