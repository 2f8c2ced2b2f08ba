"""A regional day as the search reads it: numbered, with what fits worked out once. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agenda.planner.solving.regional_people import Crowd, Item, best_chain
from agenda.planner.solving.regional_problem import (
    DayFigures,
    DayMeeting,
    DayPerson,
    DayProblem,
    check,
)

# For each meeting its start and the number of its room; None where it is not held.
Timetable = tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True)
class DayCase:
    """Meetings, people and rooms by number, and how they relate.

    `starts` gives for each meeting the starts at which everyone required can be there. `halls` are the rooms
    that the same meetings fit in, by number; `fits` the halls for each meeting. `crowds` are people who are
    asked for the same meetings and can be there alike.
    """

    problem: DayProblem
    starts: tuple[tuple[int, ...], ...]
    halls: tuple[tuple[int, ...], ...]
    fits: tuple[tuple[int, ...], ...]
    after: tuple[tuple[int, ...], ...]
    crowds: tuple[Crowd, ...]

    @property
    def meetings(self) -> tuple[DayMeeting, ...]:
        """All meetings, in the order of their numbers."""
        return self.problem.meetings

    @property
    def possible(self) -> tuple[int, ...]:
        """Which meetings could be held, if there was no other."""
        return tuple(one for one in range(len(self.meetings)) if self.starts[one] and self.fits[one])

    def hall_of(self, room: int) -> int:
        """Give the hall in which a room is."""
        return next(number for number, hall in enumerate(self.halls) if room in hall)

    def items_of(self, crowd: Crowd, table: Timetable) -> list[Item]:
        """Give what is held of the meetings that these people are asked for, earliest first."""
        found = []
        for one in crowd.required | set(crowd.optional):
            place = table[one]
            if place is not None:
                must = one in crowd.required
                can = must or place[0] in crowd.optional[one]
                found.append(Item(place[0], place[0] + self.meetings[one].minutes, one, must, can))
        return sorted(found)

    def figures(self, table: Timetable) -> DayFigures | None:
        """Reckon what a timetable costs; None when somebody required would be in two rooms at once."""
        missed = gaps = travel = 0
        for crowd in self.crowds:
            chain = best_chain(self.items_of(crowd, table), self.problem.change_over, self.problem.pause)
            if chain is None:
                return None
            missed += crowd.count * chain.missed
            gaps += crowd.count * chain.gap
            travel += crowd.travel if chain.taken else 0
        ends = [place[0] + self.meetings[one].minutes for one, place in enumerate(table) if place]
        return DayFigures(
            left_out=sum(one.weight for one, place in zip(self.meetings, table, strict=True) if not place),
            missed=missed,
            gaps=gaps,
            travel=travel,
            end=max(ends, default=self.problem.opens) - self.problem.opens,
        )

    def allows(self, table: Timetable) -> bool:
        """Tell whether a timetable keeps to every rule but that of people, which `figures` looks at."""
        held = [(one, *place) for one, place in enumerate(table) if place]
        for one, start, room in held:
            if start not in self.starts[one] or self.hall_of(room) not in self.fits[one]:
                return False
            for other in self.after[one]:
                before = table[other]
                if before is None or before[0] + self.meetings[other].minutes > start:
                    return False
        return not any(
            one < other and room == there and self.overlap(one, start, other, begin)
            for one, start, room in held
            for other, begin, there in held
        )

    def overlap(self, one: int, start: int, other: int, begin: int) -> bool:
        """Tell whether two meetings lie closer together than the change-over."""
        over = self.problem.change_over
        return (
            begin < start + self.meetings[one].minutes + over
            and start < begin + self.meetings[other].minutes + over
        )


def day_case_of(problem: DayProblem) -> DayCase:
    """Number a problem and work out what fits; ValueError where it contradicts itself."""
    check(problem)
    people = {one.id: one for one in problem.people}
    number = {one.id: place for place, one in enumerate(problem.meetings)}
    starts = tuple(
        tuple(
            start
            for start in bare_starts(problem, one)
            if all(can_be_there(people[who], start, start + one.minutes) for who in one.required)
        )
        for one in problem.meetings
    )
    halls, fits = _halls(problem)
    after = tuple(tuple(sorted(number[name] for name in one.after)) for one in problem.meetings)
    return DayCase(problem, starts, halls, fits, after, crowds_of(problem, starts))


def bare_starts(problem: DayProblem, meeting: DayMeeting) -> tuple[int, ...]:
    """Give the starts at which a meeting fits in the day, whoever is free."""
    grid: Iterable[int] = range(problem.opens, problem.closes - meeting.minutes + 1, problem.step)
    if meeting.fixed is not None:
        within = problem.opens <= meeting.fixed <= problem.closes - meeting.minutes
        grid = (meeting.fixed,) if within else ()
    shut = [*meeting.closed, *([problem.pause] if problem.pause else [])]
    return tuple(
        start
        for start in grid
        if (meeting.earliest is None or start >= meeting.earliest)
        and (meeting.latest is None or start <= meeting.latest)
        and not any(begin < start + meeting.minutes and start < end for begin, end in shut)
    )


def can_be_there(person: DayPerson, begin: int, end: int) -> bool:
    """Tell whether someone can be at the place from begin to end, their other duties and journeys kept."""
    return in_window(person, begin, end) and not any(
        starts - person.travel < end and begin < ends + person.travel
        for starts, ends in person.busy
        if starts < ends
    )


def in_window(person: DayPerson, begin: int, end: int) -> bool:
    """Tell whether a time lies in someone's window, whatever else they do."""
    return (person.begins is None or person.begins <= begin) and (person.ends is None or end <= person.ends)


def crowds_of(problem: DayProblem, starts: Sequence[Sequence[int]]) -> tuple[Crowd, ...]:
    """Put people together who are asked for the same meetings and can be there alike."""
    found: defaultdict[tuple[object, ...], list[DayPerson]] = defaultdict(list)
    for person in problem.people:
        required = frozenset(n for n, one in enumerate(problem.meetings) if person.id in one.required)
        optional = tuple(
            (number, _when(person, one, starts[number]))
            for number, one in enumerate(problem.meetings)
            if person.id in one.optional - one.required
        )
        if required or optional:
            found[required, optional].append(person)
    return tuple(
        Crowd(
            required=required,  # type: ignore[arg-type]
            optional=dict(optional),  # type: ignore[call-overload]
            people=tuple(one.id for one in alike),
            travel=sum(2 * one.travel for one in alike if not one.comes_anyway),
        )
        for (required, optional), alike in found.items()
    )


def _when(person: DayPerson, meeting: DayMeeting, starts: Sequence[int]) -> frozenset[int]:
    return frozenset(start for start in starts if can_be_there(person, start, start + meeting.minutes))


def _halls(problem: DayProblem) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
    """Put rooms together that the same meetings fit in, and tell in which each meeting fits."""
    takers: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for number, room in enumerate(problem.rooms):
        fitting = tuple(
            place
            for place, one in enumerate(problem.meetings)
            if room.seats is None or len(one.invited) <= room.seats
        )
        takers[fitting].append(number)
    halls = [(meetings, tuple(rooms)) for meetings, rooms in takers.items() if meetings]
    fits = tuple(
        tuple(hall for hall, (meetings, _rooms) in enumerate(halls) if place in meetings)
        for place in range(len(problem.meetings))
    )
    return tuple(rooms for _meetings, rooms in halls), fits
