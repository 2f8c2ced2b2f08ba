"""Text as people type or paste it, made safe to store, to mail and to put in a calendar."""

import re
import unicodedata

_LINE_ENDINGS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
# C0 and C1 without tab and newline; lone surrogates cannot be written as UTF-8 at all.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Embeddings, overrides and isolates let "gro.elpmaxe" read as "example.org" in a name or a subject.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"[\t\n ]+")
_DOMAIN_DOT = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_]{2})")


def clean(text: str) -> str:
    """Return the text in NFC with LF line endings and without control characters; tabs and newlines stay."""
    return unicodedata.normalize("NFC", _CONTROLS.sub("", _LINE_ENDINGS.sub("\n", text)))


def one_line(text: str) -> str:
    """Return the cleaned text on one line, single-spaced, without characters that turn reading direction."""
    return unicodedata.normalize("NFC", _SPACES.sub(" ", _BIDI.sub("", clean(text))).strip(" "))


def header_safe(text: str) -> str:
    """Return one line in which no encoded word can start, fit for a mail header.

    Python 3.11.7 decodes ``=?utf-8?q?x=0D=0ABcc:...?=`` inside a header value into a header of its own
    (CVE-2024-6923), so the opening ``=?`` is broken by a space.
    """
    return one_line(text).replace("=?", "= ?")


def unlinked(text: str) -> str:
    """Return one line that no mail program turns into a link: "https://kwaad.example" gets spaces.

    For names and titles, which anyone may fill in, in letters that people trust.
    """
    return _DOMAIN_DOT.sub(". ", one_line(text).replace("://", ": //"))
