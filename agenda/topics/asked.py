"""What is asked of the list of topics, as it stands in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from agenda.core.text import one_line
from agenda.topics.model import TopicState, Treatment
from agenda.topics.rules import RUNNING, UNPLANNED
from agenda.web.forms import key

LONGEST_QUESTION = 200
# Groups of states that are asked together; a single state goes by its own name.
GROUPS: Mapping[str, tuple[TopicState, ...]] = {
    "": RUNNING,
    "unplanned": UNPLANNED,
    "all": tuple(TopicState),
}
LEADS = ("open", "mine", "ended")
SORTS = ("deadline", "title", "priority", "minutes", "newest")
USUAL_SORT = "deadline"


@dataclass(frozen=True)
class Filter:
    """What is asked of the list; its fields are the names in the address bar."""

    q: str = ""
    state: str = ""
    body: int | None = None
    focus: int | None = None
    # "open", "mine", "ended", or the number of a person.
    lead: str = ""
    organisation: int | None = None
    before: date | None = None
    treatment: str = ""
    intensified: bool = False
    sort: str = USUAL_SORT

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Filter:
        """Read an address; what makes no sense is left out, for addresses are kept and mistyped."""
        lead = asked.get("lead", "")
        sort = asked.get("sort", "")
        return cls(
            q=one_line(asked.get("q", ""))[:LONGEST_QUESTION],
            state=_one_of(asked.get("state", ""), {*GROUPS, *(state.value for state in TopicState)}),
            body=_key(asked.get("body", "")),
            focus=_key(asked.get("focus", "")),
            lead=lead if lead in LEADS or _key(lead) else "",
            organisation=_key(asked.get("organisation", "")),
            before=_day(asked.get("before", "")),
            treatment=_one_of(asked.get("treatment", ""), {each.value for each in Treatment}),
            intensified=asked.get("intensified", "") in {"1", "y"},
            sort=sort if sort.removeprefix("-") in SORTS else USUAL_SORT,
        )

    def asked(self) -> dict[str, str]:
        """Give what is asked as values for an address, without what is usual."""
        values: dict[str, Any] = {
            "q": self.q,
            "state": self.state,
            "body": self.body,
            "focus": self.focus,
            "lead": self.lead,
            "organisation": self.organisation,
            "before": self.before.isoformat() if self.before else "",
            "treatment": self.treatment,
            "intensified": "1" if self.intensified else "",
            "sort": self.sort if self.sort != USUAL_SORT else "",
        }
        return {name: str(value) for name, value in values.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether anything but the usual is asked, sorting aside."""
        return bool(self.asked().keys() - {"sort"})


def _key(text: str) -> int | None:
    try:
        return key(text) or None
    except ValueError:
        return None


def _one_of(text: str, known: set[str]) -> str:
    return text if text in known else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
