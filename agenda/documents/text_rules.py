"""The text of a paper as it is kept for the search. Values in, values out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from agenda.core.text import clean

# About 600 pages of letters without a figure; what comes after is not found.
MOST_CHARACTERS = 2_000_000
# How the reader apart says why there is no text: its status.
OUT_OF_MEMORY, LOCKED, UNREADABLE = 3, 4, 5
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OPEN_DOCUMENTS = frozenset(
    f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet", "presentation")
)
PLAIN = frozenset({"text/plain", "text/csv"})
READABLE = frozenset({"application/pdf", WORD, SHEET, SLIDES}) | OPEN_DOCUMENTS | PLAIN

# A soft hyphen, blanks without width, and marks of direction: nobody types them into a search.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
# "verga-" at the end of a line and "dering" on the next; "noord-" and "Zuid" stay apart.
_BROKEN = re.compile(r"(?<=[^\W\d_])-[ \t]*\n[ \t]*(?=[a-zà-öø-ÿ])")
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n[ \n]*\n")


def has_text(media_type: str) -> bool:
    """Tell whether the text of files of this kind is read."""
    return media_type in READABLE


def gathered(pieces: Iterable[str]) -> str:
    """Join pieces of text until there is enough of it."""
    return "".join(_up_to(MOST_CHARACTERS, pieces))


def _up_to(room: int, pieces: Iterable[str]) -> Iterator[str]:
    for piece in pieces:
        yield piece[:room]
        room -= len(piece)
        if room <= 0:
            return


def tidied(text: str) -> str:
    """Give a text without what only its page needed: ligatures, hyphens at line ends, runs of blanks."""
    whole = clean(unicodedata.normalize("NFKC", _UNSEEN.sub("", text)))
    whole = _BLANKS.sub(" ", _BROKEN.sub("", whole))
    return _EMPTY_LINES.sub("\n\n", whole).strip()[:MOST_CHARACTERS]
