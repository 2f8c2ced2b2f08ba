"""Why each remaining meeting is needed, and what it would take to lose one more. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from agenda.planner.solving.case import Case, case_of
from agenda.planner.solving.fewest import fewest_meetings
from agenda.planner.solving.patience import Patience, nobody_stops
from agenda.planner.solving.problem import Plan, Problem, Stopped, Subject

# One such question is answered in so many seconds, or not at all.
EACH = 2.0


class Need(StrEnum):
    """What makes a meeting needed."""

    # Some topics can be treated nowhere else.
    ONLY_HERE = "only_here"
    # The other meetings of these topics have no room for all of its minutes.
    NO_ROOM = "no_room"
    # Everything together: with one less it does not come out.
    TOGETHER = "together"
    # Nothing proves it: the search ended before.
    UNPROVEN = "unproven"


@dataclass(frozen=True)
class Reason:
    """Why one meeting is needed: the topics that force it, and the minutes that lack without it."""

    need: Need
    subjects: tuple[str, ...] = ()
    minutes: int = 0


@dataclass(frozen=True)
class Waiver:
    """What would save one meeting more: a topic that may be treated later than its deadline."""

    subject: str
    until: date
    meetings_held: int


def why_needed(problem: Problem, plan: Plan) -> Mapping[str, Reason]:
    """Tell for each meeting of a plan what forces it."""
    case = case_of(problem)
    number = {one.id: place for place, one in enumerate(case.occasions)}
    held = sorted({number[name] for name in plan.treated.values()})
    treated = {place for place, one in enumerate(case.subjects) if one.id in plan.treated}
    return {case.occasions[place].id: _reason(case, plan, treated, held, place) for place in held}


def _reason(case: Case, plan: Plan, treated: set[int], held: list[int], place: int) -> Reason:
    only = tuple(case.subjects[one].id for one in sorted(treated) if case.fits[one] == (place,))
    if only:
        return Reason(Need.ONLY_HERE, only)
    # All that can be treated in the held meetings of the same kind alone, against the room of the others.
    kin = {other for other in held if case.occasions[other].body == case.occasions[place].body}
    bound = [one for one in sorted(treated) if kin.issuperset(set(case.fits[one]) & set(held))]
    room = sum(case.occasions[other].room for other in kin - {place})
    minutes = sum(case.subjects[one].minutes for one in bound) - room
    if minutes > 0:
        here = tuple(
            case.subjects[one].id
            for one in bound
            if plan.treated[case.subjects[one].id] == case.occasions[place].id
        )
        return Reason(Need.NO_ROOM, here, minutes)
    return Reason(Need.TOGETHER if plan.optimal else Need.UNPROVEN)


def one_less(
    problem: Problem,
    plan: Plan,
    *,
    seconds: float,
    workers: int,
    seed: int = 0,
    stopped: Stopped | None = None,
) -> tuple[list[Waiver], bool]:
    """Give the topics of which each, if it may wait longer, saves a meeting, and whether all were tried."""
    patience = Patience.of(seconds, stopped or nobody_stops)
    found: list[Waiver] = []
    for subject in sorted(problem.subjects, key=lambda one: (one.deadline or date.max, one.id)):
        if subject.deadline is None or subject.id not in plan.treated:
            continue
        if patience.over:
            return found, False
        waiver = _waiver(problem, plan, subject, patience, workers, seed)
        if waiver is not None:
            found.append(waiver)
    return found, True


def _waiver(
    problem: Problem, plan: Plan, subject: Subject, patience: Patience, workers: int, seed: int
) -> Waiver | None:
    """Try what it would save if one topic had no deadline; None when that is nothing."""
    other = fewest_meetings(
        _with_waiver(problem, subject),
        seconds=min(EACH, max(0.1, patience.left)),
        workers=workers,
        seed=seed,
        stopped=lambda: patience.over,
        aims=2,
    )
    place = other.treated.get(subject.id)
    day = next((one.day for one in problem.occasions if one.id == place), None)
    saves = other.figures.in_order[:2] < plan.figures.in_order[:2]
    if not saves or day is None or subject.deadline is None or day <= subject.deadline:
        return None
    return Waiver(subject.id, day, other.figures.meetings_held)


def _with_waiver(problem: Problem, subject: Subject) -> Problem:
    free = replace(subject, deadline=None)
    return replace(problem, subjects=tuple(free if one.id == subject.id else one for one in problem.subjects))
