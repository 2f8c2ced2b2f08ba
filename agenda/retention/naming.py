"""Find somebody's names and addresses in values and in mails, and put the role in their place; pure."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import Any
from urllib.parse import unquote

_BLANKS = re.compile(r"\s+")
# RFC 5545 3.1: a long line of a calendar goes on after a line end and a blank.
_FOLD = re.compile(r"\r?\n[ \t]")


@dataclass(frozen=True)
class Names:
    """What somebody is and was called, and what stands in its place from now on.

    alone: somebody else bears the same name, so that a name without a number may be theirs and stays.
    inside: whether a name may also be replaced within a longer text; not where it is part of another's name.
    """

    names: frozenset[str]
    addresses: frozenset[str]
    role: str
    alone: bool = True
    inside: bool = True

    def replaced(self, value: Any) -> Any:
        """Give the value with the role in the place of each name, and nothing in that of each address."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self.replaced(one) for one in value]
        if isinstance(value, dict):
            return {self._text(key): self.replaced(one) for key, one in value.items()}
        return value

    def stands_in(self, text: str) -> bool:
        """Tell whether a name or an address stands in a text, however its blanks and capitals are."""
        plain = _plain(text)
        return any(_found(_plain(one), plain) for one in (*self.names, *self.addresses))

    def _text(self, text: str) -> str:
        for address in self.addresses:
            text = re.sub(re.escape(address), "", text, flags=re.IGNORECASE)
        if not self.alone:
            return text
        # A role may begin with the name, such as that of a mailbox: where it stands already, it stays.
        return self.role.join(self._renamed(part) for part in text.split(self.role))

    def _renamed(self, text: str) -> str:
        if text.strip() in self.names:
            return self.role
        if not (self.inside and self.names):
            return text
        # All at once, the longest first: a role that was just put there is not looked into for another name.
        either = "|".join(re.escape(name) for name in sorted(self.names, key=len, reverse=True))
        # A function, so that no character of the role is read as a reference.
        return re.sub(rf"(?<!\w)(?:{either})(?!\w)", lambda _found: self.role, text)


def texts_of(content: bytes) -> Iterator[str]:
    """Give every text of a mail as its reader sees it: headers, parts and calendars, decoded and unfolded."""
    message = message_from_bytes(content, policy=policy.default)
    for part in message.walk():
        yield from _headers(part)
        if part.get_content_maintype() in {"text", "application"} and not part.is_multipart():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                text = _FOLD.sub("", payload.decode(_charset(part), "replace"))
                yield from (text, html.unescape(text), unquote(text))


def _headers(part: Message | EmailMessage) -> Iterable[str]:
    try:
        return [str(value) for value in part.values()]
    except (ValueError, IndexError, AttributeError):
        # A header that the library cannot read: as it was written.
        return [str(value) for _, value in part.raw_items()]


def _charset(part: Message) -> str:
    known = part.get_content_charset("utf-8")
    try:
        "".encode(known)
    except LookupError:
        return "utf-8"
    return known


def _plain(text: str) -> str:
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).casefold()


def _found(wanted: str, text: str) -> bool:
    at = text.find(wanted)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(wanted) : at + len(wanted) + 1]
        if not (before.isalnum() or after.isalnum()):
            return True
        at = text.find(wanted, at + 1)
    return False
