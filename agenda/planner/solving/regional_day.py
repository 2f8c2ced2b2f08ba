"""Several meetings on one day in one place: five aims one after another, each with its proof. Pure.

What is aimed at, and what a plan is: docs/regional-days.md.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from agenda.planner.solving.patience import Heard, Patience, nobody_stops, solve, solver_of
from agenda.planner.solving.problem import Stopped
from agenda.planner.solving.regional_case import DayCase, Timetable, day_case_of
from agenda.planner.solving.regional_first_fit import best_of_orders
from agenda.planner.solving.regional_model import DayModel, model_of
from agenda.planner.solving.regional_people import best_chain
from agenda.planner.solving.regional_problem import (
    DayAim,
    DayFigures,
    DayPlan,
    DayProblem,
    DayProgress,
    DayReport,
    Placed,
)
from agenda.planner.solving.regional_rebuild import figures_of, rebuild
from agenda.planner.solving.regional_why import why_left_out

# What each aim may take of the time left.
SHARES = {
    DayAim.LEFT_OUT: 0.3,
    DayAim.MISSED: 0.4,
    DayAim.GAPS: 0.7,
    DayAim.TRAVEL: 0.4,
    DayAim.END: 1.0,
}
FOR_FIRST_PLAN = 0.25


def regional_day(
    problem: DayProblem,
    *,
    seconds: float = 2.0,
    workers: int = 2,
    seed: int = 0,
    report: DayReport | None = None,
    stopped: Stopped | None = None,
) -> DayPlan:
    """Give the best plan of a day that can be found in so many seconds, and how much of it is proven.

    As many meetings as possible by weight, then fewest missed by who is optional, least waiting, least
    travel, and the earliest end. Raises ValueError for a problem that contradicts itself. The same problem,
    seed and one worker give the same plan, as long as the search ends by itself.
    """
    began = time.monotonic()
    search = DaySearch(
        day_case_of(problem), Patience.of(seconds, stopped or nobody_stops), workers, seed, report, began
    )
    search.start()
    for aim in DayAim:
        search.settle(aim)
    return search.plan


@dataclass
class DaySearch:
    """The best timetable so far, and what is known of how good one could be."""

    case: DayCase
    patience: Patience
    workers: int
    seed: int
    report: DayReport | None
    began: float
    table: Timetable = ()
    figures: DayFigures = field(default_factory=DayFigures)
    bounds: DayFigures = field(default_factory=DayFigures)
    proven: list[DayAim] = field(default_factory=list)
    model: DayModel | None = None

    def start(self) -> None:
        """Begin with a plan made by hand, and what can never be held."""
        patience = self.patience.part(self.patience.left * FOR_FIRST_PLAN)
        self.table = best_of_orders(self.case, patience.part(patience.left / 3), self.seed)
        for better in rebuild(self.case, self.table, patience, self.seed):
            self.table = better
        self.figures = figures_of(self.case, self.table)
        possible = set(self.case.possible)
        never = [one.weight for number, one in enumerate(self.case.meetings) if number not in possible]
        self.bounds = DayFigures(left_out=sum(never))
        self.tell(DayAim.LEFT_OUT)

    def settle(self, aim: DayAim) -> None:
        """Get the best of one aim, with the earlier ones kept as they are."""
        patience = self.patience.part(self.patience.left * SHARES[aim])
        if not self.is_reached(aim) and not patience.over:
            self.search(aim, patience)
        if self.is_reached(aim) and len(self.proven) == list(DayAim).index(aim):
            self.proven.append(aim)
        if self.model is not None:
            self.model.cp.add(self.model.figure(aim) <= self.figures.of(aim))
        self.tell(aim)

    def search(self, aim: DayAim, patience: Patience) -> None:
        """Ask one model for everything."""
        model = self.asked(aim)
        model.hint(self.table)
        solver = solver_of(self.workers, self.seed)
        heard = Heard(lambda found: self.take(aim, model.table(found)))
        solver.best_bound_callback = lambda bound: self.know(aim, round(bound))
        status = solve(model.cp, solver, patience, heard)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.take(aim, model.table(solver))
        if status == cp_model.OPTIMAL:
            self.know(aim, round(solver.objective_value))

    def asked(self, aim: DayAim) -> DayModel:
        """Give the model with everything that is settled by now, aiming at this."""
        if self.model is None:
            self.model = model_of(self.case)
            for earlier in list(DayAim)[: list(DayAim).index(aim)]:
                self.model.cp.add(self.model.figure(earlier) <= self.figures.of(earlier))
        self.model.cp.minimize(self.model.figure(aim))
        return self.model

    @property
    def plan(self) -> DayPlan:
        """The best plan, in the words of the problem."""
        case = self.case
        placed = {
            case.meetings[one].id: Placed(place[0], case.problem.rooms[place[1]].id)
            for one, place in enumerate(self.table)
            if place is not None
        }
        return DayPlan(
            placed=placed,
            left_out=why_left_out(case, self.table),
            attended=attended(case, self.table),
            figures=self.figures,
            bounds=self.bounds,
            proven=tuple(self.proven),
            seconds=time.monotonic() - self.began,
        )

    def is_reached(self, aim: DayAim) -> bool:
        """Tell whether the best plan cannot be bettered in this aim, given the earlier ones."""
        return self.figures.of(aim) <= self.bounds.of(aim)

    def take(self, aim: DayAim, table: Timetable) -> None:
        """Keep a timetable that is better, and that keeps to every rule."""
        figures = self.case.figures(table)
        if figures is not None and figures.in_order < self.figures.in_order and self.case.allows(table):
            self.table, self.figures = table, figures
            self.tell(aim)

    def know(self, aim: DayAim, bound: int) -> None:
        """Keep a bound that is better, never above what was found."""
        bound = min(bound, self.figures.of(aim))
        if bound > self.bounds.of(aim):
            self.bounds = DayFigures(
                **{one.value: bound if one is aim else self.bounds.of(one) for one in DayAim}
            )
            self.tell(aim)

    def tell(self, aim: DayAim) -> None:
        """Report how far it is."""
        if self.report is not None:
            seconds = time.monotonic() - self.began
            self.report(DayProgress(aim, self.figures, self.bounds, seconds))


def attended(case: DayCase, table: Timetable) -> dict[str, tuple[str, ...]]:
    """Tell for each person who is invited to anything in which meetings they are, in order."""
    found: dict[str, tuple[str, ...]] = {}
    for crowd in case.crowds:
        chain = best_chain(case.items_of(crowd, table), case.problem.change_over, case.problem.pause)
        taken = tuple(case.meetings[one].id for one in chain.taken) if chain is not None else ()
        found |= dict.fromkeys(crowd.people, taken)
    return found
