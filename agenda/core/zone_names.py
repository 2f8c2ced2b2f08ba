"""Which time zone a calendar means by a TZID."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from agenda.core.text import one_line

MOST_DETAIL = 100
_ALSO_UTC = {"utc", "z", "gmt", "etc/utc", "utc+00:00", "gmt+00:00", "greenwich mean time"}


@cache
def _known() -> Mapping[str, str]:
    return {name.casefold(): name for name in available_timezones()} | dict.fromkeys(_ALSO_UTC, "UTC")


@cache
def _windows() -> Mapping[str, str]:
    return {name.casefold(): iana for name, iana in WINDOWS_TO_OLSON.items()}


def iana(written: str) -> str | None:
    """Return the IANA zone that a TZID names: itself, by its Windows name, or at the end of a path.

    Paths are what Mozilla, Evolution and Apple write: "/mozilla.org/20050126_1/Europe/Amsterdam".
    """
    name = written.strip().strip('"').casefold()
    if found := _known().get(name) or _windows().get(name):
        return found
    parts = [part for part in re.split("/", name) if part]
    for length in (3, 2, 1) if name.startswith("/") else ():
        if found := _known().get("/".join(parts[-length:])):
            return found
    return None


def shown(text: str) -> str:
    """Return a name from a calendar as a flag tells it: one cleaned line, not long."""
    return one_line(text.strip('"'))[:MOST_DETAIL]
