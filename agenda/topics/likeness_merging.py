"""What stands about a topic once another went up in it; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from agenda.core.audit import plain
from agenda.topics.model import Purpose, Treatment
from agenda.topics.rules import LONGEST_TEXT, Link, Particulars


class Summary(StrEnum):
    """Whose summary stays."""

    KEPT = "kept"
    GONE = "gone"
    BOTH = "both"


@dataclass(frozen=True)
class Choice:
    """What the person chose where only one of two can stay."""

    title_of_gone: bool = False
    summary: Summary = Summary.KEPT


@dataclass(frozen=True)
class Seats:
    """Who belongs to the body of the topic that goes on: all, and those who may lead."""

    everyone: frozenset[int]
    members: frozenset[int]


def combined(kept: Particulars, gone: Particulars, seats: Seats, choice: Choice) -> Particulars:
    """Give the particulars of the topic that goes on: the earlier deadline, everybody of both, all links.

    What the one lacks comes from the other. Whoever has no seat in the body becomes a guest. No day stays
    before which it may not be treated if that is after the deadline.
    """
    deadline = min((day for day in (kept.deadline, gone.deadline) if day), default=None)
    earliest = kept.earliest or gone.earliest
    lead = kept.lead_id or _seated(gone.lead_id, seats.members)
    official = kept.official_lead_id or _seated(gone.official_lead_id, seats.everyone)
    needed, guests = _people(kept, gone, seats, {lead, official})
    return replace(
        kept,
        title=gone.title if choice.title_of_gone else kept.title,
        summary=_summary(kept.summary, gone.summary, choice.summary),
        desired_result=kept.desired_result or gone.desired_result,
        requested_decision=kept.requested_decision or gone.requested_decision,
        focus_area_id=kept.focus_area_id or gone.focus_area_id,
        organisation_id=kept.organisation_id or gone.organisation_id,
        lead_id=lead,
        official_lead_id=official,
        minutes=max(kept.minutes, gone.minutes),
        priority=max(kept.priority, gone.priority),
        intensified=kept.intensified or gone.intensified,
        closed=kept.closed or gone.closed,
        confidential=kept.confidential or gone.confidential,
        neutral_title=kept.neutral_title or gone.neutral_title,
        deadline=deadline,
        earliest=None if earliest and deadline and earliest > deadline else earliest,
        needed_people=needed,
        needed_portfolios=tuple(sorted({*kept.needed_portfolios, *gone.needed_portfolios})),
        guests=guests,
        links=_links(kept.links, gone.links),
    )


def _people(
    kept: Particulars, gone: Particulars, seats: Seats, leading: set[int | None]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Give whom the topic needs and who comes as a guest; who leads it comes anyway."""
    # An official who has a seat comes with the body: nobody need wait for them.
    coming = {*gone.needed_people, gone.lead_id} - {None} - leading
    other = {*gone.guests, gone.official_lead_id} - {None} - leading
    needed = {*kept.needed_people, *(one for one in coming if one in seats.everyone)}
    strangers = {one for one in coming | other if one not in seats.everyone}
    guests = {*kept.guests, *(one for one in strangers if one is not None)} - needed
    return tuple(sorted(one for one in needed if one is not None)), tuple(sorted(guests))


def _seated(person_id: int | None, seats: frozenset[int]) -> int | None:
    return person_id if person_id in seats else None


def _summary(kept: str, gone: str, choice: Summary) -> str:
    if choice is Summary.BOTH:
        return "\n\n".join(text for text in dict.fromkeys((kept, gone)) if text)
    return gone if choice is Summary.GONE else kept


def fits_both(kept: str, gone: str) -> bool:
    """Tell whether the two summaries differ, and fit below each other."""
    both = _summary(kept, gone, Summary.BOTH)
    return len(both) <= LONGEST_TEXT and both not in (kept, gone)


def _links(kept: tuple[Link, ...], gone: tuple[Link, ...]) -> tuple[Link, ...]:
    known = {link.url for link in kept}
    return (*kept, *(link for link in gone if link.url not in known))


def written(given: Particulars) -> dict[str, Any]:
    """Give particulars as JSON keeps them."""
    kept: dict[str, Any] = plain(asdict(given))
    return kept


def read(kept: Mapping[str, Any]) -> Particulars:
    """Read particulars that `written` gave."""
    return Particulars(
        **{
            **kept,
            "purpose": Purpose(kept["purpose"]),
            "treatment": Treatment(kept["treatment"]),
            "earliest": _day(kept["earliest"]),
            "deadline": _day(kept["deadline"]),
            "needed_people": tuple(kept["needed_people"]),
            "needed_portfolios": tuple(kept["needed_portfolios"]),
            "guests": tuple(kept["guests"]),
            "links": tuple(Link(**link) for link in kept["links"]),
        }
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
