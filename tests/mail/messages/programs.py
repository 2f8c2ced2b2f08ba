"""How the calendar programs of others write an answer: each with its own habits, as text of our own."""

from __future__ import annotations

import base64
import quopri
import struct
from collections.abc import Sequence

TOKEN = "mfrggzdfmztwq2lknnwg23tpob2ge43u"
OURS = f"agenda+{TOKEN}@leidseregio.example"
UID = "meeting-7-20181218090000@leidseregio.example"
OWNER = "wethouder1@leiden.example"
NAME = "Wethouder Leiden 1"
CRLF = "\r\n"
AMSTERDAM = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def event(*lines: str, uid: str = UID, sequence: int | None = 0, stamp: str = "20190108T090000Z") -> str:
    """One VEVENT with what every program writes, and these lines."""
    own = [f"UID:{uid}", f"DTSTAMP:{stamp}"]
    if sequence is not None:
        own.append(f"SEQUENCE:{sequence}")
    return CRLF.join(["BEGIN:VEVENT", *own, *lines, "END:VEVENT"])


def attendee(partstat: str, *params: str, address: str = OWNER, name: str = NAME) -> str:
    """One ATTENDEE line, folded where it is long."""
    parts = [f'CN="{name}"'] if name else []
    return fold(";".join(["ATTENDEE", *params, f"PARTSTAT={partstat}", *parts]) + f":mailto:{address}")


def fold(line: str) -> str:
    """Fold at 75 octets as RFC 5545 3.1 asks, never inside a character."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > 73:
            pieces.append(piece)
            piece = ""
        piece += letter
    return f"{CRLF} ".join([*pieces, piece])


TIME = ("DTSTART:20190214T143000Z", "DTEND:20190214T163000Z")


def calendar(prodid: str, method: str | None, *components: str) -> str:
    """One VCALENDAR."""
    head = ["BEGIN:VCALENDAR", f"PRODID:{prodid}", "VERSION:2.0"]
    if method:
        head.append(f"METHOD:{method}")
    return CRLF.join([*head, *components, "END:VCALENDAR", ""])


def head(
    subject: str,
    *more: str,
    sender: str = f"{NAME} <{OWNER}>",
    to: str = OURS,
    number: int = 1,
) -> list[str]:
    """The head that every message has."""
    return [
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        "Date: Tue, 8 Jan 2019 10:00:00 +0100",
        f"Message-ID: <{number}.answer@leiden.example>",
        "MIME-Version: 1.0",
        *more,
    ]


def part(kind: str, content: str | bytes, encoding: str = "base64", *more: str) -> str:
    """One MIME part."""
    octets = content.encode() if isinstance(content, str) else content
    if encoding == "base64":
        body = base64.encodebytes(octets).decode().replace("\n", CRLF)
    elif encoding == "quoted-printable":
        body = quopri.encodestring(octets).decode().replace("\r\n", "\n").replace("\n", CRLF)
    else:
        body = octets.decode("latin-1")
    return CRLF.join([f"Content-Type: {kind}", f"Content-Transfer-Encoding: {encoding}", *more, "", body])


def multipart(kind: str, *parts: str, boundary: str = "=_boundary") -> str:
    """Parts together, with the header that announces them."""
    body = CRLF.join(f"--{boundary}{CRLF}{one}" for one in parts)
    return f'Content-Type: {kind}; boundary="{boundary}"{CRLF}{CRLF}{body}{CRLF}--{boundary}--{CRLF}'


def mail(lines: Sequence[str], content: str) -> bytes:
    """A whole message; `content` begins with its own Content-Type."""
    return (CRLF.join(lines) + CRLF + content).encode("latin-1")


def simple(lines: Sequence[str], kind: str, content: str | bytes, encoding: str = "8bit") -> bytes:
    """A message of one part."""
    octets = content.encode() if isinstance(content, str) else content
    if encoding == "base64":
        octets = base64.encodebytes(octets)
    top = CRLF.join([*lines, f"Content-Type: {kind}", f"Content-Transfer-Encoding: {encoding}", "", ""])
    return top.encode() + octets


def alternative(calendar_text: str, method: str, text: str = "", encoding: str = "base64") -> str:
    """Words and a calendar beside each other, as most programs do."""
    return multipart(
        "multipart/alternative",
        part("text/plain; charset=utf-8", text or "Geaccepteerd.", "quoted-printable"),
        part(f"text/calendar; charset=utf-8; method={method}", calendar_text, encoding),
    )


def tnef(message_class: str, properties: Sequence[tuple[int, bytes]] = ()) -> bytes:
    """Outlook's own package with a message class and MAPI properties, each as written by `mapi`."""
    found = struct.pack("<IH", 0x223E9F78, 1)
    found += _attribute(0x00078008, message_class.encode() + b"\0")
    content = struct.pack("<I", len(properties)) + b"".join(octets for _, octets in properties)
    return found + _attribute(0x00069003, content)


def _attribute(number: int, content: bytes) -> bytes:
    checksum = sum(content) & 0xFFFF
    return struct.pack("<BII", 1, number, len(content)) + content + struct.pack("<H", checksum)


MEETING = bytes.fromhex("90dad86e0b451b1098da00aa003f1305")
APPOINTMENT = bytes.fromhex("0220060000000000c000000000000046")


def mapi(kind: int, tag: int, value: bytes, space: bytes = b"", name: int = 0) -> tuple[int, bytes]:
    """One MAPI property; `space` and `name` for a named one."""
    found = struct.pack("<HH", kind, tag)
    if space:
        found += space + struct.pack("<II", 0, name)
    if kind in {0x1E, 0x1F, 0x0102}:
        found += struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4)
    else:
        found += value
    return tag, found


def windows_time(seconds: int) -> bytes:
    """Seconds since 1970 as Windows counts: tenths of microseconds since 1601."""
    return struct.pack("<Q", (seconds + 11_644_473_600) * 10_000_000)


def object_id(uid: str) -> bytes:
    """A global object id that holds a UID of another program."""
    data = b"vCal-Uid\x01\x00\x00\x00" + uid.encode() + b"\0"
    return (
        bytes.fromhex("040000008200e00074c5b7101a82e008") + b"\0" * 20 + struct.pack("<I", len(data)) + data
    )
