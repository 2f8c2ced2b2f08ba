"""The part of a text where the words stand, with the words marked. Values in, values out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from markupsafe import Markup

from agenda.search.rules import Term, beginning
from agenda.topics.model import folded

LENGTH = 260
# So many places are weighed against each other.
MOST_PLACES = 200
_BLANKS = re.compile(r"\s+")
_LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))


def _variants() -> Mapping[str, str]:
    """Give for each letter the letters that are searched as that one."""
    found: defaultdict[str, str] = defaultdict(str)
    for number in _LATIN:
        plain = folded(chr(number))
        if len(plain) == 1 and plain.isascii() and plain.isalpha():
            found[plain] += chr(number)
    return dict(found)


_VARIANTS = _variants()


class Marker:
    """Finds the words of one question in texts as people wrote them."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = re.compile("|".join(f"({_pattern(term)})" for term in terms) or r"(?!)", re.IGNORECASE)

    def finds(self, text: str) -> bool:
        """Tell whether any of the words stands here."""
        return self._terms.search(text) is not None

    def marked(self, text: str) -> Markup:
        """Give a whole line, such as a title, with its words marked."""
        return Markup("").join(self._pieces(text))

    def snippet(self, text: str) -> Markup:
        """Give the part with most of the words, marked; the beginning where there are none."""
        start, end = self._window(text)
        part = _BLANKS.sub(" ", text[start:end]).strip()
        before, after = "… " if start else "", " …" if end < len(text) else ""
        return Markup("{}{}{}").format(before, self.marked(part), after)

    def _pieces(self, text: str) -> Iterator[Markup]:
        rest = 0
        for found in self._terms.finditer(text):
            yield Markup("{}<mark>{}</mark>").format(text[rest : found.start()], found.group())
            rest = found.end()
        yield Markup.escape(text[rest:])

    def _window(self, text: str) -> tuple[int, int]:
        places: list[tuple[int, int]] = []
        for found in self._terms.finditer(text):
            places.append((found.start(), found.lastindex or 0))
            if len(places) == MOST_PLACES:
                break
        if not places:
            return 0, _word_end(text, LENGTH)
        starts = [start for start, _ in places]

        def different(number: int) -> int:
            reach = bisect_left(starts, starts[number] + LENGTH * 2 // 3)
            return len({term for _, term in places[number:reach]})

        best = max(range(len(places)), key=lambda number: (different(number), -number))
        start = _word_start(text, starts[best] - LENGTH // 4)
        return start, _word_end(text, start + LENGTH)


def _pattern(term: Term) -> str:
    words = term.words if term.phrase else tuple(beginning(word) for word in term.words)
    together = r"[\W_]+".join("".join(map(_letter, word)) for word in words)
    # A word alone also finds what begins with it; the last of a phrase is whole.
    return rf"\b{together}\b" if term.phrase else rf"\b{together}\w*"


def _letter(letter: str) -> str:
    # Combining accents stand behind the letter.
    others = _VARIANTS.get(letter)
    return f"[{letter}{others}][\u0300-\u036f]*" if others else re.escape(letter)


def _word_start(text: str, place: int) -> int:
    if place <= 0:
        return 0
    blank = text.rfind(" ", max(0, place - 20), place)
    return blank + 1 if blank >= 0 else place


def _word_end(text: str, place: int) -> int:
    if place >= len(text):
        return len(text)
    blank = text.find(" ", place, place + 20)
    return blank if blank >= 0 else place
