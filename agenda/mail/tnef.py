"""An answer that Outlook packed as winmail.dat: just what tells who may come to which meeting.

[MS-OXTNEF] gives the layout, [MS-OXOCAL] and [MS-OXCICAL] what the properties mean. The libraries that read
TNEF have not been kept up and take attachments apart, which nobody needs here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agenda.core.text import clean, one_line
from agenda.mail.calendar_answers import CalendarSaid, NoCalendar
from agenda.mail.message_head import addresses
from agenda.mail.mime_tree import Part
from agenda.mail.understood import Answered, Proposed

SIGNATURE = 0x223E9F78
MOST_OCTETS = 5_000_000
MOST_ATTRIBUTES = 500
MOST_PROPERTIES = 2_000
LONGEST_COMMENT = 20_000
_MESSAGE_CLASS, _PROPERTIES = 0x00078008, 0x00069003
_MEETING = bytes.fromhex("90da d86e 0b45 1b10 98da 00aa 003f 1305")
_APPOINTMENT = bytes.fromhex("0220 0600 0000 0000 c000 0000 0000 0046")
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_TEXT, _WIDE_TEXT, _BINARY, _OBJECT, _MOMENT = 0x1E, 0x1F, 0x0102, 0x0D, 0x40
_MANY = 0x1000
_SENDER, _REPRESENTED, _BODY = 0x0C1F, 0x0065, 0x1000
_CLASS_TAG = 0x001A
_GLOBAL_ID, _CRITICAL_CHANGE = (_MEETING, 0x03), (_MEETING, 0x01)
_SEQUENCE = (_APPOINTMENT, 0x8201)
_PROPOSED_START, _PROPOSED_END = (_APPOINTMENT, 0x8250), (_APPOINTMENT, 0x8251)
_IS_PROPOSAL = (_APPOINTMENT, 0x8257)
# A UID from outside stands in the object id behind this mark; [MS-OXCICAL] 2.1.3.1.1.20.26.
_UID_MARK = b"vCal-Uid\x01\x00\x00\x00"
_ANSWERS = {"POS": "ACCEPTED", "P": "ACCEPTED", "NEG": "DECLINED", "N": "DECLINED", "TENT": "TENTATIVE"}
_ANSWERS["A"] = "TENTATIVE"
_START_OF_WINDOWS = datetime(1601, 1, 1, tzinfo=UTC)

Key = int | tuple[bytes, int]


@dataclass
class _Bytes:
    """Octets read from front to back; NoCalendar where there are fewer than promised."""

    content: bytes
    at: int = 0

    def take(self, number: int) -> bytes:
        if number < 0 or self.at + number > len(self.content):
            raise NoCalendar("tnef_cut_off")
        self.at += number
        return self.content[self.at - number : self.at]

    def number(self, octets: int = 4) -> int:
        return int.from_bytes(self.take(octets), "little")

    def padded(self, number: int) -> bytes:
        """Take octets, and those that fill up a multiple of four."""
        found = self.take(number)
        self.at = min(self.at + -number % 4, len(self.content))
        return found


def is_tnef(part: Part) -> bool:
    """Tell whether a part is Outlook's own package."""
    return part.kind in {"application/ms-tnef", "application/vnd.ms-tnef"} or part.file_name == "winmail.dat"


def read_tnef(octets: bytes) -> CalendarSaid:
    """Read the answer to a meeting in it; NoCalendar where it holds none."""
    if len(octets) > MOST_OCTETS:
        raise NoCalendar("calendar_too_large")
    message_class, found = "", {}
    for attribute, content in _attributes(_Bytes(octets)):
        if attribute == _MESSAGE_CLASS:
            message_class = content.rstrip(b"\0").decode("latin-1")
        elif attribute == _PROPERTIES:
            found = dict(_properties(_Bytes(content)))
    return _said(str(found.get(_CLASS_TAG) or message_class), found)


