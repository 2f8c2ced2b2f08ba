"""In what order the items of an agenda are treated. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from agenda.meetings.candidates import LAST_PLACE, Candidate
from agenda.topics.model import Treatment
from agenda.topics.waiting import least_waiting, minutes_waited

# Of more items than this a click would have to wait for the best order.
FEW_ENOUGH = 12


def in_order(chosen: Iterable[Candidate], kept: Sequence[Candidate] = ()) -> list[Candidate]:
    """Put items in the order of treatment.

    What is kept stays in its own order, and predecessors come before successors; within that consent
    items come first, then a guest's items together, then by focus area. Up to twelve items guests wait as
    little as that allows.
    """
    items = [*kept, *chosen]
    waits_for = _waits_for(items, kept)
    return _with_least_waiting(_by_preference(items, kept, waits_for), waits_for)


def _with_least_waiting(order: Sequence[Candidate], waits_for: Mapping[int, set[int]]) -> list[Candidate]:
    """Give the nearest order in which guests wait least; the same one where they do not wait at all."""
    minutes, guests = [item.minutes for item in order], [tuple(item.guests) for item in order]
    if len(order) > FEW_ENOUGH or not minutes_waited(range(len(order)), minutes, guests):
        return list(order)
    place = {item.id: number for number, item in enumerate(order)}
    after = [sum(1 << place[one] for one in waits_for[item.id]) for item in order]
    if any(mask >> number for number, mask in enumerate(after)):
        # What a person placed contradicts itself: their order holds.
        return list(order)
    # Consent items stand as early as they can; which of them stands where is free.
    kinds = [_is_consent(item) for item in order]
    return [order[number] for number in least_waiting(minutes, guests, after, kinds)]


def _by_preference(
    items: Sequence[Candidate], kept: Sequence[Candidate], waits_for: Mapping[int, set[int]]
) -> list[Candidate]:
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
