"""Events that share a UID, as recurring-ical-events expands them; for the reference reader."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from icalendar import Calendar, vRecur
from icalendar import Event as CalendarEvent
from recurring_ical_events import CalendarQuery

from agenda.dates.busy import Flag
from agenda.dates.ics_rule import Refused, rule
from agenda.dates.ics_times import Length, Unknown
from agenda.dates.stretches import Stretch

_MARGIN = timedelta(days=2)
_RECURRENCE = {"RRULE", "RDATE", "EXDATE", "EXRULE"}

Time = date | datetime


class Timed(NamedTuple):
    """When an event is, how long it lasts and whether it is busy."""

    start: Time
    length: Length
    busy: bool


class Times(Protocol):
    """What reads the times of one calendar, in its zones."""

    first: datetime
    last: datetime
    flags: list[Flag]

    def settled(self, value: Any, parameters: Any) -> Time:
        """Return the date, or the time in its zone."""

    def timed(self, component: Any) -> Timed:
        """Return when an event is."""

    def moment(self, value: Time) -> datetime:
        """Return the moment in UTC."""

    def seconds(self, value: Time) -> int:
        """Return the moment in seconds since 1970."""

    def end(self, start: Time, lasts: Length) -> int:
        """Return the moment this long after the start."""


class Series:
    """The events that share a UID, rebuilt so that the libraries read what the RFC means."""

    def __init__(self, reader: Times, components: list[Any]) -> None:
        self.reader = reader
        self.timed = [reader.timed(component) for component in components]
        self.components = components
        self.period_ends: dict[int, int] = {}
        masters = [
            one.start
            for one, component in zip(self.timed, components, strict=True)
            if "RECURRENCE-ID" not in component
        ]
        self.by_days = bool(masters) and not isinstance(masters[0], datetime)

    def stretches(self) -> list[Stretch]:
        """Give the stretches near the window."""
        calendar = Calendar()
        for number, component in enumerate(self.components):
            calendar.add_component(self._rebuilt(number, component))
        query = CalendarQuery(calendar)
        reader = self.reader
        result = []
        for found in query.between(reader.first - _MARGIN, reader.last + _MARGIN):
            timed = self.timed[int(found["X-NUMBER"])]
            if timed.busy:
                start = found["DTSTART"].dt
                at = reader.seconds(start)
                end = self.period_ends.get(at) if "X-OVERRIDES" not in found else None
                result.append((at, reader.end(start, timed.length) if end is None else end))
        return result

    def _rebuilt(self, number: int, component: Any) -> CalendarEvent:
        timed, event = self.timed[number], CalendarEvent()
        event.add("uid", "series")
        event.add("x-number", str(number))
        event.add("dtstart", timed.start)
        if isinstance(timed.start, datetime):
            # Only where to look: the real end is counted from each date that is found.
            event.add("dtend", timed.start + timedelta(days=timed.length.days, seconds=timed.length.seconds))
        else:
            event.add("dtend", timed.start + timedelta(days=timed.length.days))
        if "SEQUENCE" in component:
            event.add("sequence", int(component["SEQUENCE"]))
        if "RECURRENCE-ID" in component:
            named = component["RECURRENCE-ID"]
            event.add("recurrence-id", self._like_master(self.reader.settled(named.dt, named.params)))
            event.add("x-overrides", "1")
            if str(named.params.get("RANGE", "")).upper() == "THISANDFUTURE":
                event["RECURRENCE-ID"].params["RANGE"] = "THISANDFUTURE"
        if not component.keys() & _RECURRENCE:
            return event
        self._recurrence(event, component, timed.start)
        return event

    def _recurrence(self, event: CalendarEvent, component: Any, start: Time) -> None:
        for exdates in _all(component, "EXDATE"):
            for one in exdates.dts:
                event.add("exdate", self._like_master(self.reader.settled(one.dt, exdates.params)))
        rules = _all(component, "RRULE")
        try:
            if "EXRULE" in component:
                raise Refused("EXRULE")
            for recur in rules:
                _refuse(recur)
        except Refused as refused:
            self.reader.flags.append(Flag("recurrence_refused", refused.why))
            return
        for recur in rules:
            event.add("rrule", self._exact(recur, start))
        for rdates in _all(component, "RDATE"):
            for one in rdates.dts:
                event.add("rdate", self._like_master(self._further(one.dt, rdates.params)))

    def _further(self, value: Any, parameters: Any) -> Time:
        if not isinstance(value, tuple):
            return self.reader.settled(value, parameters)
        begin = self.reader.settled(value[0], parameters)
        if isinstance(value[1], timedelta):
            end = self.reader.end(begin, Length(value[1].days, value[1].seconds))
        else:
            end = self.reader.seconds(self.reader.settled(value[1], parameters))
        self.period_ends[self.reader.seconds(begin)] = end
        return begin

    def _like_master(self, value: Time) -> Time:
        """Return the date alone where the series is one of days."""
        return value.date() if self.by_days and isinstance(value, datetime) else value

    def _exact(self, recur: Any, start: Time) -> Any:
        """Return the rule as RFC 5545 3.3.10 reads it where the libraries read something else.

        A date as UNTIL of times is the last day, a time without Z is on the start's clocks; a weekday that
        BYWEEKNO leaves open is the start's.
        """
        exact = vRecur(recur)
        for until in recur.get("UNTIL", []):
            if not isinstance(start, datetime):
                exact["UNTIL"] = [date(until.year, until.month, until.day)]
                continue
            if not isinstance(until, datetime):
                until = datetime(until.year, until.month, until.day, 23, 59, 59, tzinfo=start.tzinfo)
            exact["UNTIL"] = [(until if until.tzinfo else until.replace(tzinfo=start.tzinfo)).astimezone(UTC)]
        if "BYWEEKNO" in recur and not recur.keys() & {"BYDAY", "BYMONTHDAY", "BYYEARDAY"}:
            exact["BYDAY"] = [("MO", "TU", "WE", "TH", "FR", "SA", "SU")[start.weekday()]]
        return exact


def _refuse(recur: Any) -> None:
    try:
        rule(recur.to_ical().decode())
    except Unknown:
        return


def _all(component: Any, name: str) -> list[Any]:
    value = component.get(name, [])
    return value if isinstance(value, list) else [value]
