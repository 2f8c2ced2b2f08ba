"""The problem of the letter in small, to change at one place at a time."""

from __future__ import annotations

from typing import Any

from tests.support.documents import changed

PROBLEM: dict[str, Any] = {
    "time_zone": "Europe/Amsterdam",
    "from": "2019-01-07",
    "until": "2019-01-08",
    "minutes": 120,
    "step_minutes": 30,
    "hours": {"mon": ["09:00", "17:30"], "tue": ["09:00", "17:30"]},
    "public_holidays": "exclude",
    "school_holidays": "avoid",
    "school_region": "Midden",
    "closed": [
        {"from": "2019-01-08T09:00:00+01:00", "until": "2019-01-08T12:00:00+01:00", "why": "college meeting"}
    ],
    "people": [
        {
            "id": "leiden.mayor",
            "group": "leiden",
            "required": True,
            "busy": [["2019-01-07T09:00:00+01:00", "2019-01-07T10:00:00+01:00"]],
            "travel_minutes": 20,
        },
        {"id": "leiden.alderman", "group": "leiden", "busy": [["2019-01-07", "2019-01-07"]]},
        {"id": "zoeterwoude.mayor", "group": "zoeterwoude"},
    ],
    "quorum": {"leiden": "half", "zoeterwoude": 1},
}


def problem(*change: Any) -> dict[str, Any]:
    """Give the problem; `change` is a path and the value to stand there, or GONE."""
    return changed(PROBLEM, *change)
