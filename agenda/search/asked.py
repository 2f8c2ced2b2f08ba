"""What is asked of the search, as it stands in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agenda.core.text import one_line
from agenda.search.model import Kind
from agenda.search.rules import LONGEST_QUESTION
from agenda.web.forms import EARLIEST_DAY, LATEST_DAY, key

NEWEST = "newest"


@dataclass(frozen=True)
class Asked:
    """Words, filters and order."""

    q: str = ""
    kind: Kind | None = None
    body: int | None = None
    focus: int | None = None
    year: int | None = None
    # Of whoever reads the address, not of whoever wrote it.
    mine: bool = False
    # Rather than what has the words in its title first.
    newest_first: bool = False

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Asked:
        """Read an address; what makes no sense is left out, for addresses are kept and mistyped."""
        kind = asked.get("kind", "")
        year = _key(asked.get("year", ""))
        return cls(
            q=one_line(asked.get("q", "")[: LONGEST_QUESTION * 2])[:LONGEST_QUESTION],
            kind=Kind(kind) if kind in set(Kind) else None,
            body=_key(asked.get("body", "")),
            focus=_key(asked.get("focus", "")),
            year=year if year and EARLIEST_DAY.year <= year <= LATEST_DAY.year else None,
            mine=asked.get("mine") == "1",
            newest_first=asked.get("order") == NEWEST,
        )

    @property
    def narrows(self) -> bool:
        """Whether anything but words is asked."""
        return any((self.kind, self.body, self.focus, self.year, self.mine))

    def address(self, **changed: str | int | None) -> dict[str, Any]:
        """Give the values of an address, some of them changed; without what is not asked."""
        values = {
            "q": self.q,
            "kind": self.kind,
            "body": self.body,
            "focus": self.focus,
            "year": self.year,
            "mine": int(self.mine),
            "order": NEWEST if self.newest_first else None,
            **changed,
        }
        return {name: str(value) for name, value in values.items() if value}


def _key(text: str) -> int | None:
    try:
        return key(text) or None
    except ValueError:
        return None
