"""Quorum, terms and turns: values in, values out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from agenda.people.model import Role

LANGUAGES = ("nl", "en")
# Who holds two roles in one body is seen by the later one in this row.
ROLE_ORDER = (Role.READER, Role.CLERK, Role.SECRETARY, Role.MEMBER)
EXPIRY_NOTICE = timedelta(days=90)

# As in the register of government organisations: gm0638, pv28, ws0616.
TOOI_ID = re.compile(r"[a-z]{2,4}[0-9]{2,8}")

Item = TypeVar("Item")


class HasPortfolio(Protocol):
    """A membership, as far as its portfolio is concerned."""

    @property
    def person_id(self) -> int: ...

    @property
    def portfolio(self) -> str: ...


class Expiry(StrEnum):
    """How near a body is to its last day."""

    NEVER = "never"
    LATER = "later"
    SOON = "soon"
    PAST = "past"


def needed(voting_members: int, explicit: int | None = None) -> int:
    """Tell how many voting members of one college must be there: what was set, else half, rounded up.

    At least half of the sitting members is what Gemeentewet article 56 asks of a college.
    """
    return explicit if explicit is not None else (voting_members + 1) // 2


def is_active(since: date, until: date | None, day: date) -> bool:
    """Tell whether a term holds on a day; the first and the last day both count."""
    return since <= day and (until is None or day <= until)


def overlaps(since: date, until: date | None, other_since: date, other_until: date | None) -> bool:
    """Tell whether two terms share a day."""
    return (other_until is None or since <= other_until) and (until is None or other_since <= until)


def portfolios(text: str) -> list[str]:
    """Split what a membership says of its portfolio, "Wonen, bestuur", into words to compare."""
    return [part.strip().casefold() for part in text.replace(";", ",").split(",") if part.strip()]


def holders_of_portfolios(memberships: Iterable[HasPortfolio]) -> dict[str, frozenset[int]]:
    """Tell who holds each portfolio; one person may hold several."""
    held: defaultdict[str, set[int]] = defaultdict(set)
    for membership in memberships:
        for name in portfolios(membership.portfolio):
            held[name].add(membership.person_id)
    return {name: frozenset(people) for name, people in held.items()}


def expiry(expires_on: date | None, today: date) -> Expiry:
    """Tell whether a body has ended, ends within three months, or goes on."""
    if expires_on is None:
        return Expiry.NEVER
    if expires_on < today:
        return Expiry.PAST
    return Expiry.SOON if expires_on - today <= EXPIRY_NOTICE else Expiry.LATER


def next_in_turn(order: Sequence[Item], after: Item | None) -> Item | None:
    """Give who is host next: the one after, round again at the end; the first when nobody was yet."""
    if not order:
        return None
    if after is None or after not in order:
        return order[0]
    return order[(order.index(after) + 1) % len(order)]


def same_address(email: str) -> str:
    """Write an address the one way in which it is kept and compared."""
    return email.strip().lower()
