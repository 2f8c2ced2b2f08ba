"""Periods in the words of a letter: "in het eerste kwartaal van 2019", "uiterlijk in februari 2019".

Values in, values out. Both days of a period belong to it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from babel.dates import format_date

LOCALES = {"nl": "nl_NL", "en": "en_GB"}
QUARTERS: Mapping[str, tuple[str, ...]] = {
    "nl": ("eerste", "tweede", "derde", "vierde"),
    "en": ("first", "second", "third", "fourth"),
}
HALVES: Mapping[str, tuple[str, ...]] = {"nl": ("eerste", "tweede"), "en": ("first", "second")}
YEAR, HALF, QUARTER = 12, 6, 3
FEW = 2


def period(first: date, last: date, language: str) -> str:
    """Say when something falls, with its preposition: "in het eerste kwartaal van 2019".

    Whole years, half years, quarters and months have names of their own; any other period names both days.
    ValueError when the last day comes before the first.
    """
    if last < first:
        raise ValueError("a period ends before it begins")
    if first == last:
        return f"{_word('op', 'on', language)} {day_of(first, language)}"
    if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        return _whole_months(first, last, language)
    begin = format_date(first, "d MMMM" if first.year == last.year else "d MMMM y", locale=LOCALES[language])
    if (first.year, first.month) == (last.year, last.month):
        begin = str(first.day)
    until = _word("tot en met", "to", language)
    return f"{_word('van', 'from', language)} {begin} {until} {day_of(last, language)}"


def no_later_than(day: date, language: str) -> str:
    """Say by when: "uiterlijk in februari 2019" for the last day of a month, else with the day itself."""
    if (day + timedelta(days=1)).day == 1:
        month = _month(day, language)
        return f"uiterlijk in {month}" if language == "nl" else f"by the end of {month}"
    return f"{_word('uiterlijk op', 'by', language)} {day_of(day, language)}"


def day_of(day: date, language: str) -> str:
    """Write a day as a letter does: "14 februari 2019"."""
    return str(format_date(day, "d MMMM y", locale=LOCALES[language]))


def _whole_months(first: date, last: date, language: str) -> str:
    number = (last.year - first.year) * YEAR + last.month - first.month + 1
    place = first.month - 1
    if number == 1:
        return f"in {_month(first, language)}"
    if number == YEAR and place == 0:
        return f"in {first.year}"
    for length, names, noun in (
        (HALF, HALVES, ("helft", "half")),
        (QUARTER, QUARTERS, ("kwartaal", "quarter")),
    ):
        if number == length and place % length == 0:
            return _named(names[language][place // length], noun, first.year, language)
    begin = _month_name(first, language) if first.year == last.year else _month(first, language)
    if number == FEW:
        return f"in {begin} {_word('of', 'or', language)} {_month(last, language)}"
    if language == "nl":
        return f"in de maanden {begin} tot en met {_month(last, language)}"
    return f"in the months {begin} to {_month(last, language)}"


def _named(which: str, noun: tuple[str, str], year: int, language: str) -> str:
    dutch, english = noun
    if language == "nl":
        article = "het" if dutch == "kwartaal" else "de"
        return f"in {article} {which} {dutch} van {year}"
    return f"in the {which} {english} of {year}"


def _month(day: date, language: str) -> str:
    return str(format_date(day, "MMMM y", locale=LOCALES[language]))


def _month_name(day: date, language: str) -> str:
    return str(format_date(day, "MMMM", locale=LOCALES[language]))


def _word(dutch: str, english: str, language: str) -> str:
    return dutch if language == "nl" else english
