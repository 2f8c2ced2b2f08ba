"""The contract's example, and a larger one of the region."""

from __future__ import annotations

from typing import Any

from tests.support.documents import changed

PROBLEM: dict[str, Any] = {
    "time_zone": "Europe/Amsterdam",
    "meetings": [
        {
            "id": "gco-feb",
            "body": "gco",
            "starts_at": "2019-02-12T10:00:00+01:00",
            "minutes": 120,
            "reserved_minutes": 20,
            "attendees": ["leiden.mayor", "zoeterwoude.mayor"],
            "unavailable": [],
            "planned": True,
        }
    ],
    "topics": [
        {
            "id": "heat-network",
            "minutes": 30,
            "bodies": ["gco"],
            "needs": ["leiden.mayor"],
            "guests": ["province.deputy"],
            "earliest": "2019-01-15",
            "deadline": "2019-02-28",
            "priority": 3,
            "after": [],
            "apart_from": [],
            "in_writing": False,
        }
    ],
}


def problem(*change: Any) -> dict[str, Any]:
    """Give the contract's example; `change` is a path and the value to stand there, or GONE."""
    return changed(PROBLEM, *change)
