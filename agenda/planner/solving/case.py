"""The problem as the search reads it: numbered, in order of time, what fits worked out once. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from agenda.planner.solving.problem import Figures, Occasion, Problem, Subject

NOWHERE = -1
# For each subject the number of its occasion, or NOWHERE.
Places = tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """Occasions in order of start, subjects that are to be treated in a meeting, and how they relate.

    `fits` gives for each subject the numbers of the occasions in which it can be treated, earliest first.
    `rank` tells which occasions start earlier than others; equal ranks start at one moment. `after` gives for
    each subject those that come before it. A subject that no plan can treat fits nowhere.
    """

    occasions: tuple[Occasion, ...]
    subjects: tuple[Subject, ...]
    fits: tuple[tuple[int, ...], ...]
    rank: tuple[int, ...]
    day: tuple[int, ...]
    after: tuple[tuple[int, ...], ...]
    followed_by: tuple[tuple[int, ...], ...]
    apart: tuple[frozenset[int], ...]

    @property
    def pairs(self) -> int:
        """How many ways there are to put one subject in one occasion."""
        return sum(map(len, self.fits))

    def comes_first(self, there: int, place: int) -> bool:
        """Tell whether what is treated there comes before what is treated at `place`: earlier, or with it."""
        return there != NOWHERE and (there == place or self.rank[there] < self.rank[place])

    def allows(self, places: Places) -> bool:
        """Tell whether a plan keeps to every rule."""
        load = [0] * len(self.occasions)
        for subject, place in enumerate(places):
            if place == NOWHERE:
                continue
            load[place] += self.subjects[subject].minutes
            if place not in self.fits[subject] or any(places[one] == place for one in self.apart[subject]):
                return False
            if not all(self.comes_first(places[earlier], place) for earlier in self.after[subject]):
                return False
        return all(used <= one.room for used, one in zip(load, self.occasions, strict=True))

    def figures(self, places: Places) -> Figures:
        """Reckon what a plan costs."""
        held = {place for place in places if place != NOWHERE}
        treated = [(subject, place) for subject, place in enumerate(places) if place != NOWHERE]
        return Figures(
            untreated_priority=sum(
                subject.priority
                for subject, place in zip(self.subjects, places, strict=True)
                if place == NOWHERE
            ),
            meetings_held=len(held),
            new_meetings=sum(not self.occasions[place].planned for place in held),
            person_minutes=sum(
                len(self.occasions[place].attendees) * self.occasions[place].reserved for place in held
            )
            + sum(
                len(self.occasions[place].attendees) * self.subjects[subject].minutes
                for subject, place in treated
            ),
            waiting=sum(self.subjects[subject].priority * self.day[place] for subject, place in treated),
        )


def case_of(problem: Problem) -> Case:
    """Number what is asked, and work out what fits where."""
    occasions = tuple(sorted(problem.occasions, key=lambda one: (one.starts_at, one.id)))
    subjects = tuple(one for one in problem.subjects if not one.in_writing)
    number = {one.id: place for place, one in enumerate(subjects)}
    settled = {one.id for one in problem.subjects if one.in_writing}
    rank = _ranks(occasions)
    after = tuple(tuple(sorted(number[name] for name in one.after if name in number)) for one in subjects)
    alone = fitting(occasions, subjects)
    unknown = [
        place
        for place, one in enumerate(subjects)
        if any(name not in number and name not in settled for name in one.after)
    ]
    first = min((one.day for one in occasions), default=date.min)
    return Case(
        occasions=occasions,
        subjects=subjects,
        fits=_in_sequence(alone, after, rank, unknown),
        rank=rank,
        day=tuple((one.day - first).days for one in occasions),
        after=after,
        followed_by=_reversed(after),
        apart=_both_ways(subjects, number),
    )


def fitting(occasions: tuple[Occasion, ...], subjects: tuple[Subject, ...]) -> tuple[tuple[int, ...], ...]:
    """Give for each subject the occasions that it fits by itself: body, people, guests, day and minutes."""
    by_people: dict[object, list[int]] = {}
    found: dict[object, tuple[int, ...]] = {}
    answers = []
    for one in subjects:
        people = (one.bodies, one.needs, one.guests)
        if people not in by_people:
            by_people[people] = [place for place, held in enumerate(occasions) if meets(held, one)]
        key = (people, one.earliest, one.deadline, one.minutes)
        if key not in found:
            found[key] = tuple(
                place
                for place in by_people[people]
                if in_time(occasions[place], one) and one.minutes <= occasions[place].room
            )
        answers.append(found[key])
    return tuple(answers)


def meets(occasion: Occasion, subject: Subject) -> bool:
    """Tell whether the body is right and everyone is there."""
    return (
        (not subject.bodies or occasion.body in subject.bodies)
        and all(any_of & occasion.present for any_of in subject.needs)
        and not subject.guests & occasion.unavailable
    )


def in_time(occasion: Occasion, subject: Subject) -> bool:
    """Tell whether the local day lies within the subject's."""
    return (subject.earliest is None or subject.earliest <= occasion.day) and (
        subject.deadline is None or occasion.day <= subject.deadline
    )


def _ranks(occasions: tuple[Occasion, ...]) -> tuple[int, ...]:
    ranks = [0] if occasions else []
    for earlier, later in pairwise(occasions):
        ranks.append(ranks[-1] + (earlier.starts_at < later.starts_at))
    return tuple(ranks)


def _reversed(after: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    followers: list[list[int]] = [[] for _ in after]
    for place, earlier in enumerate(after):
        for one in earlier:
            followers[one].append(place)
    return tuple(map(tuple, followers))


def _both_ways(subjects: tuple[Subject, ...], number: dict[str, int]) -> tuple[frozenset[int], ...]:
    apart: list[set[int]] = [set() for _ in subjects]
    for place, one in enumerate(subjects):
        for name in one.apart_from:
            other = number.get(name)
            if other is not None:
                apart[place].add(other)
                apart[other].add(place)
    return tuple(map(frozenset, apart))


def _in_sequence(
    alone: tuple[tuple[int, ...], ...],
    after: tuple[tuple[int, ...], ...],
    rank: tuple[int, ...],
    unknown: Iterable[int],
) -> tuple[tuple[int, ...], ...]:
    """Leave out what comes before any place of a predecessor, and what waits for the impossible."""
    fits: list[tuple[int, ...]] = list(alone)
    for place in unknown:
        fits[place] = ()
    done = [False] * len(alone)
    for place in in_order(after):
        done[place] = True
        if not all(fits[one] for one in after[place]):
            fits[place] = ()
        elif after[place]:
            soonest = max(rank[fits[one][0]] for one in after[place])
            fits[place] = tuple(one for one in fits[place] if rank[one] >= soonest)
    # What was never reached waits for itself.
    return tuple(found if reached else () for found, reached in zip(fits, done, strict=True))


def in_order(after: tuple[tuple[int, ...], ...]) -> list[int]:
    """Give the numbers so that each comes after those it waits for; leave out what waits for itself."""
    waiting = [len(earlier) for earlier in after]
    followers = _reversed(after)
    order = [place for place, count in enumerate(waiting) if not count]
    for place in order:
        for one in followers[place]:
            waiting[one] -= 1
            if not waiting[one]:
                order.append(one)
    return order
