"""Checks an answer of `fewest-meetings` against its problem: both as the contract writes them, nothing else.

Nothing of the planner is used here, so that the two cannot be wrong together.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

FIGURES = ("untreated_priority", "meetings_held", "new_meetings", "person_minutes")


def check(problem: dict[str, Any], answer: dict[str, Any]) -> None:
    """Fail where the plan breaks a rule, or a figure is not what the plan costs."""
    meetings = {one["id"]: one for one in problem["meetings"]}
    topics = {one["id"]: one for one in problem["topics"]}
    writing = {name for name, one in topics.items() if one.get("in_writing")}
    where = {item["topic"]: one["id"] for one in answer["meetings"] for item in one["items"]}
    told = Counter(item["topic"] for one in answer["meetings"] for item in one["items"])
    told.update(answer["in_writing"])
    told.update(one["topic"] for one in answer["untreated"])
    assert told == Counter(dict.fromkeys(topics, 1)), "every topic stands once"
    assert set(answer["in_writing"]) == writing
    for name, place in where.items():
        assert fits(problem, topics[name], meetings[place]), f"{name} does not fit {place}"
        for other in topics[name].get("after", []):
            assert other in writing or comes_first(answer, meetings, where, other, name), (
                f"{other} before {name}"
            )
        for other in topics[name].get("apart_from", []):
            assert where.get(other) != place, f"{name} and {other} are apart"
    for one in answer["meetings"]:
        check_times(problem, meetings[one["id"]], topics, one["items"])
    assert figures(problem, where) == {name: answer[name] for name in FIGURES}
    assert set(answer["cancel"]) == {
        name for name, one in meetings.items() if one.get("planned") and name not in where.values()
    }
    assert answer["meetings_lower_bound"] <= answer["meetings_held"]
    assert (answer["status"] == "optimal") == (
        {"untreated_priority", "meetings_held"} <= set(answer["proven"])
    )


def fits(problem: dict[str, Any], topic: dict[str, Any], meeting: dict[str, Any]) -> bool:
    """Tell whether the contract lets this topic into this meeting."""
    day = datetime.fromisoformat(meeting["starts_at"]).astimezone(ZoneInfo(problem["time_zone"])).date()
    gone = set(meeting.get("unavailable", []))
    return (
        (not topic.get("bodies") or meeting["body"] in topic["bodies"])
        and set(topic.get("needs", [])) <= set(meeting["attendees"]) - gone
        and not set(topic.get("guests", [])) & gone
        and date.fromisoformat(topic.get("earliest") or "0001-01-01") <= day
        and day <= date.fromisoformat(topic.get("deadline") or "9999-12-31")
    )


def comes_first(
    answer: dict[str, Any], meetings: dict[str, Any], where: dict[str, str], earlier: str, later: str
) -> bool:
    """Tell whether one topic is treated before the other."""
    if earlier not in where:
        return False
    if where[earlier] != where[later]:
        begins = [datetime.fromisoformat(meetings[where[one]]["starts_at"]) for one in (earlier, later)]
        return begins[0] < begins[1]
    order = [item["topic"] for one in answer["meetings"] for item in one["items"]]
    return order.index(earlier) < order.index(later)


def check_times(
    problem: dict[str, Any], meeting: dict[str, Any], topics: dict[str, Any], items: list[dict[str, Any]]
) -> None:
    """Fail unless items follow each other without gaps, after half of what is reserved, within the time."""
    reserved = meeting.get("reserved_minutes", 0)
    moment = datetime.fromisoformat(meeting["starts_at"]) + timedelta(minutes=reserved // 2)
    for item in items:
        begins = datetime.fromisoformat(item["starts_at"])
        assert begins == moment
        assert begins.utcoffset() == begins.astimezone(ZoneInfo(problem["time_zone"])).utcoffset()
        assert item["minutes"] == topics[item["topic"]]["minutes"]
        moment += timedelta(minutes=item["minutes"])
    assert items, "a meeting without topics is not held"
    assert sum(item["minutes"] for item in items) <= meeting["minutes"] - reserved


def figures(problem: dict[str, Any], where: dict[str, str]) -> dict[str, int]:
    """Reckon what a plan costs, the fifth aim left out."""
    meetings = {one["id"]: one for one in problem["meetings"]}
    held = set(where.values())
    minutes = Counter({name: meetings[name].get("reserved_minutes", 0) for name in held})
    untreated = 0
    for topic in problem["topics"]:
        if topic["id"] in where:
            minutes[where[topic["id"]]] += topic["minutes"]
        elif not topic.get("in_writing"):
            untreated += topic.get("priority", 3)
    return {
        "untreated_priority": untreated,
        "meetings_held": len(held),
        "new_meetings": sum(not meetings[name].get("planned") for name in held),
        "person_minutes": sum(
            spent * len(set(meetings[name]["attendees"])) for name, spent in minutes.items()
        ),
    }


def waiting(problem: dict[str, Any], where: dict[str, str]) -> int:
    """Reckon the fifth aim: priority times days since the day of the first meeting there is."""
    zone = ZoneInfo(problem["time_zone"])
    day = {
        one["id"]: datetime.fromisoformat(one["starts_at"]).astimezone(zone).date()
        for one in problem["meetings"]
    }
    first = min(day.values(), default=date.min)
    return sum(
        one.get("priority", 3) * (day[where[one["id"]]] - first).days
        for one in problem["topics"]
        if one["id"] in where
    )
