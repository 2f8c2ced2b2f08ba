"""An iCalendar file as text with unfolded lines, and what its lines are made of."""

from __future__ import annotations

import re
from functools import lru_cache

from agenda.dates.ics_times import Unknown

_BLANKS = re.compile(r"\n{2,}")
_UNUSUAL = re.compile(r"\n(?:\n|[A-Z0-9-]*[a-z])")
_NAMES = re.compile(r"\n(?:(?:BEGIN|END):[^\n]*|[A-Z0-9-]+)", re.IGNORECASE)
_MOST_OF_PARAMETERS = 1_000
_ZONE = re.compile(r';TZID=("[^"]*"|[^;:"]*)', re.IGNORECASE)
_PARAMETER = re.compile(r';([^=;:"]+)=("[^"]*"|[^;:"]*)')


def unfolded(content: bytes) -> str:
    """Return the file's lines, each after one line feed, unfolded and with names in capitals.

    Bytes become characters one by one: a fold may split a character of UTF-8, and what busy time needs is
    ASCII but for the names of time zones (`readable`).
    """
    text = "\n" + content.removeprefix(b"\xef\xbb\xbf").decode("latin-1").replace("\r", "")
    if "\t" in text:
        text = text.replace("\n\t", "\n ")
    plain = text.replace("\n ", "")
    if not _UNUSUAL.search(plain):
        return plain
    # Blank lines, also before the rest of a folded line, and names that are not in capitals.
    plain = _BLANKS.sub("\n", text).replace("\n ", "")
    return _NAMES.sub(lambda found: found[0].upper(), plain)


def readable(text: str) -> str:
    """Return a piece of `unfolded` text as it was meant."""
    return text.encode("latin-1", "replace").decode("utf-8", "replace")


def split(rest: str) -> tuple[str, str]:
    """Return the parameters and the value of what follows a property's name; its value has no colon."""
    parameters, colon, value = rest.rpartition(":")
    if not colon or len(parameters) > _MOST_OF_PARAMETERS:
        raise Unknown
    return parameters, value.strip()


@lru_cache(maxsize=2_000)
def zone_name(parameters: str) -> str | None:
    """Return the TZID among the parameters."""
    found = _ZONE.search(parameters)
    return readable(found[1].strip('"')) if found else None


def parameter(parameters: str, name: str) -> str:
    """Return the value of a parameter, in capitals; empty when it is absent."""
    values = {found[1].upper(): found[2].strip('"').upper() for found in _PARAMETER.finditer(parameters)}
    return values.get(name, "")
