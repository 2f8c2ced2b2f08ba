"""The components of an iCalendar file's text: events taken out whole, the rest as a tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agenda.dates.ics_times import Unknown

MOST_DEPTH = 8
REPEATABLE = ("RRULE", "RDATE", "EXDATE", "EXRULE", "FREEBUSY")
_EVENT, _EVENT_END = "\nBEGIN:VEVENT", "\nEND:VEVENT"
_ALARM, _ALARM_END = "\nBEGIN:VALARM\n", "\nEND:VALARM"
_WANTED = re.compile(
    r"\n(DTSTART|DTEND|DURATION|UID|RRULE|RDATE|EXDATE|EXRULE|RECURRENCE-ID|SEQUENCE|TRANSP|STATUS"
    r"|X-MICROSOFT-CDO-BUSYSTATUS)([;:][^\n]*)"
).findall
_OTHERS = {"TZID", "X-LIC-LOCATION", "FREEBUSY", "DTSTART", "DTEND", "DURATION", "UID", "RRULE", "RDATE"} | {
    *("EXDATE", "EXRULE", "RECURRENCE-ID", "SEQUENCE", "PRIORITY"),
}
_READ = ("VTIMEZONE", "VFREEBUSY", "VAVAILABILITY", "AVAILABLE")
_NAME_END = re.compile("[;:]")

# What follows each property's name, from its ";" or ":" on; of a property that is repeated, a line each.
Properties = dict[str, str]


@dataclass
class Component:
    """One component that is no event, with the properties that matter here."""

    name: str
    properties: Properties = field(default_factory=dict)
    inner: list[Component] = field(default_factory=list)


def events_and_rest(text: str) -> tuple[list[Properties], str]:
    """Return the properties of all events, and the text around the events."""
    around, *pieces = text.split(_EVENT)
    events, rest = [], [around]
    for piece in pieces:
        body, end, after = piece.partition(_EVENT_END)
        if not end or body[:1] not in ("\n", ""):
            raise Unknown
        if "\nBEGIN:" in body:
            body = _without_alarms(body)
        pairs = _WANTED(body)
        properties = dict(pairs)
        events.append(properties if len(properties) == len(pairs) else _repeated(pairs))
        if after != "\n" and after:
            rest.append(after)
    return events, "".join(rest)


def _without_alarms(body: str) -> str:
    before, *alarms = body.split(_ALARM)
    kept = [before]
    for alarm in alarms:
        _, end, after = alarm.partition(_ALARM_END)
        if not end:
            raise Unknown
        kept.append(after)
    result = "".join(kept)
    if "\nBEGIN:" in result or "\nEND:" in result:
        raise Unknown
    return result


def _repeated(pairs: list[tuple[str, str]]) -> Properties:
    properties: Properties = {}
    for name, rest in pairs:
        if name not in properties:
            properties[name] = rest
        elif name in REPEATABLE:
            properties[name] += "\n" + rest
        else:
            raise Unknown
    return properties


def tree(rest: str) -> list[Component]:
    """Return the outermost components of the text around the events."""
    top = Component("")
    open_: list[Component] = [top]
    pairs: list[list[tuple[str, str]]] = [[]]
    for line in rest.split("\n"):
        found = _NAME_END.search(line)
        if not found:
            continue
        name = line[: found.start()]
        if name == "BEGIN":
            if len(open_) > MOST_DEPTH:
                raise Unknown
            open_.append(Component(line[6:].strip()))
            pairs.append([])
        elif name == "END":
            if len(open_) == 1 or open_[-1].name != line[4:].strip():
                raise Unknown
            done = open_.pop()
            said = pairs.pop()
            done.properties = _repeated(said) if done.name in _READ else {}
            open_[-1].inner.append(done)
        elif name in _OTHERS:
            pairs[-1].append((name, line[found.start() :]))
    if len(open_) > 1:
        raise Unknown
    return top.inner
