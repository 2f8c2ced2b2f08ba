"""Calendar messages as iTIP (RFC 5546) asks and as Outlook, Google and Apple take them: facts in, bytes out.

Numbers in brackets are rules of CALENDAR-MAIL. Times leave in UTC (13), one event a message (4, 9).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from icalendar import Alarm, Calendar, Event, vCalAddress, vUri

from agenda.core.text import clean, one_line
from agenda.mail.compose import Mailbox

PRODID = "-//Leidse regio//Vergaderagenda//NL"
_UID_OCTETS = 200
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
_LINK = re.compile(r"https?://[!-~]+")
# No escape in a parameter value is read by every program: " is forbidden (12), ^ and \ start one in some.
_NAME = str.maketrans({'"': "'", "\\": "/", "^": None})

Status = Literal["tentative", "confirmed", "cancelled"]
Role = Literal["chair", "required", "optional", "non_participant"]
Kind = Literal["individual", "room"]
Partstat = Literal["needs-action", "accepted", "tentative", "declined"]

_ROLES = {
    "chair": "CHAIR",
    "required": "REQ-PARTICIPANT",
    "optional": "OPT-PARTICIPANT",
    "non_participant": "NON-PARTICIPANT",
}
_AGAIN = timedelta(hours=1)
_BUSY = {"tentative": "TENTATIVE", "confirmed": "BUSY", "cancelled": "FREE"}


@dataclass(frozen=True)
class CalendarAttendee:
    """Someone, or a room, on the list of a calendar message."""

    name: str
    address: str
    role: Role = "required"
    kind: Kind = "individual"
    partstat: Partstat = "needs-action"


@dataclass(frozen=True)
class CalendarEvent:
    """One meeting as one recipient's calendar must show it; every moment is aware.

    `organizer` carries the recipient's own reply address (rule 8), `sent_by` the address of who acts for it.
    `starts_at` and `ends_at` are a guest's own window where the recipient is a guest (rule 16).
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    dtstamp: datetime
    last_modified: datetime
    summary: str
    description: str
    location: str
    organizer: Mailbox
    attendees: tuple[CalendarAttendee, ...]
    status: Status
    url: str
    sent_by: str | None = None
    # Minutes before the start at which the recipient wants to be warned; 0 for no alarm of ours.
    alarm: int = 0


def uid_for(meeting_key: str, domain: str) -> str:
    """Return the UID of a meeting: the same for the same key and domain for ever, under 200 octets."""
    uid = f"{meeting_key}@{domain}"
    if len(uid) < _UID_OCTETS and re.fullmatch(r"[A-Za-z0-9.@-]+", uid):
        return uid
    return hashlib.sha256(uid.encode()).hexdigest()


def request(event: CalendarEvent) -> bytes:
    """Return a METHOD:REQUEST message, which puts the event in a calendar or renews it there.

    Raises ValueError for a cancelled event, a naive moment, an end that is not after the start, a negative
    sequence, no attendees, or an address or link that cannot be written.
    """
    if event.status == "cancelled":
        raise ValueError("a cancelled event leaves as CANCEL")
    return _message("REQUEST", event)


def cancel(event: CalendarEvent, recipient: str) -> bytes:
    """Return a METHOD:CANCEL message for the attendee with this address, who is listed first (rule 17).

    `event.sequence` is already higher than that of the last request. When one person is removed, the event
    lists that person alone (RFC 5546 3.2.5). Raises ValueError as `request` does, and when the recipient is
    not an attendee.
    """
    own = [attendee for attendee in event.attendees if attendee.address.lower() == recipient.lower()]
    if not own:
        raise ValueError("the recipient of a cancellation is an attendee")
    others = [attendee for attendee in event.attendees if attendee not in own]
    return _message("CANCEL", replace(event, status="cancelled", attendees=(*own, *others)))


def decline_counter(event: CalendarEvent, comment: str) -> bytes:
    """Return a METHOD:DECLINECOUNTER message: the event stays as it is, same SEQUENCE (rule 23).

    `event` lists who proposed the other time; `comment` says why not, "" for no reason. Raises ValueError as
    `request` does.
    """
    return _message("DECLINECOUNTER", event, comment)


def stored(event: CalendarEvent) -> bytes:
    """Return the event as it is kept on a calendar server; raises ValueError as `request` does.

    Without METHOD (RFC 4791 4.1). A server that sends invitations and answers by itself must leave that to
    us: SCHEDULE-AGENT=CLIENT on the organizer and on each attendee (RFC 6638 7.1).
    """
    _check(event)
    entry = _event(event)
    attendees = entry["attendee"]
    _warn(entry, event)
    for address in (entry["organizer"], *(attendees if isinstance(attendees, list) else [attendees])):
        address.params["SCHEDULE-AGENT"] = "CLIENT"
    return _calendar(None, entry)


