"""What a council letter is made of: facts, sections, paragraphs and references. Values in, values out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agenda.core.problems import Invalid
from agenda.core.text import one_line
from agenda.publications.letter_model import Section

BULLET = "- "
_PLACES = ("jaar", "maand", "dag", "nummer")
_PLACE = re.compile(r"\{([^{}]*)\}")
_TITLES = {"secretary": "gemeentesecretaris", "mayor": "burgemeester"}


@dataclass(frozen=True)
class Ratified:
    """How far the ratification of an agreement is: who said what, out of how many organs."""

    total: int
    ratified: int
    councils: bool = False
    with_reservation: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class DecisionFacts:
    """A decision, how far it is ratified, and which colleges made a reservation at the table."""

    text: str
    ratified: tuple[Ratified, ...] = ()
    reservations: tuple[str, ...] = ()


@dataclass(frozen=True)
class PromiseFacts:
    """What the councils were promised, and by which day."""

    text: str
    promised_on: date


@dataclass(frozen=True)
class NextMeeting:
    """Where and when the colleges meet again: on a day, or in a window while there is no date."""

    place: str = ""
    day: date | None = None
    window: tuple[date, date] | None = None


@dataclass(frozen=True)
class LetterFacts:
    """All that the text of a letter follows from; the same for every council."""

    language: str
    body: str
    members: tuple[str, ...]
    met_on: date | None
    met_in: str
    focus_areas: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    decisions: tuple[DecisionFacts, ...] = ()
    promises: tuple[PromiseFacts, ...] = ()
    tells_promised_days: bool = True
    next_meeting: NextMeeting | None = None


@dataclass(frozen=True)
class Part:
    """One section as it is read: its heading ("" for none) and its words."""

    section: Section
    heading: str
    text: str


@dataclass(frozen=True)
class Block:
    """A paragraph, or a list with its items."""

    lines: tuple[str, ...]
    is_list: bool = False


def bullets(lines: Sequence[str]) -> str:
    """Write lines as a list, each on one line of its own; empty ones are left out."""
    items = (one_line(line).removeprefix(BULLET).strip() for line in lines)
    return "\n".join(f"{BULLET}{item}" for item in items if item)


def blocks(text: str) -> list[Block]:
    """Read words into paragraphs and lists: an empty line parts them, "- " begins an item of a list."""
    found: list[Block] = []
    for group in re.split(r"\n[ \t]*\n", text):
        for line in group.split("\n"):
            stripped = line.strip()
            if not stripped:
                continue
            is_list = stripped.startswith(BULLET)
            line_text = stripped.removeprefix(BULLET).strip() if is_list else stripped
            if not line_text:
                continue
            if found and found[-1].is_list == is_list and (is_list or line is not group.split("\n")[0]):
                found[-1] = Block((*found[-1].lines, line_text), is_list)
            else:
                found.append(Block((line_text,), is_list))
    return found


def print_of(text: str) -> str:
    """Give a short print of a text, to see later whether it is still the same."""
    return hashlib.sha256(text.encode()).hexdigest()


def reference(pattern: str, day: date, number: int) -> str:
    """Fill a pattern such as "Z/{jaar}/{nummer}"; Invalid for a place that it does not know."""
    check_pattern(pattern)
    values = dict(zip(_PLACES, (f"{day:%Y}", f"{day:%m}", f"{day:%d}", str(number)), strict=True))
    return _PLACE.sub(lambda found: values[found[1]], pattern)


def check_pattern(pattern: str) -> None:
    """Raise Invalid unless every place between braces is one that can be filled."""
    left = _PLACE.sub(lambda found: "" if found[1] in _PLACES else found[0], pattern)
    if "{" in left or "}" in left:
        raise Invalid("reference_pattern_unknown", field="reference_pattern")


def is_title(title: str, role: str) -> bool:
    """Tell whether somebody of this title signs as the "secretary" or the "mayor"."""
    return title.strip().casefold() == _TITLES[role]


def is_role_name(name: str) -> bool:
    """Tell whether a person goes by a role only, such as "Burgemeester Leiden": no name to print."""
    return any(title in name.casefold() for title in _TITLES.values())
