"""Who sent a message to whom and about what: its head alone, read in bounded time whatever it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parseaddr

from agenda.core.text import one_line

# RELIABILITY: a head of 50 000 commas or 20 000 encoded words keeps the standard library busy for seconds.
MOST_OCTETS = 64 * 1024
MOST_FIELDS = 1_000
LONGEST_VALUE = 4_000
LONGEST_SHOWN = 500
MOST_ADDRESSES = 200
SENT_TO = (
    "to",
    "cc",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "resent-to",
    "x-forwarded-to",
)
_END = re.compile(rb"\r?\n\r?\n|\r\r")
_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
_FOLD = re.compile(r"\r?\n[ \t]*|\r")
# Looking back keeps it from trying each letter of a long word as a beginning.
_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9.!#$%&'*+/=?^_`{|}~-])[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,128}@[A-Za-z0-9.-]{1,253}"
)


@dataclass(frozen=True)
class Head:
    """The fields of a message's head in their order, names in lower case and values on one line."""

    fields: tuple[tuple[str, str], ...] = ()
    # Where the head is longer than we read.
    cut: bool = False

    def all(self, name: str) -> list[str]:
        """List the values of a field, topmost first."""
        return [value for known, value in self.fields if known == name]

    def first(self, name: str) -> str:
        """Give the topmost value of a field; "" without one."""
        return next(iter(self.all(name)), "")

    @property
    def sender(self) -> tuple[str, str]:
        """Give name and address of who says to have written it; the address in lower case."""
        name, address = parseaddr(self.first("from")[:LONGEST_VALUE])
        return shown(name), _clean_address(address)

    @property
    def message_id(self) -> str:
        return one_line(self.first("message-id"))[:LONGEST_SHOWN]

    @property
    def subject(self) -> str:
        return shown(self.first("subject"))

    @property
    def addressed(self) -> tuple[str, ...]:
        """List to whom it was sent, as far as anything in the head tells."""
        return unique(address for name in SENT_TO for value in self.all(name) for address in addresses(value))


def read_head(content: bytes) -> Head:
    """Read the head of a message: at most 64 KB and a thousand fields of it."""
    end = _END.search(content, 0, MOST_OCTETS)
    raw = content[: end.start() if end else MOST_OCTETS]
    return Head(tuple(_fields(raw)), cut=end is None and len(content) > MOST_OCTETS)


def _fields(raw: bytes) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(re.split(rb"\r?\n(?![ \t])", raw)):
        found = _FIELD.fullmatch(line)
        if number >= MOST_FIELDS:
            return
        if found:
            yield found[1].decode("ascii").lower(), _FOLD.sub(" ", _decoded(found[2])).strip()


def _decoded(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def addresses(value: str) -> list[str]:
    """List the mail addresses in a text, in lower case."""
    found = (match[0].lower().rstrip(".") for match in _ADDRESS.finditer(value))
    return [address for _, address in zip(range(MOST_ADDRESSES), found, strict=False)]


def unique(found: Iterable[str]) -> tuple[str, ...]:
    """Keep the first of each, in order."""
    return tuple(dict.fromkeys(found))


def shown(value: str) -> str:
    """Decode a header's words (RFC 2047) into one safe line for a screen."""
    value = value[:LONGEST_VALUE]
    try:
        parts = [_part(text, charset) for text, charset in decode_header(value)]
    except (HeaderParseError, ValueError):
        parts = [value]
    return one_line("".join(parts))[:LONGEST_SHOWN]


def _part(text: str | bytes, charset: str | None) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return text.decode("latin-1")


def _clean_address(address: str) -> str:
    return next(iter(addresses(address)), "")
