"""Checks a plan of a regional day against its problem, and reckons its figures anew, without the solver."""

from __future__ import annotations

from itertools import combinations, pairwise

from agenda.planner.solving.regional_problem import DayPerson, DayPlan, DayProblem

Times = dict[str, tuple[int, int]]


def check(problem: DayProblem, plan: DayPlan) -> None:
    """Fail unless a plan keeps to every rule and its figures are true."""
    meetings = {one.id: one for one in problem.meetings}
    people = {one.id: one for one in problem.people}
    times = {name: (at.start, at.start + meetings[name].minutes) for name, at in plan.placed.items()}
    assert set(plan.placed) | set(plan.left_out) == set(meetings)
    assert not set(plan.placed) & set(plan.left_out)
    faults = timetable_faults(problem, times, {name: at.room for name, at in plan.placed.items()})
    assert not faults, faults
    for person, attended in plan.attended.items():
        asked = {name for name, one in meetings.items() if person in one.required | one.optional}
        assert set(attended) <= asked & set(times)
        assert free(problem, people[person], [times[name] for name in attended]), person
    for name in times:
        assert all(name in plan.attended[person] for person in meetings[name].required)
    assert plan.figures.in_order == figures(problem, times, plan.attended)
    assert all(
        bound <= figure for bound, figure in zip(plan.bounds.in_order, plan.figures.in_order, strict=True)
    )


def timetable_faults(problem: DayProblem, times: Times, rooms: dict[str, str]) -> list[str]:
    """Name what is wrong with times and rooms, whoever attends."""
    meetings = {one.id: one for one in problem.meetings}
    seats = {room.id: room.seats for room in problem.rooms}
    found = []
    for name, (start, end) in times.items():
        one = meetings[name]
        shut = [*one.closed, *([problem.pause] if problem.pause else [])]
        room = seats[rooms[name]]
        wrong = {
            "outside the day": start < problem.opens or end > problem.closes,
            "off the grid": one.fixed is None and (start - problem.opens) % problem.step != 0,
            "not at its fixed start": one.fixed is not None and start != one.fixed,
            "too early": one.earliest is not None and start < one.earliest,
            "too late": one.latest is not None and start > one.latest,
            "while closed": any(start < until and since < end for since, until in shut),
            "too few seats": room is not None and len(one.required | one.optional) > room,
            "before its predecessor": any(
                other not in times or times[other][1] > start for other in one.after
            ),
        }
        found += [f"{name} {what}" for what, is_so in wrong.items() if is_so]
    for one, other in combinations(times, 2):
        if rooms[one] == rooms[other] and near(problem, times[one], times[other]):
            found.append(f"{one} and {other} in one room")
    return found


def free(problem: DayProblem, person: DayPerson, spans: list[tuple[int, int]]) -> bool:
    """Tell whether someone can be in all of these, one after the other."""
    for begin, end in spans:
        if person.begins is not None and begin < person.begins:
            return False
        if person.ends is not None and end > person.ends:
            return False
        for since, until in person.busy:
            if until > since and begin < until + person.travel and since - person.travel < end:
                return False
    return not any(near(problem, one, other) for one, other in combinations(spans, 2))


def near(problem: DayProblem, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Tell whether two times leave less than the change-over between them."""
    first, second = sorted((one, other))
    return second[0] - first[1] < problem.change_over


def figures(
    problem: DayProblem, times: Times, attended: dict[str, tuple[str, ...]]
) -> tuple[int, int, int, int, int]:
    """Reckon the five figures."""
    people = {one.id: one for one in problem.people}
    missed = sum(
        name not in attended[person]
        for name in times
        for one in problem.meetings
        if one.id == name
        for person in one.optional - one.required
    )
    gaps = travel = 0
    for person, names in attended.items():
        spans = sorted(times[name] for name in names)
        if spans:
            gaps += sum(_waited(problem, one[1], other[0]) for one, other in pairwise(spans))
            travel += 0 if people[person].comes_anyway else 2 * people[person].travel
    return (
        sum(one.weight for one in problem.meetings if one.id not in times),
        missed,
        gaps,
        travel,
        max((end for _start, end in times.values()), default=problem.opens) - problem.opens,
    )


def _waited(problem: DayProblem, since: int, until: int) -> int:
    paused = range(*problem.pause) if problem.pause else range(0)
    return sum(minute not in paused for minute in range(since, until))
