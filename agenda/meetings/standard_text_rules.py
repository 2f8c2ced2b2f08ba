"""What stands between braces in a standard text, and what it comes to. Values in, values out.

A text is never read as a template: what stands between braces is looked up in a table. A brace that is
meant as one is written twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agenda.core.problems import Invalid
from agenda.meetings.standard_text_model import TextPlace

LONGEST_TEXT = 5_000
LONGEST_NAME = 200
MOST_TEXTS = 100
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}\n]{1,40})\}")
_DOUBLED = {"{{": "{", "}}": "}"}
# Each placeholder under its Dutch and its English name: a clerk writes either.
NAMES: Mapping[str, str] = {
    "datum": "date",
    "overleg": "meeting",
    "onderwerp": "topic",
    "plaats": "place",
    "date": "date",
    "meeting": "meeting",
    "topic": "topic",
    "place": "place",
}
# What is not known yet stays visible, for whoever writes to fill in.
BLANKS: Mapping[str, Mapping[str, str]] = {
    "nl": {"date": "[datum]", "meeting": "[overleg]", "topic": "[onderwerp]", "place": "[plaats]"},
    "en": {"date": "[date]", "meeting": "[meeting]", "topic": "[topic]", "place": "[place]"},
}
# A body's own words in its papers have placeholders themselves, filled when a paper is made.
IN_PAPERS: Mapping[str, str] = {"date": "{datum}", "meeting": "{gremium}", "place": "{plaats}"}


@dataclass(frozen=True)
class Words:
    """A standard text as somebody wrote it."""

    name: str
    text: str
    places: tuple[TextPlace, ...]


def unknown_placeholders(text: str) -> list[str]:
    """Give what stands between braces and means nothing, in its order, each once."""
    found = (token[1] for token in _TOKEN.finditer(text) if token[1] is not None)
    return list(dict.fromkeys(name for name in found if name.strip().lower() not in NAMES))


def filled(text: str, facts: Mapping[str, str], language: str) -> str:
    """Give the text with each placeholder replaced once; a fact that is missing or empty stays a blank.

    What a fact holds is not looked at again.
    """

    def value(token: re.Match[str]) -> str:
        if token[1] is None:
            return _DOUBLED[token[0]]
        known = NAMES.get(token[1].strip().lower())
        return token[0] if known is None else facts.get(known) or BLANKS[language][known]

    return _TOKEN.sub(value, text)


def places_of(names: Iterable[str]) -> tuple[TextPlace, ...]:
    """Give the places with these names in their usual order, each once; what is no place is left out."""
    wanted = set(names)
    return tuple(place for place in TextPlace if place.value in wanted)


def check_words(words: Words) -> None:
    """Raise Invalid for a text without name, words or place, too long, or with an unknown placeholder."""
    if not words.name:
        raise Invalid("standard_text_name_missing")
    if not words.text:
        raise Invalid("standard_text_empty")
    if len(words.name) > LONGEST_NAME or len(words.text) > LONGEST_TEXT:
        raise Invalid("standard_text_too_long")
    if not words.places:
        raise Invalid("standard_text_place_missing")
    if unknown := unknown_placeholders(words.text):
        raise Invalid("standard_text_placeholder", names=", ".join(f"{{{name}}}" for name in unknown))
