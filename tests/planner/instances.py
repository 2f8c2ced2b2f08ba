"""Problems of any size in which some plan is known, as the contract writes them.

A plan is made first: some of the dates are filled with topics, and then each topic gets demands that its
place in that plan meets. So everything can be treated, in at most as many meetings as were filled.
"""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = "Europe/Amsterdam"
FIRST = date(2019, 1, 8)
MUNICIPALITIES = ("leiden", "leiderdorp", "oegstgeest", "voorschoten", "zoeterwoude")
LENGTHS = (5, 10, 10, 15, 15, 15, 20, 20, 30, 45)
SIZES = {"region": (40, 12), "year": (120, 40), "busy": (250, 100), "huge": (1_000, 250)}


def planted(topics: int, dates: int, seed: int = 0, bodies: int = 3) -> tuple[dict[str, Any], int]:
    """Give a problem, and in how many meetings it can be done."""
    chance = random.Random(seed)
    people = [f"{name}.{number}" for name in MUNICIPALITIES for number in range(1, 7)]
    seats = {f"body-{number}": sorted(chance.sample(people, 10 + 4 * number)) for number in range(bodies)}
    meetings = [_meeting(number, dates, seats, chance) for number in range(dates)]
    found: list[dict[str, Any]] = []
    held = 0
    for meeting in chance.sample(meetings, dates):
        if len(found) == topics:
            break
        held += 1
        _fill(meeting, found, topics, chance)
    chance.shuffle(found)
    return {"time_zone": ZONE, "meetings": meetings, "topics": found}, held


def _meeting(number: int, dates: int, seats: dict[str, list[str]], chance: random.Random) -> dict[str, Any]:
    day = FIRST + timedelta(days=number * max(1, 360 // dates) if dates > 12 else 7 * number)
    body = chance.choice(sorted(seats))
    return {
        "id": f"m{number}",
        "body": body,
        "starts_at": datetime.combine(day, time(chance.choice((9, 10, 14))), ZoneInfo(ZONE)).isoformat(),
        "minutes": chance.choice((90, 120, 120, 150)),
        "reserved_minutes": 20,
        "attendees": seats[body],
        "unavailable": sorted(one for one in seats[body] if chance.random() < 0.08),
        "planned": chance.random() < 0.6,
    }


def _fill(meeting: dict[str, Any], found: list[dict[str, Any]], topics: int, chance: random.Random) -> None:
    day = datetime.fromisoformat(meeting["starts_at"]).date()
    present = sorted(set(meeting["attendees"]) - set(meeting["unavailable"]))
    room = meeting["minutes"] - meeting["reserved_minutes"]
    earlier = [one for one in found if date.fromisoformat(one["held"]) < day]
    here = len(found)
    while room >= min(LENGTHS) and len(found) < topics:
        minutes = min(room, chance.choice(LENGTHS))
        room -= minutes
        topic: dict[str, Any] = {
            "id": f"t{len(found)}",
            "minutes": minutes,
            "priority": chance.randint(1, 5),
            "bodies": [meeting["body"]] if chance.random() < 0.6 else [],
            "needs": chance.sample(present, chance.choice((0, 0, 1, 1, 2))),
            "held": day.isoformat(),
        }
        if chance.random() < 0.3:
            topic["earliest"] = (day - timedelta(days=chance.randint(0, 60))).isoformat()
        if chance.random() < 0.5:
            topic["deadline"] = (day + timedelta(days=chance.randint(0, 90))).isoformat()
        if chance.random() < 0.15:
            topic["guests"] = ["province.deputy"]
        if earlier and chance.random() < 0.1:
            topic["after"] = [chance.choice(earlier)["id"]]
        found.append(topic)
    if len(found) == topics:
        for one in found:
            one.pop("held", None)
    assert len(found) > here
