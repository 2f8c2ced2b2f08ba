"""How far an agreement is ratified, said honestly in a letter's language. Values in, values out.

It is never told as a majority: who has not ratified is as much a fact as who has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agenda.publications.letter_rules import Ratified

NUMBERS: Mapping[str, Sequence[str]] = {
    "nl": "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf".split(),
    "en": "no one two three four five six seven eight nine ten eleven twelve".split(),
}


def counted(number: int, language: str) -> str:
    """Write a small number in letters: "zeven"; a large one in figures."""
    words = NUMBERS[language]
    return words[number] if number < len(words) else str(number)


def together(names: Sequence[str], language: str) -> str:
    """Join names: "Leiden, Leiderdorp en Oegstgeest"."""
    *most, last = names
    return f"{', '.join(most)} {'en' if language == 'nl' else 'and'} {last}" if most else last


def ratified(state: Ratified, language: str) -> str:
    """Say how many organs ratified: "Drie van de vijf colleges hebben dit bekrachtigd."."""
    said = _dutch(state) if language == "nl" else _english(state)
    if state.with_reservation:
        who = together(state.with_reservation, language)
        dutch = f", waarvan {who} onder voorbehoud"
        said += dutch if language == "nl" else f", of which {who} with a reservation"
    if state.refused:
        who = together(state.refused, language)
        if language == "nl":
            said += f"; {who} {'heeft' if len(state.refused) == 1 else 'hebben'} dit niet bekrachtigd"
        else:
            said += f"; {who} refused to ratify it"
    return f"{said}."


def reserved(names: Sequence[str], language: str) -> str:
    """Say which colleges made a reservation at the table."""
    who, one = together(names, language), len(names) == 1
    if language == "nl":
        college, makes = ("Het college", "maakt") if one else ("De colleges", "maken")
        return f"{college} van {who} {makes} hierbij een voorbehoud."
    executive, makes = ("The executive", "makes") if one else ("The executives", "make")
    return f"{executive} of {who} {makes} a reservation."


def _dutch(state: Ratified) -> str:
    if state.total == 1:
        organ = "De gemeenteraad" if state.councils else "Het college"
        return f"{organ} heeft dit {'bekrachtigd' if state.ratified else 'nog niet bekrachtigd'}"
    organs = "gemeenteraden" if state.councils else "colleges"
    total = counted(state.total, "nl")
    if state.ratified == 0:
        return f"Nog geen van de {total} {organs} heeft dit bekrachtigd"
    if state.ratified >= state.total:
        return f"Alle {total} {organs} hebben dit bekrachtigd"
    verb = "heeft" if state.ratified == 1 else "hebben"
    return f"{counted(state.ratified, 'nl').capitalize()} van de {total} {organs} {verb} dit bekrachtigd"


def _english(state: Ratified) -> str:
    if state.total == 1:
        organ = "The council" if state.councils else "The executive"
        return f"{organ} has {'ratified this' if state.ratified else 'not ratified this yet'}"
    organs = "councils" if state.councils else "executives"
    total = counted(state.total, "en")
    if state.ratified == 0:
        return f"None of the {total} {organs} has ratified this yet"
    if state.ratified >= state.total:
        return f"All {total} {organs} have ratified this"
    verb = "has" if state.ratified == 1 else "have"
    return f"{counted(state.ratified, 'en').capitalize()} of the {total} {organs} {verb} ratified this"
