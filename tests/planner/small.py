"""Small problems of every kind, for trying all plans of each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

BODIES = ["gco", "po"]
PEOPLE = ["leiden.1", "leiden.2", "zoeterwoude.1", "Van der Ven, Zoë"]
GUESTS = ["province.deputy", "expert"]
# The night in which the clocks go forward lies between these.
FIRST = date(2019, 3, 28)


def some(names: list[str], most: int) -> st.SearchStrategy[list[str]]:
    """Give a few of these."""
    return st.lists(st.sampled_from(names), max_size=most, unique=True)


@st.composite
def problems(draw: st.DrawFn, topics: int = 5, meetings: int = 3) -> dict[str, Any]:
    """Give a problem of at most so many topics and meetings."""
    places = [draw(_meeting(number)) for number in range(draw(st.integers(1, meetings)))]
    ids = [f"t{number}" for number in range(draw(st.integers(0, topics)))]
    return {
        "time_zone": "Europe/Amsterdam",
        "meetings": places,
        "topics": [draw(_topic(name, ids)) for name in ids],
    }


@st.composite
def _meeting(draw: st.DrawFn, number: int) -> dict[str, Any]:
    begins = datetime(2019, 3, 28, 21, 30, tzinfo=UTC) + draw(st.integers(0, 6)) * timedelta(hours=12)
    reserved = draw(st.sampled_from([0, 5, 15]))
    return {
        "id": f"m{number}",
        "body": draw(st.sampled_from(BODIES)),
        "starts_at": begins.isoformat(),
        "minutes": reserved + draw(st.sampled_from([20, 30, 45, 60])),
        "reserved_minutes": reserved,
        "attendees": draw(some(PEOPLE, 4)),
        "unavailable": draw(some(PEOPLE + GUESTS, 1)),
        "planned": draw(st.booleans()),
    }


@st.composite
def _topic(draw: st.DrawFn, name: str, ids: list[str]) -> dict[str, Any]:
    others = [one for one in ids if one != name]
    rarely = st.sampled_from([True, False, False, False])
    topic: dict[str, Any] = {
        "id": name,
        "minutes": draw(st.sampled_from([5, 10, 15, 20, 30, 40])),
        "bodies": draw(some(BODIES, 1)) if draw(rarely) else [],
        "needs": draw(some(PEOPLE, 1)) if draw(rarely) else [],
        "guests": draw(some(GUESTS, 2)) if draw(rarely) else [],
        "priority": draw(st.integers(1, 5)),
        "after": draw(some(others, 2)) if others and draw(rarely) else [],
        "apart_from": draw(some(others, 1)) if others and draw(rarely) else [],
        "in_writing": draw(st.integers(0, 9)) == 0,
    }
    if draw(rarely):
        topic["earliest"] = (FIRST + timedelta(days=draw(st.integers(0, 4)))).isoformat()
    elif draw(rarely):
        topic["deadline"] = (FIRST + timedelta(days=draw(st.integers(0, 4)))).isoformat()
    return topic
