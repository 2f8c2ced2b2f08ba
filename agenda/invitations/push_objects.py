"""One meeting as it stands in somebody's calendar: what its owner did to it is read, and kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from icalendar import Calendar
from icalendar.cal.component import Component
from icalendar.error import BrokenCalendarProperty

from agenda.mail.itip import alarm_uid

# A meeting with a handful of alarms takes two thousand; what is larger is not ours to take apart.
MOST_BYTES = 100_000
# They would give the meeting other times than those that we write.
_OTHER_TIMES = {"DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "REQUEST-STATUS"}
# What programs derive from a text of ours; it no longer holds where that text changes.
_DERIVED = {"LOCATION": {"GEO", "X-APPLE-STRUCTURED-LOCATION"}, "DESCRIPTION": {"X-ALT-DESC"}}


@dataclass(frozen=True)
class Found:
    """A meeting in its owner's calendar: of which version, what they answered, whether they changed it."""

    sequence: int
    partstat: str
    changed: bool


def read(theirs: bytes, ours: bytes, uid: str, mailbox: str) -> Found | None:
    """Compare what stands there with what we wrote; None where the meeting cannot be found in it."""
    there, here = _event(theirs, uid), _event(ours, uid)
    if there is None or here is None:
        return None
    attendees = there.get("ATTENDEE", [])
    return Found(
        sequence=_number(there.get("SEQUENCE", 0)),
        partstat=_partstat(attendees if isinstance(attendees, list) else [attendees], mailbox),
        changed=_differs(there, here),
    )


def is_about(content: bytes, uid: str) -> bool:
    """Tell whether an entry is about the meeting with this UID."""
    return _event(content, uid) is not None


def merged(ours: bytes, theirs: bytes, uid: str) -> bytes:
    """Give what we write with what the owner added: alarms, categories, notes of their program.

    Whatever we say ourselves wins, with one exception: who calls their own time free keeps it free.
    """
    there = _event(theirs, uid)
    if there is None:
        return ours
    calendar = Calendar.from_ical(ours)
    (here,) = calendar.walk("VEVENT")
    dropped = {
        name for text, names in _DERIVED.items() if _text(there, text) != _text(here, text) for name in names
    }
    for name, value in there.items():
        if name not in here and name not in _OTHER_TIMES | dropped:
            here[name] = value
    if _text(there, "TRANSP").upper() == "TRANSPARENT" and _text(there, "STATUS").upper() != "CANCELLED":
        here["TRANSP"] = there["TRANSP"]
    here.subcomponents += [
        part for part in there.subcomponents if part.name == "VALARM" and _text(part, "UID") != alarm_uid(uid)
    ]
    content: bytes = calendar.to_ical()
    return content


def _event(content: bytes, uid: str) -> Component | None:
    """Find the event with this UID; None in what is no calendar, too."""
    if len(content) > MOST_BYTES:
        return None
    try:
        found = Calendar.from_ical(content).walk("VEVENT")
    except Exception:  # noqa: BLE001 - the parser breaks in many ways on what is no calendar
        return None
    return next((one for one in found if _text(one, "UID") == uid and "RECURRENCE-ID" not in one), None)


def _partstat(attendees: Iterable[object], mailbox: str) -> str:
    for one in attendees:
        if str(one).lower().removeprefix("mailto:") == mailbox.lower():
            params: dict[str, object] = _part(one, "params") or {}
            return str(params.get("PARTSTAT", "")).lower()
    return ""


def _differs(there: Component, here: Component) -> bool:
    try:
        return _said(there) != _said(here)
    except (OverflowError, TypeError, ValueError):
        # A moment with which nobody can reckon is not ours.
        return True


def _said(event: Component) -> tuple[object, ...]:
    """Give what an owner may have moved or renamed."""
    return _moment(event, "DTSTART"), _end(event), _text(event, "SUMMARY"), _text(event, "LOCATION")


def _end(event: Component) -> object:
    start, length = _moment(event, "DTSTART"), _part(event.get("DURATION"), "td")
    if "DTEND" not in event and isinstance(start, datetime) and length is not None:
        return start + length
    return _moment(event, "DTEND")


def _moment(event: Component, name: str) -> object:
    moment = _part(event.get(name), "dt")
    return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else moment


def _part(value: Any, name: str) -> Any:
    """Give a part of a value; None also where the value could not be read."""
    try:
        return getattr(value, name, None)
    except BrokenCalendarProperty:
        return None


def _text(event: Component, name: str) -> str:
    return str(event.get(name, "")).strip()


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
