"""A draft agenda in one click: which open topics. Values in, values out.

Choosing is a knapsack with precedence: the most worth in the minutes there are, where a topic
may only come along with its predecessor. Every topic has at most one predecessor, so the topics
form trees, and the exact answer takes topics times minutes steps (Johnson and Niemi, "On knapsacks,
partitions, and a new dynamic programming technique for trees", 1983).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from datetime import date
from math import gcd
from typing import Any

from agenda.meetings.candidates import Candidate, Draft, LeftOut, Occasion, Why
from agenda.meetings.rules import quarter_of
from agenda.meetings.treatment_order import in_order

# A topic of priority 5 goes before three of priority 4: who gives a 5 means it.
STEP_IN_PRIORITY = 4
WEEKS_THAT_COUNT = 52


def draft(topics: Iterable[Candidate], occasion: Occasion, kept: Sequence[Candidate] = ()) -> Draft:
    """Choose from the open topics what this meeting should treat, and tell why not the others.

    The same topics give the same draft, in whatever order they come. `kept` stays, in its own order.
    """
    standing = {item.id for item in kept}
    pool = sorted((topic for topic in topics if topic.id not in standing), key=_by_urgency)
    urgent = frozenset(topic.id for topic in pool if is_urgent(topic, occasion))
    excluded = {topic.id: found for topic in pool if (found := _obstacle(topic, occasion))}
    possible = [topic for topic in pool if topic.id not in excluded]
    trees = _in_trees(possible, standing)
    chosen = _most_worth(trees, occasion)
    ids = {topic.id for topic in chosen}
    room = occasion.minutes - sum(topic.minutes for topic in chosen)
    left_out = []
    for topic in pool:
        if topic.id not in ids:
            why, facts = excluded.get(topic.id) or _crowded_out(topic, ids | standing, room)
            left_out.append(LeftOut(topic, why, facts, topic.id in urgent))
    return Draft(tuple(in_order(chosen, kept)), tuple(chosen), tuple(left_out), urgent)


def in_the_way(
    topic: Candidate, occasion: Occasion, on_agenda: Set[int]
) -> tuple[Why, dict[str, Any]] | None:
    """Tell what keeps one topic from being added now; None when it fits.

    `on_agenda` holds the topics that stand on the agenda, `occasion.minutes` what is left beside them.
    """
    found = _obstacle(topic, occasion)
    if found is None and (_waits(topic, on_agenda) or topic.minutes > occasion.minutes):
        return _crowded_out(topic, on_agenda, occasion.minutes)
    return found


def is_urgent(topic: Candidate, occasion: Occasion) -> bool:
    """Tell whether it is now or never: the deadline falls in this quarter or before the next meeting."""
    if topic.deadline is None:
        return False
    if topic.deadline <= quarter_of(occasion.day).last_day:
        return True
    return occasion.next_meeting is not None and topic.deadline < occasion.next_meeting


def absent(topic: Candidate, occasion: Occasion) -> list[str]:
    """Name whom the topic cannot do without and who will not be there."""
    return [wanted.name for wanted in topic.wanted if not wanted.people & occasion.present]


def _by_urgency(topic: Candidate) -> tuple[date, int, int]:
    return topic.deadline or date.max, -topic.priority, topic.id


def _obstacle(topic: Candidate, occasion: Occasion) -> tuple[Why, dict[str, Any]] | None:
    if topic.planned_in:
        return Why.PLANNED_ELSEWHERE, {"meeting": topic.planned_in, "day": topic.planned_on}
    if topic.earliest is not None and topic.earliest > occasion.day:
        return Why.NOT_BEFORE, {"earliest": topic.earliest}
    missing = absent(topic, occasion)
    if missing:
        return Why.NEEDED_ABSENT, {"names": missing}
    guests = [name for guest, name in topic.guests.items() if guest in occasion.declined]
    if guests:
        return Why.GUEST_ABSENT, {"names": guests}
    return None


def _waits(topic: Candidate, on_agenda: Set[int]) -> bool:
    return topic.predecessor_id is not None and topic.predecessor_id not in on_agenda


def _crowded_out(topic: Candidate, on_agenda: Set[int], room: int) -> tuple[Why, dict[str, Any]]:
    if _waits(topic, on_agenda):
        return Why.PREDECESSOR_UNTREATED, {"predecessor": topic.predecessor}
    return Why.NO_TIME, {"minutes": topic.minutes, "room": max(0, room)}


def _in_trees(possible: Sequence[Candidate], standing: set[int]) -> list[tuple[Candidate, int]]:
    """List the topics that can be reached, each predecessor right before all that follows from it.

    Beside each topic stands how many places to skip when it is not chosen: itself and its successors.
    What waits for a predecessor that cannot come, or for itself in a ring, is not in the list.
    """
    followers: defaultdict[int, list[Candidate]] = defaultdict(list)
    roots = []
    for topic in possible:
        if topic.predecessor_id is None or topic.predecessor_id in standing:
            roots.append(topic)
        else:
            followers[topic.predecessor_id].append(topic)
    walk: list[Candidate] = []
    stack = roots[::-1]
    while stack:
        topic = stack.pop()
        walk.append(topic)
        stack.extend(reversed(followers[topic.id]))
    size = {topic.id: 1 for topic in walk}
    for topic in reversed(walk):
        if topic.predecessor_id in size:
            size[topic.predecessor_id] += size[topic.id]
    return [(topic, size[topic.id]) for topic in walk]


def worth_of(topics: Sequence[Candidate], occasion: Occasion) -> dict[int, int]:
    """Give what each topic is worth to this meeting, by its number: what cannot wait outweighs all that can.

    Worth adds up: the planner, asked for one meeting with these as priorities, chooses as well.
    """
    worth = {topic.id: _worth(topic, occasion, len(topics)) for topic in topics}
    more_than_all = sum(worth.values()) + 1
    return {
        topic.id: worth[topic.id] * (more_than_all if is_urgent(topic, occasion) else 1) for topic in topics
    }


def _most_worth(trees: Sequence[tuple[Candidate, int]], occasion: Occasion) -> list[Candidate]:
    """Choose the topics that together are worth most in the minutes there are."""
    if occasion.minutes < 0:
        return []
    worth = worth_of([topic for topic, _ in trees], occasion)
    unit = gcd(*(topic.minutes for topic, _ in trees)) or 1
    units = occasion.minutes // unit
    # best[i][c]: the most that the topics from place i on are worth in c units of time.
    best = [[0] * (units + 1)] * (len(trees) + 1)
    for place in range(len(trees) - 1, -1, -1):
        topic, size = trees[place]
        cost, gain = topic.minutes // unit, worth[topic.id]
        without, rest = best[place + size], best[place + 1]
        taken = (gain + value for value in rest[: max(0, units + 1 - cost)])
        best[place] = without[:cost] + [max(pair) for pair in zip(without[cost:], taken, strict=True)]
    chosen = []
    place = 0
    while place < len(trees):
        topic, size = trees[place]
        cost = topic.minutes // unit
        if cost <= units and worth[topic.id] + best[place + 1][units - cost] == best[place][units]:
            chosen.append(topic)
            units -= cost
            place += 1
        else:
            place += size
    return chosen


def _worth(topic: Candidate, occasion: Occasion, number: int) -> int:
    """Weigh a topic by priority, and among equals by how near its deadline is."""
    nearness = 0
    if topic.deadline is not None:
        weeks = (topic.deadline - occasion.day).days // 7
        nearness = WEEKS_THAT_COUNT - min(max(weeks, 0), WEEKS_THAT_COUNT)
    # However many deadlines are near, together they weigh less than one step in priority.
    step: int = STEP_IN_PRIORITY**topic.priority
    return step * (WEEKS_THAT_COUNT * number + 1) + nearness
