"""The best figures of a small regional day: every start, every room and every choice of people tried."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, product

from agenda.planner.solving.regional_problem import DayMeeting, DayPerson, DayProblem
from tests.planner.regional.checker import Times, figures, free, timetable_faults


def best_figures(problem: DayProblem) -> tuple[int, int, int, int, int]:
    """Give the figures that no plan betters."""
    places: list[list[tuple[int, str] | None]] = [
        [None, *product(_starts(problem, one), [room.id for room in problem.rooms])]
        for one in problem.meetings
    ]
    return min(_plans(problem, places))


def _plans(
    problem: DayProblem, places: list[list[tuple[int, str] | None]]
) -> Iterator[tuple[int, int, int, int, int]]:
    for chosen in product(*places):
        held = {
            one.id: (one, place)
            for one, place in zip(problem.meetings, chosen, strict=True)
            if place is not None
        }
        times = {name: (start, start + one.minutes) for name, (one, (start, _room)) in held.items()}
        if timetable_faults(problem, times, {name: room for name, (_one, (_at, room)) in held.items()}):
            continue
        choices = [_choices(problem, person, times) for person in problem.people]
        # What one person does costs the others nothing: each takes their own best.
        if all(choices):
            best = {
                person.id: min(found, key=lambda names: _cost(problem, times, person, names))
                for person, found in zip(problem.people, choices, strict=True)
            }
            yield figures(problem, times, best)


def _cost(
    problem: DayProblem, times: Times, person: DayPerson, names: tuple[str, ...]
) -> tuple[int, int, int]:
    nobody: dict[str, tuple[str, ...]] = {one.id: () for one in problem.people}
    _out, missed, gaps, travel, _end = figures(problem, times, nobody | {person.id: names})
    return missed, gaps, travel


def _starts(problem: DayProblem, one: DayMeeting) -> list[int]:
    if one.fixed is not None:
        return [one.fixed]
    return list(range(problem.opens, problem.closes, problem.step))


def _choices(problem: DayProblem, person: DayPerson, times: Times) -> list[tuple[str, ...]]:
    """Give every set of meetings that someone can be in, those that they must be in among them."""
    held = [one for one in problem.meetings if one.id in times]
    must = [one.id for one in held if person.id in one.required]
    may = [one.id for one in held if person.id in one.optional - one.required]
    some = chain.from_iterable(combinations(may, number) for number in range(len(may) + 1))
    return [
        (*must, *more) for more in some if free(problem, person, [times[name] for name in (*must, *more)])
    ]
