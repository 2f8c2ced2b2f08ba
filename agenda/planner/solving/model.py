"""The problem as CP-SAT is asked it: one switch for each topic in each meeting it fits. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from agenda.planner.solving.case import NOWHERE, Case, Places
from agenda.planner.solving.problem import Aim

Expr = cp_model.LinearExprT


@dataclass
class Model:
    """What is free to choose, and what each aim counts of it.

    `free` are the subjects that may move; all others stay where `around` has them.
    """

    case: Case
    around: Places
    free: tuple[int, ...]
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    x: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)
    held: dict[int, cp_model.IntVar] = field(default_factory=dict)
    treated: dict[int, Expr] = field(default_factory=dict)

    def figure(self, aim: Aim) -> Expr:
        """Give what an aim counts, of the free part alone."""
        case = self.case
        if aim is Aim.UNTREATED_PRIORITY:
            return sum((1 - self.treated[one]) * case.subjects[one].priority for one in self.free)
        if aim is Aim.MEETINGS_HELD:
            return sum(self.held.values())
        if aim is Aim.NEW_MEETINGS:
            return sum(held for place, held in self.held.items() if not case.occasions[place].planned)
        if aim is Aim.PERSON_MINUTES:
            reserved = [
                len(case.occasions[place].attendees) * case.occasions[place].reserved * held
                for place, held in self.held.items()
            ]
            spent = [
                len(case.occasions[place].attendees) * case.subjects[one].minutes * chosen
                for (one, place), chosen in self.x.items()
            ]
            return cp_model.LinearExpr.sum(reserved + spent)
        return cp_model.LinearExpr.sum(
            [
                case.subjects[one].priority * case.day[place] * chosen
                for (one, place), chosen in self.x.items()
            ]
        )

    def hint(self, places: Sequence[int]) -> None:
        """Start the search from a plan."""
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        used = set()
        for (one, place), chosen in self.x.items():
            here = places[one] == place
            self.cp.add_hint(chosen, here)
            if here:
                used.add(place)
        for place, held in self.held.items():
            self.cp.add_hint(held, place in used)

    def places(self, value: cp_model.CpSolver | cp_model.CpSolverSolutionCallback) -> Places:
        """Read the plan from a solution."""
        found = list(self.around)
        for one in self.free:
            found[one] = NOWHERE
        for (one, place), chosen in self.x.items():
            if value.boolean_value(chosen):
                found[one] = place
        return tuple(found)


def whole(case: Case) -> Model:
    """Ask for everything at once."""
    nowhere = (NOWHERE,) * len(case.subjects)
    return part(case, nowhere, range(len(case.subjects)), range(len(case.occasions)))


def part(case: Case, around: Places, free: Iterable[int], places: Iterable[int]) -> Model:
    """Ask for some subjects, in some places, with the others staying where they are.

    A meeting in which a fixed subject stays is held anyhow, so it does not count.
    """
    model = Model(case, around, tuple(free))
    loose = set(model.free)
    fixed: dict[int, list[int]] = defaultdict(list)
    for one, place in enumerate(around):
        if place != NOWHERE and one not in loose:
            fixed[place].append(one)
    allowed = set(places)
    load: dict[int, list[Expr]] = defaultdict(list)
    for one in model.free:
        switches = []
        for place in case.fits[one]:
            if place in allowed and _bears(case, around, loose, fixed, one, place):
                switch = model.cp.new_bool_var("")
                model.x[one, place] = switch
                switches.append(switch)
                load[place].append(case.subjects[one].minutes * switch)
        if switches:
            model.cp.add_at_most_one(switches)
        model.treated[one] = cp_model.LinearExpr.sum(switches)
    for place, minutes in load.items():
        room = case.occasions[place].room - sum(case.subjects[one].minutes for one in fixed.get(place, ()))
        used = cp_model.LinearExpr.sum(minutes)
        if place in fixed:
            model.cp.add(used <= room)
        else:
            model.held[place] = model.cp.new_bool_var("")
            model.cp.add(used <= room * model.held[place])
    _keep_sequence(model, loose)
    _keep_apart(model)
    _hold_earlier_of_alike(model)
    return model


def _bears(
    case: Case, around: Places, loose: set[int], fixed: dict[int, list[int]], one: int, place: int
) -> bool:
    """Tell whether those who stay where they are bear this subject there."""
    for earlier in case.after[one]:
        if earlier not in loose and not case.comes_first(around[earlier], place):
            return False
    for later in case.followed_by[one]:
        there = around[later]
        if later not in loose and there != NOWHERE and not case.comes_first(place, there):
            return False
    return case.apart[one].isdisjoint(fixed.get(place, ()))


def _keep_sequence(model: Model, loose: set[int]) -> None:
    """Treat each subject no sooner than those before it, and not without them."""
    case = model.case
    by_subject: dict[int, list[int]] = defaultdict(list)
    for one, place in model.x:
        by_subject[one].append(place)
    for one in model.free:
        for earlier in case.after[one]:
            if earlier not in loose or not by_subject[one]:
                continue
            model.cp.add(model.treated[one] <= model.treated[earlier])
            last = case.rank[-1] + 1
            # Ranks count down from the end, so that not being treated at all never stands in the way.
            mine = cp_model.LinearExpr.sum(
                [(last - case.rank[at]) * model.x[one, at] for at in by_subject[one]]
            )
            theirs = cp_model.LinearExpr.sum(
                [(last - case.rank[at]) * model.x[earlier, at] for at in by_subject[earlier]]
            )
            model.cp.add(mine <= theirs)
            for at in by_subject[one]:
                for there in by_subject[earlier]:
                    if at != there and case.rank[at] == case.rank[there]:
                        model.cp.add_at_most_one(model.x[one, at], model.x[earlier, there])


def _keep_apart(model: Model) -> None:
    for one, place in model.x:
        for other in model.case.apart[one]:
            if other > one and (other, place) in model.x:
                model.cp.add_at_most_one(model.x[one, place], model.x[other, place])


def _hold_earlier_of_alike(model: Model) -> None:
    """Hold the earlier of two meetings that differ in nothing but their day.

    Everything could be moved to the earlier one: no figure gets worse, waiting gets less. Where some
    subject waits for another the day matters, and nothing is said.
    """
    case = model.case
    taken: dict[int, list[int]] = defaultdict(list)
    for one, place in model.x:
        taken[place].append(one)
    last: dict[object, int] = {}
    for place in sorted(model.held):
        there = case.occasions[place]
        if any(case.after[s] or case.followed_by[s] for s in taken[place]):
            continue
        alike = (there.room, there.reserved, len(there.attendees), there.planned, tuple(taken[place]))
        if alike in last:
            model.cp.add_implication(model.held[place], model.held[last[alike]])
        last[alike] = place
