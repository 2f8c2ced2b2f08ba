"""Meetings that no topic can tell apart, packed as bins. Pure."""

from __future__ import annotations

from collections import defaultdict

from agenda.planner.solving.case import NOWHERE, Case, Places
from agenda.planner.solving.packing import pack
from agenda.planner.solving.patience import Patience


def packed(case: Case, patience: Patience, workers: int, seed: int) -> tuple[Places, int] | None:
    """Give a plan in which everything is treated, and how few meetings it takes at least.

    None unless the topics fall into groups of which each fits the same meetings of one length, no two groups
    share a meeting, and nothing is said of sequence or company; and where the meetings are too few.
    """
    if any(case.after) or any(case.apart):
        return None
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for subject, fits in enumerate(case.fits):
        if fits:
            groups[fits].append(subject)
    places = [NOWHERE] * len(case.subjects)
    bound = 0
    taken: set[int] = set()
    for fits, subjects in groups.items():
        rooms = {case.occasions[place].room for place in fits}
        if len(rooms) > 1 or not taken.isdisjoint(fits):
            return None
        taken |= set(fits)
        minutes = [case.subjects[one].minutes for one in subjects]
        found = pack(
            minutes, rooms.pop(), seconds=patience.left, workers=workers, seed=seed, stopped=patience.stopped
        )
        if len(found.bins) > len(fits):
            return None
        bound += found.bound
        for place, inside in zip(fits, found.bins, strict=False):
            for number in inside:
                places[subjects[number]] = place
    return tuple(places), bound
