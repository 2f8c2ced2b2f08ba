"""What a given plan costs, and which rules it breaks: for moves that a person makes. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from agenda.planner.solving.case import NOWHERE, case_of, in_time, meets
from agenda.planner.solving.problem import Figures, Occasion, Problem, Subject


class Breach(StrEnum):
    """Which rule a plan breaks."""

    WRONG_BODY = "wrong_body"
    PEOPLE_ABSENT = "people_absent"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    TOO_FULL = "too_full"
    BEFORE_PREDECESSOR = "before_predecessor"
    NOT_APART = "not_apart"


@dataclass(frozen=True)
class Fault:
    """A rule that is broken: for a subject, or (`too_full`, by so many minutes) for a whole occasion."""

    breach: Breach
    occasion: str
    subject: str = ""
    minutes: int = 0


def priced(problem: Problem, treated: Mapping[str, str]) -> Figures:
    """Give what the plan costs, whether or not it keeps to the rules."""
    case = case_of(problem)
    number = {one.id: place for place, one in enumerate(case.occasions)}
    return case.figures(
        tuple(number[treated[one.id]] if one.id in treated else NOWHERE for one in case.subjects)
    )


def minutes_of(problem: Problem, treated: Mapping[str, str]) -> Counter[str]:
    """Give how many minutes each person sits in the meetings that are held."""
    spent: Counter[str] = Counter()
    long = load_of(problem, treated)
    for one in problem.occasions:
        if one.id in long:
            spent.update(dict.fromkeys(one.attendees, one.reserved + long[one.id]))
    return spent


def faults(problem: Problem, treated: Mapping[str, str]) -> list[Fault]:
    """List every rule that the plan breaks."""
    occasions = {one.id: one for one in problem.occasions}
    found = [
        Fault(Breach.TOO_FULL, place, minutes=minutes - occasions[place].room)
        for place, minutes in load_of(problem, treated).items()
        if minutes > occasions[place].room
    ]
    settled = {one.id for one in problem.subjects if one.in_writing}
    for subject in problem.subjects:
        if subject.id in treated:
            here = occasions[treated[subject.id]]
            found += _misfits(subject, here)
            found += [
                Fault(Breach.BEFORE_PREDECESSOR, here.id, subject.id)
                for name in sorted(subject.after - settled)
                if not _comes_first(occasions, treated, name, here)
            ]
            found += [
                Fault(Breach.NOT_APART, here.id, subject.id)
                for name in sorted(subject.apart_from)
                if treated.get(name) == here.id
            ]
    return found


def load_of(problem: Problem, treated: Mapping[str, str]) -> dict[str, int]:
    """Give the minutes of topics in each meeting that is held."""
    load: dict[str, int] = defaultdict(int)
    for one in problem.subjects:
        if one.id in treated:
            load[treated[one.id]] += one.minutes
    return load


def _misfits(subject: Subject, here: Occasion) -> list[Fault]:
    if subject.bodies and here.body not in subject.bodies:
        return [Fault(Breach.WRONG_BODY, here.id, subject.id)]
    found = []
    if not meets(here, subject):
        found.append(Fault(Breach.PEOPLE_ABSENT, here.id, subject.id))
    if not in_time(here, subject):
        early = subject.earliest is not None and here.day < subject.earliest
        found.append(Fault(Breach.TOO_EARLY if early else Breach.TOO_LATE, here.id, subject.id))
    return found


def _comes_first(
    occasions: Mapping[str, Occasion], treated: Mapping[str, str], name: str, here: Occasion
) -> bool:
    if name not in treated:
        return False
    there = occasions[treated[name]]
    return there.id == here.id or there.starts_at < here.starts_at
