"""What is asked of the register of decisions, as it stands in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agenda.core.text import one_line
from agenda.decisions.model import DecisionKind
from agenda.decisions.rules import Standing
from agenda.web.forms import EARLIEST_DAY, LATEST_DAY, key

LONGEST_QUESTION = 200
# What was settled without a meeting stands in the register as a kind of its own.
IN_WRITING = "in_writing"
KINDS = (*(kind.value for kind in DecisionKind), IN_WRITING)
RECTIFIED = "rectified"
STATES = (*(standing.value for standing in Standing), RECTIFIED)
SORTS = ("day", "body")
USUAL_SORT = "-day"


@dataclass(frozen=True)
class Filter:
    """What is asked of the register; its fields are the names in the address bar."""

    q: str = ""
    year: int | None = None
    body: int | None = None
    focus: int | None = None
    kind: str = ""
    state: str = ""
    sort: str = USUAL_SORT

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Filter:
        """Read an address; what makes no sense is left out, for addresses are kept and mistyped."""
        sort = asked.get("sort", "")
        year = _key(asked.get("year", ""))
        return cls(
            q=one_line(asked.get("q", ""))[:LONGEST_QUESTION],
            year=year if year and EARLIEST_DAY.year <= year <= LATEST_DAY.year else None,
            body=_key(asked.get("body", "")),
            focus=_key(asked.get("focus", "")),
            kind=_one_of(asked.get("kind", ""), KINDS),
            state=_one_of(asked.get("state", ""), STATES),
            sort=sort if sort.removeprefix("-") in SORTS else USUAL_SORT,
        )

    def asked(self) -> dict[str, str]:
        """Give what is asked as values for an address, without what is usual."""
        values: dict[str, Any] = {
            "q": self.q,
            "year": self.year,
            "body": self.body,
            "focus": self.focus,
            "kind": self.kind,
            "state": self.state,
            "sort": self.sort if self.sort != USUAL_SORT else "",
        }
        return {name: str(value) for name, value in values.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether anything is asked, sorting aside."""
        return bool(self.asked().keys() - {"sort"})


def _key(text: str) -> int | None:
    try:
        return key(text) or None
    except ValueError:
        return None


def _one_of(text: str, known: tuple[str, ...]) -> str:
    return text if text in known else ""
