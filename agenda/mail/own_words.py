"""What a person wrote in a message: its text without markup and without the letter that it answers."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from agenda.core.text import clean

LONGEST = 20_000
_LONGEST_MARKUP = 200_000
_SILENT = {"script", "style", "head", "title"}
_NEW_LINE = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table"}
_SPACES = re.compile(r"[ \t\xa0]+")
# The line above an answered letter, as mail programs of Dutch and English readers write it.
_QUOTED = re.compile(
    r"^(?:>|-{2,} ?(?:Oorspronkelijk bericht|Original Message|Doorgestuurd bericht|Forwarded message)"
    r"|_{10,}$|(?:Van|From): .{1,300}$|(?:Op|On) .{5,200} (?:schreef|wrote)\b.{0,200}:$)",
    re.IGNORECASE,
)


class _Text(HTMLParser):
    """Collects what a reader sees of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag in _NEW_LINE:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _NEW_LINE:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(re.sub(r"\s+", " ", data))


def without_markup(page: str) -> str:
    """Give the text of an HTML page, one line a block."""
    reader = _Text()
    reader.feed(page[:_LONGEST_MARKUP])
    reader.close()
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(reader.found).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def own_words(text: str) -> str:
    """Give a person's own words: what stands above the letter that is answered, else all of it."""
    lines = clean(text).strip().split("\n")
    for number, line in enumerate(lines):
        if _QUOTED.match(line.strip()[:600]):
            above = "\n".join(lines[:number]).strip()
            return (above or "\n".join(lines).strip())[:LONGEST]
    return "\n".join(lines).strip()[:LONGEST]
