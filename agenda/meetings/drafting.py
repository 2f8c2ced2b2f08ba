"""A draft agenda in one click: which open topics, and in what order. Values in, values out.

Choosing is a knapsack with precedence: the most worth in the minutes there are, where a topic
may only come along with its predecessor. Every topic has at most one predecessor, so the topics
form trees, and the exact answer takes topics times minutes steps (Johnson and Niemi, "On knapsacks,
partitions, and a new dynamic programming technique for trees", 1983).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from math import gcd
from typing import Any

from agenda.meetings.rules import quarter_of
from agenda.topics.model import Treatment

# A topic of priority 5 goes before three of priority 4: who gives a 5 means it.
STEP_IN_PRIORITY = 4
WEEKS_THAT_COUNT = 52
LAST_PLACE = 1_000


class Why(StrEnum):
    """Why a topic is not on the draft."""

    PLANNED_ELSEWHERE = "planned_elsewhere"
    NOT_BEFORE = "not_before"
    NEEDED_ABSENT = "needed_absent"
    GUEST_ABSENT = "guest_absent"
    PREDECESSOR_UNTREATED = "predecessor_untreated"
    NO_TIME = "no_time"


@dataclass(frozen=True)
class Wanted:
    """Someone a topic cannot do without: one of these people, under a name such as a portfolio."""

    name: str
    people: frozenset[int]


@dataclass(frozen=True)
class Candidate:
    """What drafting must know of a topic, or of an item that stands on the agenda already."""

    id: int
    title: str
    minutes: int
    priority: int = 3
    treatment: Treatment | None = Treatment.DISCUSSION
    deadline: date | None = None
    earliest: date | None = None
    # Position of the focus area; without one a topic comes last.
    focus: int = LAST_PLACE
    wanted: tuple[Wanted, ...] = ()
    guests: Mapping[int, str] = field(default_factory=dict)
    # Only a predecessor that still has to be treated.
    predecessor_id: int | None = None
    predecessor: str = ""
    planned_in: str = ""
    planned_on: date | None = None
    has_lead: bool = True


@dataclass(frozen=True)
class LeftOut:
    """A topic that is not on the draft, with the reason and what the reason's sentence needs."""

    topic: Candidate
    why: Why
    facts: Mapping[str, Any]
    urgent: bool


@dataclass(frozen=True)
class Draft:
    """The proposal: everything that is on it in order, what was added to it, and what is left out."""

    order: tuple[Candidate, ...]
    chosen: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]
    urgent: frozenset[int]


@dataclass(frozen=True)
class Occasion:
    """The meeting for which is drafted: its day, who will be there, who said no, how much time there is.

    For a meeting with only a window `day` is the window's last day. `minutes` is what is left beside
    the items that stand on the agenda already.
    """

    day: date
    present: frozenset[int]
    declined: frozenset[int]
    minutes: int
    next_meeting: date | None = None


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
    chosen = _most_worth(trees, urgent, occasion)
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


def in_order(chosen: Iterable[Candidate], kept: Sequence[Candidate] = ()) -> list[Candidate]:
    """Put items in the order of treatment.

    What is kept stays in its own order, and predecessors come before successors; within that consent
    items come first, then a guest's items together, then by focus area.
    """
    items = [*kept, *chosen]
    waits_for = _waits_for(items, kept)
    block_place = _block_places(items)
    placed: list[Candidate] = []
    done: set[int] = set()
    waiting = sorted(items, key=lambda item: (item.focus, -item.priority, item.id))
    while waiting:
        last = placed[-1] if placed else None
        ready = [item for item in waiting if not waits_for[item.id] - done]
        # What a person placed may contradict itself by way of a new item; then the person's order holds.
        ready = ready or [item for item in kept if item.id not in done][:1]
        following = min(ready, key=lambda item: _preference(item, last, block_place))
        placed.append(following)
        done.add(following.id)
        waiting.remove(following)
    return placed


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


def _most_worth(
    trees: Sequence[tuple[Candidate, int]], urgent: frozenset[int], occasion: Occasion
) -> list[Candidate]:
    """Choose the topics that together are worth most in the minutes there are."""
    if occasion.minutes < 0:
        return []
    worth = {topic.id: _worth(topic, occasion, len(trees)) for topic, _ in trees}
    # What cannot wait outweighs everything that can.
    more_than_all = sum(worth.values()) + 1
    for topic_id in worth.keys() & urgent:
        worth[topic_id] *= more_than_all
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


def _waits_for(items: Sequence[Candidate], kept: Sequence[Candidate]) -> dict[int, set[int]]:
    here = {item.id for item in items}
    standing = {item.id for item in kept}
    waits_for: dict[int, set[int]] = {item.id: set() for item in items}
    for item in items:
        # Between two that a person placed, the person's order holds.
        if item.predecessor_id in here and not {item.id, item.predecessor_id} <= standing:
            waits_for[item.id].add(item.predecessor_id)
    for earlier, later in pairwise(kept):
        waits_for[later.id].add(earlier.id)
    return waits_for


def _block_places(items: Sequence[Candidate]) -> dict[int, tuple[int, int]]:
    """Give each item the place of its block: all items that are tied together by shared guests."""
    parent = {item.id: item.id for item in items}

    def head(key: int) -> int:
        while parent[key] != key:
            key = parent[key]
        return key

    first_with: dict[tuple[bool, int], int] = {}
    for item in items:
        for guest in item.guests:
            other = first_with.setdefault((_is_consent(item), guest), item.id)
            parent[head(item.id)] = head(other)
    place: dict[int, tuple[int, int]] = {}
    for item in items:
        block = head(item.id)
        place[block] = min(place.get(block, (LAST_PLACE + 1, 0)), (item.focus, item.id))
    return {item.id: place[head(item.id)] for item in items}


def _is_consent(item: Candidate) -> bool:
    return item.treatment is Treatment.CONSENT


def _preference(
    item: Candidate, last: Candidate | None, block_place: Mapping[int, tuple[int, int]]
) -> tuple[Any, ...]:
    tied = bool(item.guests)
    place = block_place[item.id] if tied else (item.focus, LAST_PLACE)
    shared = item.guests.keys() & last.guests.keys() if last is not None else ()
    return (
        not _is_consent(item),
        # A block that has begun is finished first.
        not (tied and last is not None and place == block_place[last.id]),
        place,
        -len(shared),
        # Who shares one guest stands at the edge of a block, who shares two in between.
        len(item.guests),
        item.focus,
        -item.priority,
        item.id,
    )
