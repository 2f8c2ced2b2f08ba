"""What stands about a topic: as a person enters it, and as the history tells it."""

from __future__ import annotations

from typing import Any

from agenda.topics.model import Topic
from agenda.topics.rules import COLUMNS, Link, Particulars, state_of

# What follows from a number in the row, and is stale once that number is set.
POINTERS = ("focus_area", "organisation", "lead", "official_lead", "predecessor", "needs", "guests")


def particulars(topic: Topic) -> Particulars:
    """Give what a person could enter, as it stands now."""
    return Particulars(
        **{name: getattr(topic, name) for name in COLUMNS},
        needed_people=tuple(sorted(need.person_id for need in topic.needs if need.person_id is not None)),
        needed_portfolios=tuple(sorted(need.portfolio for need in topic.needs if need.person_id is None)),
        guests=tuple(sorted(guest.person_id for guest in topic.guests)),
        links=tuple(Link(link.label, link.url) for link in topic.links),
    )


def told(topic: Topic) -> dict[str, Any]:
    """Give a topic in names instead of numbers, empty ones as None, for the history."""
    row = {
        **{name: getattr(topic, name) for name in COLUMNS if not name.endswith("_id")},
        "focus_area": topic.focus_area and topic.focus_area.short_name,
        "organisation": topic.organisation and topic.organisation.name,
        "lead": topic.lead and topic.lead.name,
        "official_lead": topic.official_lead and topic.official_lead.name,
        "predecessor": topic.predecessor and topic.predecessor.title,
        "needs": ", ".join(need.person.name if need.person else need.portfolio for need in topic.needs),
        "guests": ", ".join(guest.person.name for guest in topic.guests),
        "links": "\n".join(f"{link.label} {link.url}" for link in topic.links),
        "state": state_of(topic),
        "why": topic.withdrawn_why,
    }
    return {name: value if value not in ("", False) else None for name, value in row.items()}
