"""Interchangeable meetings, packed: every size once, no bin too full, and no packing with fewer bins."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agenda.planner.solving.packing import pack
from agenda.planner.solving.packing_bounds import bound_for
from benchmarks.classical import schwerin, triplets, uniform

SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)


def fewest_bins(sizes: Sequence[int], capacity: int) -> int:
    """Try every packing of a few sizes."""

    def place(left: list[int], rooms: list[int], best: int) -> int:
        if len(rooms) >= best:
            return best
        if not left:
            return len(rooms)
        size, *others = left
        for number, room in enumerate(rooms):
            if room >= size and room not in rooms[:number]:
                best = place(others, [*rooms[:number], room - size, *rooms[number + 1 :]], best)
        return place(others, [*rooms, capacity - size], best)

    return place(sorted(sizes, reverse=True), [], len(sizes) + 1) if sizes else 0


def check(sizes: Sequence[int], capacity: int, bins: Sequence[Sequence[int]]) -> None:
    assert sorted(place for one in bins for place in one) == list(range(len(sizes)))
    assert all(sum(sizes[place] for place in one) <= capacity for one in bins)


@SLOWLY
@given(st.lists(st.integers(1, 30), max_size=9), st.integers(30, 45))
def test_no_packing_has_fewer_bins(sizes: list[int], capacity: int) -> None:
    found = pack(sizes, capacity)
    check(sizes, capacity, found.bins)
    assert len(found.bins) == found.bound == fewest_bins(sizes, capacity)
    assert bound_for(sizes, capacity) <= found.bound


@pytest.mark.parametrize("items", [60, 120, 249])
def test_triplets_fill_a_third_as_many_bins(items: int) -> None:
    sizes, capacity = triplets(items, random.Random(items))
    found = pack(sizes, capacity)
    check(sizes, capacity, found.bins)
    assert len(found.bins) == found.bound == items // 3


@pytest.mark.parametrize("items", [120, 500])
def test_uniform_sizes_are_proven(items: int) -> None:
    sizes, capacity = uniform(items, random.Random(items))
    found = pack(sizes, capacity)
    check(sizes, capacity, found.bins)
    assert found.proven


def test_what_is_not_solved_in_time_is_still_a_packing() -> None:
    sizes, capacity = schwerin(120, random.Random(1))
    found = pack(sizes, capacity, seconds=0.2)
    check(sizes, capacity, found.bins)
    assert found.bound <= len(found.bins)


@pytest.mark.parametrize(
    ("sizes", "capacity", "bins"),
    [
        ([], 10, 0),
        ([10], 10, 1),
        ([1] * 10_000, 7, 1_429),
        ([10**9], 10**9, 1),
        ([10**9 - 1, 1, 2], 10**9, 2),
    ],
)
def test_small_and_hostile_packings(sizes: list[int], capacity: int, bins: int) -> None:
    found = pack(sizes, capacity)
    check(sizes, capacity, found.bins)
    assert len(found.bins) == bins


@pytest.mark.parametrize("size", [0, -1, 11])
def test_a_size_that_fits_in_no_bin_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="between 1 and the capacity"):
        pack([size], 10)


def test_stopped_at_once_it_gives_what_fits_first() -> None:
    sizes, capacity = triplets(60, random.Random(3))
    found = pack(sizes, capacity, stopped=lambda: True)
    check(sizes, capacity, found.bins)
