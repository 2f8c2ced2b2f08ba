"""Mail headers written out so that every reader gets back what went in.

Python's own folding loses quotes: in 3.11.7 a long name with commas becomes several recipients, a long
name with umlauts gets spaces inside words, and a long In-Reply-To becomes an encoded word. The headers
that carry a person's words or an identifier are therefore folded here; the rest is left to the library.
"""

import re
from base64 import b64encode
from email.headerregistry import BaseHeader
from email.policy import EmailPolicy

_ADDRESSES = {"from", "to", "reply-to"}
_IDENTIFIERS = {"message-id", "in-reply-to", "references"}
_LINE = 78
# 39 octets make an encoded word of 64 characters, which fits beside the longest header name.
_WORD_OCTETS = 39
_PLAIN = re.compile(r"[\x20-\x7e]*")


class LetterPolicy(EmailPolicy):
    """Write address, subject and identifier headers as RFC 5322 and RFC 2047 ask, at most 78 wide."""

    def fold(self, name: str, value: str) -> str:
        """Return the header with its line ending."""
        folded = _folded(name, value)
        return super().fold(name, value) if folded is None else folded

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return the header with its line ending, as it goes over the wire."""
        folded = _folded(name, value)
        return super().fold_binary(name, value) if folded is None else folded.encode("ascii")


LETTER_POLICY = LetterPolicy(linesep="\r\n", max_line_length=_LINE)


def _folded(name: str, value: str) -> str | None:
    kind = name.lower()
    if kind in _ADDRESSES and isinstance(value, BaseHeader):
        [address] = value.addresses  # type: ignore[attr-defined]
        return _lines(name, [*_phrase(address.display_name), f"<{address.addr_spec}>"])
    if kind == "subject":
        return _lines(name, _words(str(value)))
    if kind in _IDENTIFIERS:
        return _lines(name, str(value).split())
    return None


def _phrase(name: str) -> list[str]:
    if not name:
        return []
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return [quoted] if _PLAIN.fullmatch(name) and len(quoted) < _LINE - 10 else _encoded(name)


def _words(text: str) -> list[str]:
    words = text.split(" ")
    plain = _PLAIN.fullmatch(text) and max(map(len, words)) < _LINE - 10
    return words if plain else _encoded(text)


def _encoded(text: str) -> list[str]:
    """Return RFC 2047 encoded words, none of which breaks a character."""
    chunks: list[bytes] = [b""]
    for character in text:
        octets = character.encode()
        if len(chunks[-1]) + len(octets) > _WORD_OCTETS:
            chunks.append(b"")
        chunks[-1] += octets
    return [f"=?utf-8?b?{b64encode(chunk).decode()}?=" for chunk in chunks]


def _lines(name: str, words: list[str]) -> str:
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > _LINE:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines) + "\r\n"
