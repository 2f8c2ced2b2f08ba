"""From the bytes of a message to what it says. Values in, values out; `reading_apart` bounds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agenda.mail.automatic import is_automatic
from agenda.mail.calendar_answers import CalendarSaid, NoCalendar, read_calendar
from agenda.mail.delivery_reports import delivery
from agenda.mail.message_head import Head, read_head, unique
from agenda.mail.mime_tree import Part, TooMuch, parts
from agenda.mail.own_words import own_words, without_markup
from agenda.mail.tnef import is_tnef, read_tnef
from agenda.mail.understood import IncomingKind, Understood

# A hall's mailbox sends the papers along; more than this no answer needs.
MOST_OCTETS = 25 * 1024 * 1024
ZONE = "Europe/Amsterdam"
MOST_AUTHENTICATION = 20
_CALENDARS = {"text/calendar", "application/ics", "text/x-vcalendar"}
_KINDS = {
    "REPLY": IncomingKind.REPLY,
    "COUNTER": IncomingKind.COUNTER,
    "REFRESH": IncomingKind.REFRESH,
}
# What every mail has some of; a file without any is something else.
_OF_MAIL = ("from", "to", "subject", "date", "message-id", "received", "content-type", "mime-version")
# Of several calendar parts the one that answers counts.
_ORDER = ("REPLY", "COUNTER", "REFRESH")


def understand(content: bytes, zone: str = ZONE) -> Understood:
    """Tell what a message says, whatever it holds: a mail, or a calendar file alone.

    `zone` is the civil time of what is written without one. Never raises for what the content is.
    """
    if _is_calendar_file(content):
        return _from_calendar_file(content, zone)
    head = read_head(content)
    known = from_head(head)
    if not content.strip():
        return replace(known, unreadable="empty")
    if len(content) > MOST_OCTETS:
        return replace(known, unreadable="too_large")
    if not any(head.all(name) for name in _OF_MAIL):
        return replace(known, unreadable="not_a_message")
    if head.cut:
        return replace(known, unreadable="head_too_large")
    try:
        found = parts(content)
    except TooMuch as bomb:
        return replace(known, unreadable=str(bomb))
    return _from_mail(known, head, found, zone)


def from_head(head: Head) -> Understood:
    """Tell what the head alone says; for a message that cannot be read further."""
    name, address = head.sender
    return Understood(
        kind=IncomingKind.UNREADABLE,
        message_id=head.message_id,
        sender=address,
        sender_name=name,
        subject=head.subject,
        addressed=head.addressed,
        authentication=tuple(head.all("authentication-results")[:MOST_AUTHENTICATION]),
        warnings=("several_senders",) if len(head.all("from")) > 1 else (),
    )


def _from_mail(known: Understood, head: Head, found: Sequence[Part], zone: str) -> Understood:
    known = replace(known, text=_text(found))
    said, warnings = _calendar(found, zone)
    if said is not None and said.method:
        return _with_calendar(known, said)
    known = replace(known, warnings=unique([*known.warnings, *warnings]))
    reported = delivery(head, found)
    if reported is not None:
        return replace(known, kind=IncomingKind.DELIVERY, delivery=reported)
    if said is not None:
        return _with_calendar(known, said)
    if is_automatic(head) or any(part.kind == "message/disposition-notification" for part in found):
        return replace(known, kind=IncomingKind.AUTOMATIC)
    if warnings and not known.text:
        return replace(known, unreadable=warnings[0])
    if not known.text and not known.subject:
        return replace(known, unreadable="empty")
    return replace(known, kind=IncomingKind.TEXT)


def _calendar(found: Sequence[Part], zone: str) -> tuple[CalendarSaid | None, tuple[str, ...]]:
    """Read every calendar of the message itself (rule 18); one in a message that came along says nothing."""
    said: list[CalendarSaid] = []
    warnings: list[str] = []
    for part in found:
        if part.within:
            continue
        try:
            if part.kind in _CALENDARS or part.file_name.endswith(".ics"):
                said.append(read_calendar(part.octets, part.charset, part.method, zone))
            elif is_tnef(part):
                said.append(read_tnef(part.octets))
        except NoCalendar as reason:
            warnings.append(str(reason))
    for method in _ORDER:
        chosen = next((one for one in said if one.method == method), None)
        if chosen is not None:
            return chosen, ()
    return next(iter(said), None), unique(warnings)


def _with_calendar(known: Understood, said: CalendarSaid) -> Understood:
    return replace(
        known,
        kind=_KINDS.get(said.method, IncomingKind.CALENDAR),
        method=said.method,
        uid=said.uid,
        sequence=said.sequence,
        dtstamp=said.dtstamp,
        answers=said.answers,
        proposal=said.proposal,
        comment=said.comment,
        addressed=unique([*known.addressed, *said.organizer]),
        warnings=unique([*known.warnings, *said.warnings]),
    )


def _text(found: Sequence[Part]) -> str:
    """Give the words of a person; from the page where there is no plain text."""
    shown = [part for part in found if not part.attached and part.within != "message/rfc822"]
    plain = next((part.text for part in shown if part.kind == "text/plain" and part.text.strip()), "")
    page = next((part.text for part in shown if part.kind == "text/html"), "")
    return own_words(plain or without_markup(page))


def _is_calendar_file(content: bytes) -> bool:
    start = content[:2_000].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"")
    return start[:15].upper() == b"BEGIN:VCALENDAR"


def _from_calendar_file(content: bytes, zone: str) -> Understood:
    empty = Understood(kind=IncomingKind.UNREADABLE)
    try:
        return _with_calendar(empty, read_calendar(content, "utf-8", "", zone))
    except NoCalendar as reason:
        return replace(empty, unreadable=str(reason))