def _attributes(source: _Bytes) -> Iterator[tuple[int, bytes]]:
    if source.number() != SIGNATURE:
        raise NoCalendar("not_tnef")
    source.take(2)
    for _ in range(MOST_ATTRIBUTES):
        if source.at >= len(source.content):
            return
        source.take(1)
        attribute, length = source.number(), source.number()
        yield attribute, source.take(length)
        source.take(2)


def _properties(source: _Bytes) -> Iterator[tuple[Key, object]]:
    for _ in range(min(source.number(), MOST_PROPERTIES)):
        kind, tag = source.number(2), source.number(2)
        key: Key = tag
        if tag >= 0x8000:
            space = source.take(16)
            if source.number() == 0:
                key = (space, source.number())
            else:
                source.padded(source.number())
        yield key, _values(source, kind)


def _values(source: _Bytes, kind: int) -> object:
    single = kind & ~_MANY
    variable = single in {_TEXT, _WIDE_TEXT, _BINARY, _OBJECT}
    number = source.number() if variable or kind & _MANY else 1
    if number > MOST_PROPERTIES:
        raise NoCalendar("tnef_cut_off")
    values = [_value(source, single, variable) for _ in range(number)]
    return values[0] if values else None


def _value(source: _Bytes, kind: int, variable: bool) -> object:
    if not variable:
        size = _FIXED.get(kind)
        if size is None:
            raise NoCalendar("tnef_unreadable")
        raw = source.padded(size)
        return int.from_bytes(raw, "little")
    raw = source.padded(source.number())
    if kind == _TEXT:
        return raw.rstrip(b"\0").decode("cp1252", "replace")
    if kind == _WIDE_TEXT:
        return raw.decode("utf-16-le", "replace").rstrip("\0")
    return raw


def _said(message_class: str, found: dict[Key, object]) -> CalendarSaid:
    answer = _answer(message_class)
    if answer is None:
        raise NoCalendar("no_event")
    comment = clean(str(found.get(_BODY) or "")).strip()[:LONGEST_COMMENT]
    address = next((a for tag in (_REPRESENTED, _SENDER) for a in addresses(str(found.get(tag) or ""))), "")
    sequence = found.get(_SEQUENCE)
    proposal = _proposal(found)
    return CalendarSaid(
        method="COUNTER" if proposal else "REPLY",
        uid=_uid(found.get(_GLOBAL_ID)),
        sequence=sequence if isinstance(sequence, int) and sequence < 2**31 else 0,
        dtstamp=_moment(found.get(_CRITICAL_CHANGE)),
        answers=() if proposal else (Answered(address, answer, comment=comment or None),),
        proposal=proposal,
        comment=comment,
        warnings=("tnef",),
    )


def _answer(message_class: str) -> str | None:
    """Read the answer off the message class: "IPM.Schedule.Meeting.Resp.Pos", of old "...MtgRespP"."""
    name = one_line(message_class).upper()
    if ".MEETING.RESP." in name:
        return _ANSWERS.get(name.rpartition(".")[2])
    return _ANSWERS.get(name.rpartition("MTGRESP")[2]) if "MTGRESP" in name else None


def _proposal(found: dict[Key, object]) -> Proposed | None:
    start, end = _moment(found.get(_PROPOSED_START)), _moment(found.get(_PROPOSED_END))
    if not found.get(_IS_PROPOSAL) or start is None or end is None or end <= start:
        return None
    return Proposed(start, end)


def _moment(value: object) -> datetime | None:
    """Turn Windows' tenths of microseconds since 1601 into a moment."""
    if not isinstance(value, int) or not value:
        return None
    try:
        return _START_OF_WINDOWS + timedelta(microseconds=value // 10)
    except OverflowError:
        return None


def _uid(value: object) -> str:
    if not isinstance(value, bytes):
        return ""
    mark = value.find(_UID_MARK)
    if mark < 0:
        return value.hex().upper()
    return one_line(value[mark + len(_UID_MARK) :].split(b"\0")[0].decode("utf-8", "replace"))[:1_000]
