"""A regional day as CP-SAT is asked it: intervals for meetings, no two at once for a person. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from agenda.planner.solving.regional_case import DayCase, Timetable
from agenda.planner.solving.regional_people import Crowd
from agenda.planner.solving.regional_problem import DayAim

Expr = cp_model.LinearExprT
Sum = cp_model.LinearExpr.sum


@dataclass
class DayModel:
    """What is free to choose, and what each aim counts of it.

    `held`, `start` and `hall` are by meeting; `there` by crowd and meeting that they may miss.
    """

    case: DayCase
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    held: dict[int, cp_model.IntVar] = field(default_factory=dict)
    start: dict[int, cp_model.IntVar] = field(default_factory=dict)
    hall: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)
    there: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)
    gaps: list[Expr] = field(default_factory=list)
    travel: list[Expr] = field(default_factory=list)
    end: cp_model.IntVar | None = None

    def figure(self, aim: DayAim) -> Expr:
        """Give what an aim counts."""
        meetings = self.case.meetings
        if aim is DayAim.LEFT_OUT:
            held = Sum([meetings[one].weight * held for one, held in self.held.items()])
            return sum(one.weight for one in meetings) - held
        if aim is DayAim.MISSED:
            return Sum(
                [
                    crowd.count * (self.held[one] - self.there.get((number, one), 0))
                    for number, crowd in enumerate(self.case.crowds)
                    for one in crowd.optional
                    if one in self.held
                ]
            )
        if aim is DayAim.GAPS:
            return Sum(self.gaps)
        if aim is DayAim.TRAVEL:
            return Sum(self.travel)
        return self.end if self.end is not None else 0

    def hint(self, table: Timetable) -> None:
        """Start the search from a timetable."""
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        for one, held in self.held.items():
            place = table[one]
            self.cp.add_hint(held, place is not None)
            if place is not None:
                self.cp.add_hint(self.start[one], place[0])
                for hall in self.case.fits[one]:
                    self.cp.add_hint(self.hall[one, hall], place[1] in self.case.halls[hall])

    def table(self, value: cp_model.CpSolver | cp_model.CpSolverSolutionCallback) -> Timetable:
        """Read the timetable from a solution, and share out the rooms of each hall."""
        chosen = [
            (value.value(self.start[one]), one, hall)
            for (one, hall), inside in self.hall.items()
            if value.boolean_value(inside)
        ]
        found: list[tuple[int, int] | None] = [None] * len(self.case.meetings)
        free_from: dict[int, int] = {}
        for start, one, hall in sorted(chosen):
            # Rooms of one hall are alike: whoever comes first takes any that is free by then.
            room = next(room for room in self.case.halls[hall] if free_from.get(room, start) <= start)
            free_from[room] = start + self.case.meetings[one].minutes + self.case.problem.change_over
            found[one] = (start, room)
        return tuple(found)


def model_of(case: DayCase) -> DayModel:
    """Ask for everything at once."""
    model = DayModel(case)
    for one in case.possible:
        _hold(model, one)
    _keep_rooms(model)
    _keep_sequence(model)
    for number, crowd in enumerate(case.crowds):
        _keep_people(model, number, crowd)
    model.end = model.cp.new_int_var(0, case.problem.closes - case.problem.opens, "")
    for one, held in model.held.items():
        over = model.start[one] + case.meetings[one].minutes - case.problem.opens
        model.cp.add(model.end >= over).only_enforce_if(held)
    return model


def _hold(model: DayModel, one: int) -> None:
    starts = model.case.starts[one]
    held = model.held[one] = model.cp.new_bool_var("")
    model.start[one] = model.cp.new_int_var_from_domain(cp_model.Domain.from_values(starts), "")
    # What is not held stands still, so that it is one plan and not many.
    model.cp.add(model.start[one] == starts[0]).only_enforce_if(~held)
    for hall in model.case.fits[one]:
        model.hall[one, hall] = model.cp.new_bool_var("")
    model.cp.add(Sum([model.hall[one, hall] for hall in model.case.fits[one]]) == held)


def _interval(model: DayModel, one: int, present: cp_model.IntVar) -> cp_model.IntervalVar:
    """Give a meeting with its change-over, in the way only where it is present."""
    minutes = model.case.meetings[one].minutes + model.case.problem.change_over
    return model.cp.new_optional_fixed_size_interval_var(model.start[one], minutes, present, "")


def _keep_rooms(model: DayModel) -> None:
    for number, rooms in enumerate(model.case.halls):
        intervals = [
            _interval(model, one, inside) for (one, hall), inside in model.hall.items() if hall == number
        ]
        _at_most(model, intervals, len(rooms))
    if len(model.case.halls) > 1:
        everywhere = sum(map(len, model.case.halls))
        _at_most(model, [_interval(model, one, held) for one, held in model.held.items()], everywhere)


def _at_most(model: DayModel, intervals: list[cp_model.IntervalVar], many: int) -> None:
    if many == 1:
        model.cp.add_no_overlap(intervals)
    elif len(intervals) > many:
        model.cp.add_cumulative(intervals, [1] * len(intervals), many)


def _keep_sequence(model: DayModel) -> None:
    for one, held in model.held.items():
        for other in model.case.after[one]:
            if other not in model.held:
                model.cp.add(held == 0)
                continue
            model.cp.add_implication(held, model.held[other])
            over = model.start[other] + model.case.meetings[other].minutes
            model.cp.add(model.start[one] >= over).only_enforce_if(held)


def _keep_people(model: DayModel, number: int, crowd: Crowd) -> None:
    """Let nobody be in two rooms at once, and count how long they wait and whether they come."""
    for one, starts in crowd.optional.items():
        if one in model.held and starts:
            there = model.there[number, one] = model.cp.new_bool_var("")
            model.cp.add_implication(there, model.held[one])
            if starts < set(model.case.starts[one]):
                domain = cp_model.Domain.from_values(sorted(starts))
                model.cp.add_linear_expression_in_domain(model.start[one], domain).only_enforce_if(there)
    inside = {one: model.held[one] for one in sorted(crowd.required) if one in model.held}
    inside |= {one: there for (who, one), there in model.there.items() if who == number}
    if not inside:
        return
    comes: Expr = next(iter(inside.values()))
    if len(inside) > 1:
        model.cp.add_no_overlap([_interval(model, one, present) for one, present in inside.items()])
        model.gaps.append(crowd.count * _gap(model, inside))
        comes = model.cp.new_bool_var("")
        for present in inside.values():
            model.cp.add_implication(present, comes)
    if crowd.travel:
        model.travel.append(crowd.travel * comes)


def _gap(model: DayModel, inside: dict[int, cp_model.IntVar]) -> cp_model.IntVar:
    """Count the minutes between the first and the last meeting that are not spent in one."""
    problem, meetings, cp = model.case.problem, model.case.meetings, model.cp
    first = cp.new_int_var(problem.opens, problem.closes, "")
    last = cp.new_int_var(problem.opens, problem.closes, "")
    gap = cp.new_int_var(0, problem.closes - problem.opens, "")
    for one, present in inside.items():
        cp.add(first <= model.start[one]).only_enforce_if(present)
        cp.add(last >= model.start[one] + meetings[one].minutes).only_enforce_if(present)
    spent = Sum([meetings[one].minutes * present for one, present in inside.items()])
    apart: list[Expr] = list(inside.values())
    if problem.pause is not None and problem.opens <= problem.pause[0] and problem.pause[1] <= problem.closes:
        begin, end = problem.pause
        around = cp.new_bool_var("")
        # To call the day longer than it is, for the sake of the pause, costs at least what the pause gives.
        cp.add(first <= begin).only_enforce_if(around)
        cp.add(last >= end).only_enforce_if(around)
        cp.add(gap == last - first - spent - (end - begin)).only_enforce_if(around)
        cp.add(gap == last - first - spent).only_enforce_if(~around)
        apart.append(~around)
        least = Sum(apart) - 2
    else:
        cp.add(gap == last - first - spent)
        least = Sum(apart) - 1
    # Between every two meetings lies a change-over, or the pause.
    cp.add(gap >= problem.change_over * least)
    return gap
