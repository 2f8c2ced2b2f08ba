"""Why a meeting is not held on a regional day, and who stands in the way. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from agenda.planner.solving.regional_case import (
    DayCase,
    Timetable,
    bare_starts,
    can_be_there,
    in_window,
)
from agenda.planner.solving.regional_problem import DayMeeting, DayPerson, LeftOut, WhyOut


def why_left_out(case: DayCase, table: Timetable) -> dict[str, LeftOut]:
    """Tell of each meeting that is not held what stands in its way."""
    return {
        one.id: _why(case, table, number) for number, one in enumerate(case.meetings) if table[number] is None
    }


def _why(case: DayCase, table: Timetable, one: int) -> LeftOut:
    if any(table[other] is None for other in case.after[one]):
        return LeftOut(WhyOut.PREDECESSOR_LEFT_OUT)
    if not case.fits[one]:
        return LeftOut(WhyOut.NO_ROOM)
    if not case.starts[one]:
        return _never(case, case.meetings[one])
    return _beside_others(case, table, one)


def _never(case: DayCase, meeting: DayMeeting) -> LeftOut:
    """Tell why there is no start at all: windows that do not meet, or somebody's other duties."""
    people = [one for one in case.problem.people if one.id in meeting.required]
    open_to = [
        start
        for start in bare_starts(case.problem, meeting)
        if all(in_window(one, start, start + meeting.minutes) for one in people)
    ]
    if not open_to:
        return LeftOut(WhyOut.NO_COMMON_WINDOW)
    return LeftOut(WhyOut.PERSON_BUSY, min((_busy(people, meeting, start) for start in open_to), key=len))


def _busy(people: Iterable[DayPerson], meeting: DayMeeting, start: int) -> tuple[str, ...]:
    return tuple(one.id for one in people if not can_be_there(one, start, start + meeting.minutes))


def _beside_others(case: DayCase, table: Timetable, one: int) -> LeftOut:
    """Tell what of the others that are held stands in the way, where least does."""
    meeting = case.meetings[one]
    ready = max(
        (
            place[0] + case.meetings[other].minutes
            for other in case.after[one]
            if (place := table[other]) is not None
        ),
        default=case.problem.opens,
    )
    least: tuple[str, ...] | None = None
    for start in case.starts[one]:
        if start < ready:
            continue
        beside = [
            other
            for other, place in enumerate(table)
            if place is not None and case.overlap(one, start, other, place[0])
        ]
        elsewhere = frozenset[str]().union(*(case.meetings[other].required for other in beside))
        clashing = tuple(sorted(meeting.required & elsewhere))
        if not clashing:
            return LeftOut(WhyOut.NO_ROOM)
        if least is None or len(clashing) < len(least):
            least = clashing
    return LeftOut(WhyOut.NO_COMMON_WINDOW) if least is None else LeftOut(WhyOut.PERSON_BUSY, least)
