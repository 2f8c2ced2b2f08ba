"""A JSON document that a command reads: every fault in it, each with its place.

A value that is wrong is noted and gives a stand-in, so that one reading finds all faults; only after
`stop()` has let pass may what was read be used.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MOST_BYTES = 50_000_000
# More digits than any number here may have; Python refuses to read very long ones at all.
_MOST_DIGITS, _HUGE = 18, 10**18
# In these years every zone's distance to UTC is a whole number of minutes.
FIRST_YEAR, LAST_YEAR = 1973, 2099
_YEARS = f"between {FIRST_YEAR} and {LAST_YEAR}"
# No day and no hour that can be given.
NO_DAY, NO_HOUR = date.min, -1


class DocumentFaults(Exception):
    """What is wrong with a document, one line each."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class _Object(dict[str, Any]):
    """An object that remembers which keys it was given twice."""

    twice: tuple[str, ...] = ()


@dataclass(frozen=True)
class Value:
    """A value in the document, where it stands, and the list that its faults go to."""

    value: Any
    place: str
    faults: list[str]

    def wrong(self, what: str) -> None:
        """Note that this value is wrong."""
        self.faults.append(f"{self.place or 'the document'}: {what}")

    def stop(self) -> None:
        """Raise DocumentFaults when anything was wrong."""
        if self.faults:
            raise DocumentFaults(self.faults)

    def fields(self, required: Collection[str], optional: Mapping[str, Any]) -> Mapping[str, Value]:
        """Give all of an object's fields, the optional ones that are not there by their defaults.

        Other keys are faults, and so is a required one that is missing, whose own faults are not heard.
        """
        found = dict(self.entries())
        for name, one in found.items():
            if name not in required and name not in optional:
                one.wrong("is not a key that is known here")
        for name in required:
            if name not in found:
                if isinstance(self.value, dict):
                    self._under(name, None).wrong("is missing")
                found[name] = Value(None, name, [])
        for name in optional.keys() - found.keys():
            default = optional[name]
            found[name] = self._under(name, _Object(default) if isinstance(default, dict) else default)
        return found

    def entries(self) -> Iterator[tuple[str, Value]]:
        """Give the keys and the values of an object whose keys are free."""
        if not isinstance(self.value, _Object):
            self.wrong("must be an object")
            return
        for name in self.value.twice:
            self._under(name, None).wrong("is given twice")
        for name, value in self.value.items():
            yield name, self._under(name, value)

    def items(self, most: int) -> list[Value]:
        """Give the values of a list of at most so many."""
        if not isinstance(self.value, list):
            self.wrong("must be a list")
            return []
        if len(self.value) > most:
            self.wrong(f"must have at most {most} entries")
            return []
        return [Value(one, f"{self.place}[{n}]", self.faults) for n, one in enumerate(self.value)]

    def pair(self) -> tuple[Value, Value]:
        """Give the two values of a list of two."""
        if isinstance(self.value, list) and len(self.value) == 2:
            first, second = self.items(2)
            return first, second
        self.wrong("must be a list of two")
        # Their own faults would only say the same again.
        return Value(None, "", []), Value(None, "", [])

    def text(self, most: int = 200) -> str:
        """Give a text of one line that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            self.wrong("must be a text")
        elif len(self.value) > most:
            self.wrong(f"must have at most {most} characters")
        elif not self.value.isprintable():
            self.wrong("must be one line of printable text")
        else:
            return self.value
        return ""

    def choice(self, possible: Collection[str]) -> str:
        """Give one of these texts."""
        if isinstance(self.value, str) and self.value in possible:
            return self.value
        self.wrong(f"must be one of {', '.join(possible)}")
        return next(iter(possible))

    def whole(self, least: int, most: int) -> int:
        """Give a whole number between these, both included."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.wrong("must be a whole number")
        elif self.value < least:
            self.wrong(f"must be at least {least}")
        elif self.value > most:
            self.wrong(f"must be at most {most}")
        else:
            return self.value
        return least

    def truth(self) -> bool:
        """Give true or false."""
        if not isinstance(self.value, bool):
            self.wrong("must be true or false")
        return self.value is True

    def zone(self) -> str:
        """Give the name of a time zone."""
        name = self.text()
        try:
            return ZoneInfo(name).key if name else ""
        except (OSError, ValueError, KeyError):
            self.wrong("must be a time zone, such as Europe/Amsterdam")
            return ""

    def day(self) -> date:
        """Give a date; where it is wrong NO_DAY."""
        found = _day(self.value)
        if found is None:
            self.wrong(f"must be a date such as 2019-01-31, {_YEARS}")
        return found or NO_DAY

    def hour(self) -> int:
        """Give a time of day in minutes after midnight, 24:00 included; where it is wrong NO_HOUR."""
        if self.value == "24:00":
            return 24 * 60
        if isinstance(self.value, str) and _HOUR.fullmatch(self.value):
            hours, minutes = self.value.split(":")
            return int(hours) * 60 + int(minutes)
        self.wrong("must be a time of day such as 09:30")
        return NO_HOUR

    def moment(self, zone: str, *, ends: bool = False) -> datetime:
        """Give a time; a date means that local day: its begin, or where it `ends` something its end.

        Without a zone, because that was wrong itself, a date cannot be understood and is no fault.
        """
        day = _day(self.value)
        if day is not None:
            return datetime.combine(day + timedelta(days=ends), time(), ZoneInfo(zone or "UTC"))
        found = _moment(self.value)
        if found is None:
            self.wrong(
                f"must be a time with an offset such as 2019-01-31T09:00:00+01:00, or a date, {_YEARS}"
            )
        return found or datetime.combine(NO_DAY, time(), UTC)

    def _under(self, name: str, value: Any) -> Value:
        if not _PLAIN_KEY.fullmatch(name):
            return Value(value, f"{self.place}[{json.dumps(name)}]", self.faults)
        return Value(value, f"{self.place}.{name}" if self.place else name, self.faults)


def read_json(content: bytes) -> Value:
    """Read a document in UTF-8; raises DocumentFaults when it is not JSON at all."""
    if len(content) > MOST_BYTES:
        raise DocumentFaults([f"the document: is larger than {MOST_BYTES // 10**6} MB"])
    try:
        found = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_object, parse_int=_whole)
    except UnicodeDecodeError as error:
        raise DocumentFaults([f"byte {error.start}: is not UTF-8"]) from error
    except json.JSONDecodeError as error:
        raise DocumentFaults([f"line {error.lineno}, column {error.colno}: {error.msg}"]) from error
    except RecursionError as error:
        raise DocumentFaults(["the document: is nested too deeply"]) from error
    return Value(found, "", [])


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    if len(found) < len(pairs):
        number = Counter(name for name, _ in pairs)
        found.twice = tuple(name for name in number if number[name] > 1)
    return found


def _whole(digits: str) -> int:
    if len(digits) <= _MOST_DIGITS:
        return int(digits)
    return -_HUGE if digits.startswith("-") else _HUGE


def _day(value: Any) -> date | None:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
