"""Topics that were left over come in where others make way, one after another. Pure."""

from __future__ import annotations

from agenda.planner.solving.case import NOWHERE
from agenda.planner.solving.desk import Desk
from agenda.planner.solving.patience import Patience

# How many topics make way one after another, and how many ways are tried for one topic.
DEPTH = 3
TRIES = 2_000


def insert_left_over(desk: Desk, patience: Patience) -> None:
    """Treat what is left over where others can make way; the weightiest first, until nothing helps."""
    case = desk.case
    helped = 1
    while helped and not patience.over:
        left = [one for one, place in enumerate(desk.place) if place == NOWHERE and case.fits[one]]
        left.sort(key=lambda one: (-case.subjects[one].priority, len(case.fits[one]), one))
        helped = sum(_Chain(desk).insert(one, DEPTH) for one in left if not patience.over)


class _Chain:
    """One topic comes in, and those that make way for it find other places."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.tries = TRIES
        self.moving: set[int] = set()

    def insert(self, subject: int, depth: int) -> bool:
        """Treat a subject; False, and nothing changed, when no way was found."""
        place = self._free(subject)
        if place != NOWHERE:
            self.desk.put(subject, place)
        elif depth:
            self.moving.add(subject)
            found = any(self._make_way(subject, place, depth) for place in self._nearest(subject))
            self.moving.discard(subject)
            return found
        return place != NOWHERE

    def _free(self, subject: int) -> int:
        """Find a meeting that has room: one that is held, else an empty one."""
        desk, fits = self.desk, self.desk.case.fits[subject]
        place = desk.tightest(subject, fits)
        if place == NOWHERE:
            empty = (one for one in fits if one not in desk.held and desk.allows(subject, one))
            place = next(empty, NOWHERE)
        return place

    def _nearest(self, subject: int) -> list[int]:
        """Order the meetings by how little room they lack."""
        desk = self.desk
        held = [place for place in desk.case.fits[subject] if place in desk.held]
        return sorted(held, key=lambda place: (-desk.room[place], place))

    def _make_way(self, subject: int, place: int, depth: int) -> bool:
        desk, case = self.desk, self.desk.case
        short = case.subjects[subject].minutes - desk.room[place]
        for other in sorted(desk.held[place], key=lambda one: (-len(case.fits[one]), one)):
            if other in self.moving or case.subjects[other].minutes < short:
                continue
            self.tries -= 1
            if self.tries < 0:
                return False
            desk.take(other)
            if desk.allows(subject, place):
                desk.put(subject, place)
                if self.insert(other, depth - 1):
                    return True
                desk.take(subject)
            desk.put(other, place)
        return False
