"""The same topics in the fewest meetings: five aims one after another, each with its proof. Pure.

The form of the model and what was tried before it: docs/fewest-meetings.md.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from agenda.planner.solving import bounds
from agenda.planner.solving.case import NOWHERE, Case, Places, case_of
from agenda.planner.solving.columns import generate
from agenda.planner.solving.diving import dive
from agenda.planner.solving.greedy import first_plan
from agenda.planner.solving.interchangeable import packed
from agenda.planner.solving.model import Model, whole
from agenda.planner.solving.neighbourhoods import improve
from agenda.planner.solving.patience import Heard, Patience, nobody_stops, solve, solver_of
from agenda.planner.solving.problem import Aim, Figures, Plan, Problem, Progress, Report, Stopped

# Above so many switches one model for everything finds less than a search part by part.
ONE_MODEL = 9_000
# With so few switches one model finds what dives find, and sooner.
FEW = 2_500
# A model of more switches is not even asked for a bound: making it takes longer than it is worth.
ANY_MODEL = 400_000
# So many switches are made a second, with all that stands about them.
PAIRS_A_SECOND = 20_000
# What each aim may take of the time left.
SHARES = {
    Aim.UNTREATED_PRIORITY: 0.3,
    Aim.MEETINGS_HELD: 0.6,
    Aim.NEW_MEETINGS: 0.4,
    Aim.PERSON_MINUTES: 0.7,
    Aim.WAITING: 1.0,
}
# Of an aim's time in a large problem, how much goes to the search part by part.
IN_PARTS = 0.6
# Of an aim's time, how much goes to columns, and as much again to plans made from them; how many plans.
FOR_COLUMNS = 0.3
DIVES = 4
DIVING = {Aim.UNTREATED_PRIORITY, Aim.MEETINGS_HELD}


def fewest_meetings(
    problem: Problem,
    *,
    seconds: float = 30.0,
    workers: int = 2,
    seed: int = 0,
    report: Report | None = None,
    stopped: Stopped | None = None,
    aims: int = len(Aim),
) -> Plan:
    """Give the best plan that can be found in so many seconds, and how much of it is proven.

    Only the first so many `aims` are sought, all by default.

    `report` hears of each better plan and each better bound. The same problem, seed and one worker give the
    same plan, as long as the search ends by itself.
    """
    search = Search(
        case_of(problem),
        Patience.of(seconds, stopped or nobody_stops),
        workers,
        seed,
        report,
        time.monotonic(),
    )
    search.start()
    for aim in list(Aim)[:aims]:
        search.settle(aim)
    return search.plan


@dataclass
class Search:
    """The best plan so far, and what is known of how good one could be."""

    case: Case
    patience: Patience
    workers: int
    seed: int
    report: Report | None
    began: float
    places: Places = ()
    figures: Figures = field(default_factory=Figures)
    bounds: Figures = field(default_factory=Figures)
    proven: list[Aim] = field(default_factory=list)
    model: Model | None = None

    def start(self) -> None:
        """Begin with a greedy plan."""
        self.places = first_plan(self.case, self.patience.part(self.patience.left / 4), self.seed)
        self.figures = self.case.figures(self.places)
        self.bounds = Figures(untreated_priority=bounds.least_untreated(self.case))
        self.tell(Aim.UNTREATED_PRIORITY)

    def settle(self, aim: Aim) -> None:
        """Get the best of one aim, with the earlier ones kept as they are."""
        self.know(aim, self.bound_at_once(aim))
        patience = self.patience.part(self.patience.left * SHARES[aim])
        for step in (self.as_packing, self.by_columns, self.in_parts, self.at_once):
            if self.is_reached(aim) or patience.over:
                break
            step(aim, patience)
        if self.is_reached(aim) and len(self.proven) == list(Aim).index(aim):
            self.proven.append(aim)
        if self.model is not None:
            self.model.cp.add(self.model.figure(aim) <= self.figures.of(aim))
        self.tell(aim)

    def as_packing(self, aim: Aim, patience: Patience) -> None:
        """Pack the topics of meetings that no topic can tell apart."""
        if aim is not Aim.MEETINGS_HELD or self.figures.untreated_priority:
            return
        found = packed(self.case, patience.part(patience.left * IN_PARTS), self.workers, self.seed)
        if found is not None:
            places, bound = found
            self.take(aim, places)
            self.know(aim, bound)

    def by_columns(self, aim: Aim, patience: Patience) -> None:
        """Get a strong bound, and plans that come near it."""
        within = patience.part(patience.left * FOR_COLUMNS)
        found = None
        for found in generate(self.case, aim, self.figures, [self.places], self.figures.of(aim), within):
            self.know(aim, found.bound)
        if found is None or aim not in DIVING or self.case.pairs <= FEW:
            return
        chance = random.Random(self.seed)  # noqa: S311 - for variety, not for secrets
        within = patience.part(patience.left * FOR_COLUMNS)
        for number in range(DIVES):
            if self.is_reached(aim) or within.over:
                break
            # Also where nothing may be left over, as few meetings as possible are sought at once.
            plan = dive(
                self.case, Aim.MEETINGS_HELD, self.figures, found.columns, chance if number else None, within
            )
            self.take(aim, self.completed(plan, within))

    def completed(self, plan: Places, patience: Patience) -> Places:
        """Find places for the topics that a dive left without, by making room around them."""
        most = self.figures.untreated_priority
        for better in improve(
            self.case, plan, Aim.UNTREATED_PRIORITY, patience.part(3.0), self.workers, self.seed
        ):
            plan = better
            if self.case.figures(plan).untreated_priority <= most:
                break
        return plan

    def in_parts(self, aim: Aim, patience: Patience) -> None:
        """Think large problems over part by part."""
        if self.case.pairs <= ONE_MODEL:
            return
        within = patience.part(patience.left * IN_PARTS)
        for better in improve(self.case, self.places, aim, within, self.workers, self.seed):
            self.take(aim, better)
            if self.is_reached(aim):
                break

    def at_once(self, aim: Aim, patience: Patience) -> None:
        """Ask one model for everything, unless it is too large or there is no time left to make it."""
        if self.case.pairs <= min(ANY_MODEL, PAIRS_A_SECOND * patience.left):
            self.search(aim, patience)

    def search(self, aim: Aim, patience: Patience) -> None:
        """Ask one model for everything."""
        model = self.asked(aim)
        model.hint(self.places)
        solver = solver_of(self.workers, self.seed)
        heard = Heard(lambda found: self.take(aim, model.places(found)))
        solver.best_bound_callback = lambda bound: self.know(aim, round(bound))
        status = solve(model.cp, solver, patience, heard)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.take(aim, model.places(solver))
        if status == cp_model.OPTIMAL:
            self.know(aim, self.figures.of(aim))
        elif status == cp_model.FEASIBLE:
            self.know(aim, int(-(-solver.best_objective_bound // 1)))

    def asked(self, aim: Aim) -> Model:
        """Give the model with everything that is settled by now, aiming at this."""
        if self.model is None:
            self.model = whole(self.case)
            for earlier in list(Aim)[: list(Aim).index(aim)]:
                self.model.cp.add(self.model.figure(earlier) <= self.figures.of(earlier))
        self.model.cp.add(self.model.figure(aim) >= self.bounds.of(aim))
        self.model.cp.minimize(self.model.figure(aim))
        return self.model

    def bound_at_once(self, aim: Aim) -> int:
        """Give what no plan can better, without searching."""
        everything = self.figures.untreated_priority == bounds.least_untreated(self.case)
        if aim is Aim.UNTREATED_PRIORITY:
            return bounds.least_untreated(self.case)
        # Which subjects are treated is only certain when all that fit anywhere are.
        if not everything or aim is Aim.NEW_MEETINGS:
            return 0
        if aim is Aim.MEETINGS_HELD:
            return bounds.least_meetings(
                self.case, [one for one, place in enumerate(self.places) if place != NOWHERE]
            )
        if aim is Aim.PERSON_MINUTES:
            return bounds.least_person_minutes(self.case, self.places)
        return bounds.least_waiting(self.case, self.places)

    @property
    def plan(self) -> Plan:
        """The best plan, in the words of the problem."""
        return Plan(
            treated={
                self.case.subjects[one].id: self.case.occasions[place].id
                for one, place in enumerate(self.places)
                if place != NOWHERE
            },
            figures=self.figures,
            bounds=self.bounds,
            proven=tuple(self.proven),
            seconds=time.monotonic() - self.began,
        )

    def is_reached(self, aim: Aim) -> bool:
        """Tell whether the best plan cannot be bettered in this aim, given the earlier ones."""
        return self.figures.of(aim) <= self.bounds.of(aim)

    def take(self, aim: Aim, places: Places) -> None:
        """Keep a plan that is better, and that keeps to every rule."""
        figures = self.case.figures(places)
        if figures.in_order < self.figures.in_order and self.case.allows(places):
            self.places, self.figures = places, figures
            self.tell(aim)

    def know(self, aim: Aim, bound: int) -> None:
        """Keep a bound that is better, never above what was found."""
        bound = min(bound, self.figures.of(aim))
        if bound > self.bounds.of(aim):
            self.bounds = replaced(self.bounds, aim, bound)
            self.tell(aim)

    def tell(self, aim: Aim) -> None:
        """Report how far it is."""
        if self.report is not None:
            self.report(Progress(aim, self.plan))


def replaced(figures: Figures, aim: Aim, value: int) -> Figures:
    """Give figures with one of them changed."""
    return Figures(**{one.value: value if one is aim else figures.of(one) for one in Aim})
