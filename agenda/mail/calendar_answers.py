"""What a calendar message asks or answers, line by line: a line that cannot be read takes no other along.

RFC 5545 and 5546, and the habits of Exchange, Google, Apple, Thunderbird, Notes and Nextcloud. No recurrence
is ever expanded. Bytes only, and never a whole-calendar parser: from a short text icalendar opens the file of
that name (CALENDAR-MAIL rule 28).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from icalendar import vDuration
from icalendar.parser import Contentline

from agenda.core.text import clean, one_line
from agenda.core.zone_names import iana
from agenda.mail.message_head import addresses, unique
from agenda.mail.mime_tree import decoded
from agenda.mail.understood import Answered, Proposed

MOST_OCTETS = 5_000_000
MOST_LINES = 20_000
MOST_EVENTS = 100
MOST_ATTENDEES = 200
LONGEST_LINE = 100_000
LONGEST_COMMENT = 20_000
_LONGEST_UID = 1_000
_HIGHEST_SEQUENCE = 2**31 - 1
_PARTSTATS = {"NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED"}
_MOMENT = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """One property."""

    value: str
    params: Mapping[str, object] = field(default_factory=dict)

    def param(self, name: str) -> str:
        """Give a parameter as one text; "" without it."""
        found = self.params.get(name, "")
        return " ".join(str(one) for one in found) if isinstance(found, list) else str(found)


Properties = dict[str, list[Line]]


@dataclass(frozen=True)
class CalendarSaid:
    """A calendar message: the fields of understood.Understood that it fills."""

    method: str = ""
    uid: str = ""
    sequence: int = 0
    dtstamp: datetime | None = None
    answers: tuple[Answered, ...] = ()
    proposal: Proposed | None = None
    comment: str = ""
    organizer: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class NoCalendar(Exception):
    """Nothing of a calendar can be found here; the text is a code of ours."""


def read_calendar(octets: bytes, charset: str, method: str, zone: str) -> CalendarSaid:
    """Read one calendar object; `method` is the one of its MIME part, for who forgets it inside.

    `zone` is the civil time for a zone that nobody knows. Raises NoCalendar.
    """
    if len(octets) > MOST_OCTETS:
        raise NoCalendar("calendar_too_large")
    reader = _Reader(zone)
    top, events = reader.components(decoded(octets, charset))
    return reader.said(top, events, method)


class _Reader:
    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.warnings: list[str] = []

    def components(self, text: str) -> tuple[Properties, list[Properties]]:
        """Take the calendar's own properties and those of its events out of the text."""
        start = text.upper().find("BEGIN:VCALENDAR")
        if start < 0:
            raise NoCalendar("not_a_calendar")
        top: Properties = {}
        events: list[Properties] = []
        path: list[str] = []
        for line in self._lines(text[start:]):
            name, _, rest = line.partition(":")
            mark, kind = name.strip().upper(), rest.strip().upper()
            if mark == "BEGIN":
                path.append(kind)
                if path == ["VCALENDAR", "VEVENT"]:
                    events.append({})
                if len(path) > 20 or len(events) > MOST_EVENTS:
                    raise NoCalendar("calendar_too_large")
            elif mark == "END":
                if path and path[-1] == kind:
                    path.pop()
                if not path:
                    break
            elif path == ["VCALENDAR"]:
                self._keep(top, line)
            elif path == ["VCALENDAR", "VEVENT"]:
                self._keep(events[-1], line)
        if path:
            self.warnings.append("calendar_cut_off")
        return top, events

    def _lines(self, text: str) -> Iterator[str]:
        """Unfold (RFC 5545 3.1), whatever the line ends are; mail servers leave blank lines in between."""
        kept: list[str] = []
        for number, line in enumerate(re.split(r"\r\n|\r|\n", text)):
            if number > MOST_LINES:
                raise NoCalendar("calendar_too_large")
            if not line.strip():
                continue
            if line[:1] in {" ", "\t"} and kept:
                kept.append(line[1:])
                continue
            if kept:
                yield self._whole(kept)
            kept = [line]
        if kept:
            yield self._whole(kept)

    def _whole(self, kept: list[str]) -> str:
        line = "".join(kept)
        if len(line) <= LONGEST_LINE:
            return line
        self.warnings.append("line_cut_off")
        return line[:LONGEST_LINE]

    def _keep(self, properties: Properties, line: str) -> None:
        try:
            name, params, value = _parts(line)
        except Exception:  # noqa: BLE001 - whatever the parser stumbles over, the other lines are read
            name, params, value = self._roughly(line)
        found = properties.setdefault(name.upper(), [])
        if len(found) < MOST_ATTENDEES:
            found.append(Line(clean(value), {key.upper(): what for key, what in params.items()}))

    def _roughly(self, line: str) -> tuple[str, Mapping[str, object], str]:
        """Read a line whose parameters are broken: its name and what follows the last plain colon."""
        self.warnings.append("line_unreadable")
        name = _NAME.match(line)
        address = line.lower().rfind(":mailto:")
        value = line[address + 1 :] if address >= 0 else line.partition(":")[2]
        params = dict(re.findall(r";(PARTSTAT|CN)=([A-Za-z-]{1,40})(?=[;:])", line[:4_000], re.IGNORECASE))
        return name[0] if name else "X-UNREADABLE", params, value

    def said(self, top: Properties, events: list[Properties], method: str) -> CalendarSaid:
        """Put together what the message says."""
        inside = one_line(_value(top, "METHOD")).upper()[:40]
        if inside and method and inside != method:
            self.warnings.append("two_methods")
        name = inside or method
        if not events:
            raise NoCalendar("no_event")
        if not name:
            self.warnings.append("no_method")
        first = events[0]
        answers = tuple(one for event in events for one in self._answers(event)) if name == "REPLY" else ()
        return CalendarSaid(
            method=name,
            uid=one_line(_value(first, "UID"))[:_LONGEST_UID],
            sequence=self._sequence(first),
            dtstamp=self._moment(first, "DTSTAMP"),
            answers=answers[:MOST_ATTENDEES],
            proposal=self._proposal(first) if name == "COUNTER" else None,
            comment=_comment(first) or "",
            organizer=unique(a for line in first.get("ORGANIZER", []) for a in _addresses(line)),
            warnings=unique(self.warnings),
        )

    def _answers(self, event: Properties) -> Iterator[Answered]:
        comment, recurrence = _comment(event), self._moment(event, "RECURRENCE-ID")
        for line in event.get("ATTENDEE", []) or [Line("")]:
            partstat = one_line(line.param("PARTSTAT")).upper()[:40]
            if partstat and partstat not in _PARTSTATS:
                self.warnings.append("unknown_answer")
            yield Answered(
                attendee=next(iter(_addresses(line)), ""),
                partstat=partstat or "NEEDS-ACTION",
                recurrence_id=recurrence.isoformat() if recurrence else None,
                comment=comment,
                delegated_to=tuple(addresses(line.param("DELEGATED-TO"))),
                sent_by=next(iter(addresses(line.param("SENT-BY"))), ""),
                name=one_line(line.param("CN"))[:500],
            )

    def _sequence(self, event: Properties) -> int:
        """Give SEQUENCE, which is 0 where it is absent (RFC 5545 3.8.7.4)."""
        written = _value(event, "SEQUENCE").strip()
        if not written:
            return 0
        if not (written.isascii() and written.isdigit()) or int(written[:12]) > _HIGHEST_SEQUENCE:
            self.warnings.append("sequence_unreadable")
            return 0
        return int(written)

    def _proposal(self, event: Properties) -> Proposed | None:
        start, end = self._moment(event, "DTSTART"), self._moment(event, "DTEND")
        if start is not None and end is None:
            end = self._after(start, event)
        if start is None or end is None or end <= start:
            self.warnings.append("proposal_unclear")
            return None
        return Proposed(start, end)

    def _after(self, start: datetime, event: Properties) -> datetime | None:
        """Add the length; Exchange tells it by the original's start and end."""
        if written := _value(event, "DURATION"):
            try:
                lasts: object = vDuration.from_ical(written[:40])  # type: ignore[no-untyped-call]
                return start + lasts if isinstance(lasts, timedelta) else None
            except (ValueError, OverflowError):
                return None
        first, last = (self._moment(event, f"X-MS-OLK-ORIGINAL{which}") for which in ("START", "END"))
        return start + (last - first) if first and last and last - first < _ONE_DAY else None

    def _moment(self, event: Properties, name: str) -> datetime | None:
        line = next(iter(event.get(name, [])), None)
        if line is None:
            return None
        found = _MOMENT.fullmatch(line.value.strip())
        try:
            if found is None:
                raise ValueError
            written = datetime.strptime(found[1] + (found[2] or "000000"), "%Y%m%d%H%M%S")  # noqa: DTZ007
            zone: tzinfo = UTC if found[3] else self._zone(line.param("TZID"))
            return written.replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            self.warnings.append("moment_unreadable")
            return None

    def _zone(self, name: str) -> tzinfo:
        if not name:
            return self.zone
        if known := iana(name):
            return UTC if known == "UTC" else ZoneInfo(known)
        self.warnings.append("unknown_time_zone")
        return self.zone


def _parts(line: str) -> tuple[str, Mapping[str, object], str]:
    name, params, value = Contentline(line).parts()  # type: ignore[no-untyped-call]
    return str(name), params, str(value)


def _value(properties: Properties, name: str) -> str:
    return next((line.value for line in properties.get(name, [])), "")


def _comment(event: Properties) -> str | None:
    """Give what the attendee wrote (rule 22); Exchange and Google each have a name of their own for it."""
    said = [line.value for name in ("COMMENT", "X-RESPONSE-COMMENT") for line in event.get(name, [])]
    own = [line.param("X-RESPONSE-COMMENT") for line in event.get("ATTENDEE", [])]
    found = unique(text for text in (one.strip() for one in [*said, *own]) if text)
    return "\n".join(found)[:LONGEST_COMMENT] or None


def _addresses(line: Line) -> list[str]:
    return addresses(line.value) or addresses(line.param("EMAIL"))
