"""A letter as its reader finds it: headers, text, HTML, and what its calendar part says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar, Component

from agenda.mail.rules import without_secrets

SHOWN_HEADERS = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References")


@dataclass(frozen=True)
class Invited:
    """Someone in a calendar message; `answer` is the iTIP word, such as ACCEPTED."""

    name: str
    address: str
    answer: str


@dataclass(frozen=True)
class CalendarFacts:
    """What a calendar program reads in the letter."""

    method: str
    summary: str
    starts_at: datetime | date | None
    ends_at: datetime | date | None
    place: str
    description: str
    organiser: str
    invited: tuple[Invited, ...]
    sequence: int
    status: str
    uid: str


@dataclass(frozen=True)
class Reading:
    """A letter taken apart."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    calendar: CalendarFacts | None
    attachments: tuple[str, ...]

    def without_secrets(self) -> Reading:
        """Give the same letter without what lets one answer in its reader's name."""
        headers = tuple((name, without_secrets(value)) for name, value in self.headers)
        calendar = self.calendar and replace(
            self.calendar,
            description=without_secrets(self.calendar.description),
            organiser=without_secrets(self.calendar.organiser),
        )
        text, html = without_secrets(self.text), without_secrets(self.html)
        return replace(self, headers=headers, text=text, html=html, calendar=calendar)


def read_letter(content: bytes) -> Reading:
    """Take one of our own letters apart."""
    message = message_from_bytes(content, policy=policy.default)
    return Reading(
        headers=tuple((name, str(message[name])) for name in SHOWN_HEADERS if message[name]),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        calendar=_calendar(message),
        attachments=tuple(str(part.get_filename()) for part in message.iter_attachments()),
    )


def _body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""


def _calendar(message: EmailMessage) -> CalendarFacts | None:
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            payload = part.get_payload(decode=True)
            # Bytes only: from a short str icalendar reads the file of that name (CALENDAR-MAIL rule 28).
            calendar = Calendar.from_ical(payload if isinstance(payload, bytes) else b"")
            return next((_facts(calendar, event) for event in calendar.walk("VEVENT")), None)
    return None


def _facts(calendar: Component, event: Component) -> CalendarFacts:
    return CalendarFacts(
        method=str(calendar.get("METHOD", "")),
        summary=str(event.get("SUMMARY", "")),
        starts_at=_moment(event, "DTSTART"),
        ends_at=_moment(event, "DTEND"),
        place=str(event.get("LOCATION", "")),
        description=str(event.get("DESCRIPTION", "")),
        organiser=_address(event.get("ORGANIZER", "")),
        invited=tuple(_invited(event)),
        sequence=int(event.get("SEQUENCE", 0)),
        status=str(event.get("STATUS", "")),
        uid=str(event.get("UID", "")),
    )


def _moment(event: Component, name: str) -> datetime | date | None:
    found = event.get(name)
    moment: datetime | date | None = found.dt if found is not None else None
    if isinstance(moment, datetime) and moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment


def _invited(event: Component) -> Iterator[Invited]:
    found: Any = event.get("ATTENDEE", [])
    for attendee in found if isinstance(found, list) else [found]:
        facts = attendee.params
        yield Invited(
            str(facts.get("CN", "")), _address(attendee), str(facts.get("PARTSTAT", "NEEDS-ACTION"))
        )


def _address(value: object) -> str:
    return str(value).removeprefix("mailto:").removeprefix("MAILTO:")
