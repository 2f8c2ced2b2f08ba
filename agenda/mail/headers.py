"""Mail headers written out so that every reader gets back what went in.

Python's own folding loses quotes: in 3.11.7 a long name with commas becomes several recipients, a long
name with umlauts gets spaces inside words, and a long In-Reply-To becomes an encoded word. Headers are
therefore folded here.
"""

import re
from base64 import b64encode
from email.headerregistry import Address

_LINE = 78
# 39 octets make an encoded word of 64 characters, which fits beside the longest header name.
_WORD_OCTETS = 39
_PLAIN = re.compile(r"[\x20-\x7e]*")


def header(name: str, value: str | Address) -> str:
    """Return the header with its line ending, as RFC 5322 and RFC 2047 ask, at most 78 wide.

    `value` is on one line; an Address is one recipient or sender.
    """
    if isinstance(value, Address):
        return _lines(name, [*_phrase(value.display_name), f"<{value.addr_spec}>"])
    return _lines(name, _words(value) if name == "Subject" else value.split())


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
