"""The Dutch holidays that are known: public ones of any year, school holidays as far as they were decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import holidays

from agenda.core.working_days import public_holidays

__all__ = [
    "REGIONS",
    "public_holidays",
    "school_holidays",
    "school_holidays_unknown",
]

REGIONS = ("Noord", "Midden", "Zuid")
# The holidays library has the school years 2013-2014 to 2029-2030; of the next it has only Christmas.
SCHOOL_KNOWN_FROM, SCHOOL_KNOWN_UNTIL = date(2014, 1, 1), date(2030, 9, 1)


def school_holidays(first: date, last: date, region: str = "Midden") -> Mapping[date, str]:
    """Name the days of school holidays of a region in the years of these days, in Dutch."""
    years = range(first.year, last.year + 1)
    found = holidays.country_holidays("NL", subdiv=region, years=years, categories=("school",), language="nl")
    return dict(found.items())


def school_holidays_unknown(first: date, last: date) -> bool:
    """Tell whether some of these days lie outside what is known of school holidays."""
    return first < SCHOOL_KNOWN_FROM or last > SCHOOL_KNOWN_UNTIL
