"""A plan in the making. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agenda.planner.solving.case import NOWHERE, Case, Places


class Desk:
    """A plan in the making: who goes where, and how much room is left. Keeps to every rule."""

    def __init__(self, case: Case, places: Sequence[int] = ()) -> None:
        self.case = case
        self.place = [NOWHERE] * len(case.subjects)
        self.room = [one.room for one in case.occasions]
        self.held: dict[int, set[int]] = {}
        for subject, place in enumerate(places):
            if place != NOWHERE:
                self.put(subject, place)

    def put(self, subject: int, place: int) -> None:
        """Treat a subject there."""
        self.place[subject] = place
        self.room[place] -= self.case.subjects[subject].minutes
        self.held.setdefault(place, set()).add(subject)

    def take(self, subject: int) -> None:
        """Take a subject away from where it is."""
        place = self.place[subject]
        self.place[subject] = NOWHERE
        self.room[place] += self.case.subjects[subject].minutes
        self.held[place].discard(subject)
        if not self.held[place]:
            del self.held[place]

    def allows(self, subject: int, place: int) -> bool:
        """Tell whether room, sequence and company allow it there; not whether it fits by itself."""
        case = self.case
        if case.subjects[subject].minutes > self.room[place]:
            return False
        if not all(case.comes_first(self.place[one], place) for one in case.after[subject]):
            return False
        for one in case.followed_by[subject]:
            there = self.place[one]
            if there != NOWHERE and not case.comes_first(place, there):
                return False
        apart = case.apart[subject]
        return not apart or apart.isdisjoint(self.held.get(place, ()))

    def tightest(self, subject: int, among: Iterable[int]) -> int:
        """Give the held place that it leaves fullest; NOWHERE when none allows it."""
        best, least = NOWHERE, -1
        for place in among:
            if place in self.held and self.allows(subject, place):
                left = self.room[place]
                if best == NOWHERE or left < least:
                    best, least = place, left
        return best

    def emptiest_first(self) -> list[int]:
        """Give the held meetings, those with the fewest minutes used first."""
        minutes = {
            place: sum(self.case.subjects[one].minutes for one in inside)
            for place, inside in self.held.items()
        }
        return sorted(minutes, key=lambda place: (minutes[place], place))

    def restore(self, before: Places) -> None:
        """Put back everything that was moved since."""
        moved = [one for one, place in enumerate(before) if self.place[one] != place]
        for subject in moved:
            if self.place[subject] != NOWHERE:
                self.take(subject)
        for subject in moved:
            if before[subject] != NOWHERE:
                self.put(subject, before[subject])

    @property
    def places(self) -> Places:
        """The plan as it is now."""
        return tuple(self.place)