@dataclass(frozen=True)
class FeedEvent:
    """One meeting in a feed: without organiser and attendees, whose addresses concern nobody else (26)."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    told_at: datetime
    summary: str
    description: str
    location: str
    status: Status
    url: str
    alarm: int = 0


def publish(name: str, events: Iterable[FeedEvent]) -> bytes:
    """Return a METHOD:PUBLISH calendar of events, which programs fetch again about every hour (26).

    The same events give the same bytes. Raises ValueError for a naive moment, or a link that cannot be
    written.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", one_line(name))
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("refresh-interval", _AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(_published(event))
    content: bytes = calendar.to_ical()
    return content


def _published(event: FeedEvent) -> Event:
    if not _LINK.fullmatch(event.url):
        raise ValueError("a link that cannot be written in a calendar")
    entry = Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", _utc(event.told_at))
    entry.add("last-modified", _utc(event.told_at))
    entry.add("dtstart", _utc(event.starts_at))
    entry.add("dtend", _utc(event.ends_at))
    _describe(entry, event)
    entry.add("url", vUri(event.url))
    _warn(entry, event)
    return entry


def alarm_uid(uid: str) -> str:
    """Name our own alarm of an event, so that it is told from those that its owner added (RFC 9074 4)."""
    return f"alarm-{uid}"


def _warn(entry: Event, event: CalendarEvent | FeedEvent) -> None:
    """Add the alarm that was asked for (RFC 5545 3.6.6); what is cancelled warns of nothing."""
    if not event.alarm or event.status == "cancelled":
        return
    alarm = Alarm()
    alarm.add("uid", alarm_uid(event.uid))
    alarm.add("action", "DISPLAY")
    alarm.add("description", one_line(event.summary))
    alarm.add("trigger", -timedelta(minutes=event.alarm))
    entry.add_component(alarm)


def _describe(entry: Event, event: CalendarEvent | FeedEvent) -> None:
    entry.add("summary", one_line(event.summary))
    for name, text in (("description", clean(event.description)), ("location", one_line(event.location))):
        # libical takes a property without a value for a fault, and drops blanks at the end of one.
        if text.strip():
            entry.add(name, text.strip())
    entry.add("status", event.status.upper())
    entry.add("transp", "TRANSPARENT" if event.status == "cancelled" else "OPAQUE")
    entry.add("x-microsoft-cdo-busystatus", _BUSY[event.status])


def _message(method: str, event: CalendarEvent, comment: str = "") -> bytes:
    _check(event)
    entry = _event(event)
    if comment:
        entry.add("comment", clean(comment).strip("\n"))
    if method == "REQUEST":
        # RFC 5546 3.2: the other methods that we send carry no alarm.
        _warn(entry, event)
    return _calendar(method, entry)


def _calendar(method: str | None, entry: Event) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method is not None:
        calendar.add("method", method)
    calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content


def _event(event: CalendarEvent) -> Event:
    entry = Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", _utc(event.dtstamp))
    entry.add("last-modified", _utc(event.last_modified))
    entry.add("dtstart", _utc(event.starts_at))
    entry.add("dtend", _utc(event.ends_at))
    _describe(entry, event)
    entry.add("url", vUri(event.url))
    entry.add("organizer", _organizer(event))
    for attendee in event.attendees:
        entry.add("attendee", _attendee(attendee))
    return entry


def _organizer(event: CalendarEvent) -> vCalAddress:
    organizer = _calendar_address(event.organizer.name, event.organizer.address)
    if event.sent_by is not None:
        organizer.params["SENT-BY"] = f"mailto:{_checked_address(event.sent_by)}"
    return organizer


def _attendee(attendee: CalendarAttendee) -> vCalAddress:
    address = _calendar_address(attendee.name, attendee.address)
    room = attendee.kind == "room"
    address.params["CUTYPE"] = "ROOM" if room else "INDIVIDUAL"
    address.params["ROLE"] = "NON-PARTICIPANT" if room else _ROLES[attendee.role]
    address.params["PARTSTAT"] = attendee.partstat.upper()
    address.params["RSVP"] = "TRUE"
    return address


def _calendar_address(name: str, address: str) -> vCalAddress:
    written = vCalAddress(f"mailto:{_checked_address(address)}")
    common_name = one_line(name.translate(_NAME))
    if common_name:
        written.params["CN"] = common_name
    return written


def _checked_address(address: str) -> str:
    if not _ADDRESS.fullmatch(address):
        raise ValueError("an address that cannot be written in a calendar")
    return address


def _check(event: CalendarEvent) -> None:
    if _utc(event.ends_at) <= _utc(event.starts_at):
        raise ValueError("an event ends after it starts")
    if event.sequence < 0:
        raise ValueError("a sequence starts at 0")
    if not event.attendees:
        raise ValueError("a calendar message lists its recipient")
    if len(event.uid.encode()) >= _UID_OCTETS or event.uid != one_line(event.uid):
        raise ValueError("a UID is one line under 200 octets")
    if not _LINK.fullmatch(event.url):
        raise ValueError("a link that cannot be written in a calendar")


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).replace(microsecond=0)
