"""Bounds by column generation: what the best mixture of full agendas costs. Pure.

Each column is one meeting with the topics on its agenda; the linear programme chooses a mixture in which
every topic is treated once and no meeting is held more than once. What topics cost elsewhere makes new
columns, one knapsack a meeting (Dantzig and Wolfe 1960; Gilmore and Gomory 1961). Sequence and company are
left out, so that the value is a bound, of the plan without those rules at least.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import ceil, gcd

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from agenda.planner.solving.case import NOWHERE, Case, Places
from agenda.planner.solving.patience import Patience
from agenda.planner.solving.problem import Aim, Figures

Floats = NDArray[np.float64]
Prices = tuple[Floats, dict[Aim, float]]
# A day cut into more units than this, or more cells than that, is not worth the time.
MOST_UNITS = 1_500
MOST_CELLS = 60_000_000
# What is less than this is rounding.
NEARLY = 1e-6
# How far the prices asked follow the new ones; the rest stays with the best known (Wentges 1997).
SMOOTH = 0.5
# By how much each later aim weighs less, on the way to a plan.
LESS = 20.0
# What losing a topic costs where that is not forbidden.
DEAR = 5.0


@dataclass(frozen=True)
class Column:
    """One meeting with the subjects on its agenda."""

    place: int
    subjects: tuple[int, ...]


@dataclass(frozen=True)
class Costs:
    """What an aim counts: by holding each meeting, and by each subject there."""

    fixed: Floats
    each: Floats

    def of(self, column: Column) -> float:
        """Add up a column."""
        return float(self.fixed[column.place] + self.each[list(column.subjects), column.place].sum())


def costs_of(case: Case, aim: Aim) -> Costs:
    """Give what an aim counts."""
    people = np.array([len(one.attendees) for one in case.occasions], dtype=float)
    none = np.zeros((len(case.subjects), len(case.occasions)))
    if aim is Aim.MEETINGS_HELD:
        return Costs(np.ones(len(people)), none)
    if aim is Aim.NEW_MEETINGS:
        return Costs(np.array([float(not one.planned) for one in case.occasions]), none)
    if aim is Aim.PERSON_MINUTES:
        minutes = np.array([one.minutes for one in case.subjects], dtype=float)
        reserved = np.array([one.reserved for one in case.occasions], dtype=float)
        return Costs(people * reserved, np.outer(minutes, people))
    if aim is Aim.WAITING:
        priority = np.array([one.priority for one in case.subjects], dtype=float)
        return Costs(np.zeros(len(people)), np.outer(priority, np.array(case.day, dtype=float)))
    return Costs(np.zeros(len(people)), none)


def with_later_aims(case: Case, aim: Aim) -> Costs:
    """Give what an aim counts, and among equals a little of the aims after it; no bound follows from this."""
    fixed, each = costs_of(case, aim).fixed, costs_of(case, aim).each
    for step, later in enumerate(list(Aim)[list(Aim).index(aim) + 1 :], 1):
        costs = costs_of(case, later)
        most = costs.fixed.sum() + costs.each.max(axis=1, initial=0).sum()
        # All that an aim can count together weighs this much less than all of the aim before.
        weight = LESS**-step / max(1.0, most)
        fixed, each = fixed + weight * costs.fixed, each + weight * costs.each
    return Costs(fixed, each)


class Master:
    """The linear programme over the columns known so far."""

    def __init__(self, case: Case, aim: Aim, kept: Figures, *, strict: bool = True) -> None:
        self.case = case
        self.aim = aim
        self.kept = list(Aim)[: list(Aim).index(aim)]
        self.costs = {one: costs_of(case, one) for one in (*self.kept, aim)}
        if not strict:
            self.costs[aim] = with_later_aims(case, aim)
        self.known: set[Column] = set()
        self.columns: list[tuple[Column, pywraplp.Variable]] = []
        # Of the last solution: how much of each column it takes, what treating each subject is worth there
        # and what more of each earlier aim would save, and what each meeting a second time would.
        self.shares: list[tuple[Column, float]] = []
        self.prices: Prices = (np.zeros(0), {})
        self.once_prices: Floats = np.zeros(0)
        lp = self.lp = pywraplp.Solver.CreateSolver("GLOP")
        self.cover = [lp.Constraint(1, 1) for _ in case.subjects]
        self.once = [lp.Constraint(-lp.infinity(), 1) for _ in case.occasions]
        # On the way to a plan the earlier aims may be missed for a while.
        self.rows = {one: lp.Constraint(-lp.infinity(), kept.of(one)) for one in self.kept if strict}
        self.objective = lp.Objective()
        self.objective.SetMinimization()
        dear = DEAR * float(self.costs[aim].fixed.max() + self.costs[aim].each.max(initial=0))
        self.lost = [lp.NumVar(0, 1, "") for _ in case.subjects]
        for number, one in enumerate(case.subjects):
            self.cover[number].SetCoefficient(self.lost[number], 1)
            if not strict:
                self.objective.SetCoefficient(self.lost[number], dear * (1 + one.priority))
            elif aim is Aim.UNTREATED_PRIORITY:
                self.objective.SetCoefficient(self.lost[number], one.priority)
            else:
                self.rows[Aim.UNTREATED_PRIORITY].SetCoefficient(self.lost[number], one.priority)

    def add(self, columns: Iterable[Column]) -> int:
        """Add the columns that are new; how many those were."""
        added = 0
        for column in columns:
            if column in self.known or not column.subjects:
                continue
            self.known.add(column)
            share = self.lp.NumVar(0, self.lp.infinity(), "")
            self.columns.append((column, share))
            for one in column.subjects:
                self.cover[one].SetCoefficient(share, 1)
            self.once[column.place].SetCoefficient(share, 1)
            for kept, row in self.rows.items():
                row.SetCoefficient(share, self.costs[kept].of(column))
            self.objective.SetCoefficient(share, self.costs[self.aim].of(column))
            added += 1
        return added

    def solve(self, patience: Patience) -> float | None:
        """Give the value of the best mixture, and keep its shares and prices; None when time was up."""
        self.lp.SetTimeLimit(max(1, int(patience.left * 1000)))
        if self.lp.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        self.shares = [(column, share.solution_value()) for column, share in self.columns]
        self.prices = (
            np.array([row.dual_value() for row in self.cover]),
            {one: max(0.0, -row.dual_value()) for one, row in self.rows.items()},
        )
        self.once_prices = np.array([min(0.0, row.dual_value()) for row in self.once])
        return float(self.objective.Value())

    def keep(self, column: Column) -> None:
        """Take a column wholly, and no other of its meeting."""
        for one, share in self.columns:
            if one == column:
                share.SetBounds(1, 1)
        self.close(lambda one: one.place == column.place and one != column)

    def close(self, which: Callable[[Column], bool]) -> None:
        """Take nothing of these any more, and forget them: a dive has thousands."""
        going = [share for one, share in self.columns if which(one)]
        self.columns = [(one, share) for one, share in self.columns if not which(one)]
        for share in going:
            share.SetBounds(0, 0)

    def priced(self, worth: Floats, weights: dict[Aim, float]) -> tuple[Floats, Floats]:
        """Give what each subject brings in each meeting, and what each meeting costs, at these prices."""
        cost = self.costs[self.aim]
        brings = worth[:, None] - cost.each
        fixed = cost.fixed.copy()
        for one, weight in weights.items():
            if weight:
                brings -= weight * self.costs[one].each
                fixed += weight * self.costs[one].fixed
        return brings, fixed

    def bound(self, worth: Floats, weights: dict[Aim, float], reduced: Floats, kept: Figures) -> float:
        """Give the bound that these prices prove (Lagrange): any mixture costs at least this."""
        priority = np.array([one.priority for one in self.case.subjects], dtype=float)
        whole = 1.0 if self.aim is Aim.UNTREATED_PRIORITY else weights.get(Aim.UNTREATED_PRIORITY, 0.0)
        lost = np.minimum(0.0, priority * whole - worth).sum()
        spent = sum(weight * kept.of(one) for one, weight in weights.items())
        return float(worth.sum() + lost - spent + np.minimum(0.0, reduced).sum())


class Knapsacks:
    """The most valuable agenda of every meeting at once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        unit = gcd(*(one.minutes for one in case.subjects)) or 1
        self.minutes = [one.minutes // unit for one in case.subjects]
        self.units = max((max(0, one.room) // unit for one in case.occasions), default=0)
        self.room = np.array([max(0, one.room) // unit for one in case.occasions])
        self.within = [np.array(fits, dtype=np.int64) for fits in case.fits]

    @property
    def bearable(self) -> bool:
        """Tell whether this is small enough."""
        return self.units <= MOST_UNITS and self.units * self.case.pairs <= MOST_CELLS

    def best(self, brings: Floats, fixed: Floats) -> tuple[Floats, list[Column]]:
        """Give what each meeting costs at its best after what its topics bring, and those agendas."""
        meetings = len(self.case.occasions)
        value = np.zeros((meetings, self.units + 1))
        # Room that a meeting does not have stays out of reach: filled from its own room downward.
        taken: list[tuple[int, NDArray[np.int64], NDArray[np.bool_]]] = []
        for one, fits in enumerate(self.within):
            worth = brings[one, fits] if len(fits) else None
            if worth is None:
                continue
            useful = worth > NEARLY
            if not useful.any():
                continue
            places, worth, size = fits[useful], worth[useful], self.minutes[one]
            now = value[places]
            other = np.full_like(now, -np.inf)
            other[:, size:] = now[:, : self.units + 1 - size] + worth[:, None]
            better = other > now
            value[places] = np.where(better, other, now)
            taken.append((one, places, better))
        best = value[np.arange(meetings), self.room] if meetings else np.zeros(0)
        left = self.room.copy()
        chosen: list[list[int]] = [[] for _ in range(meetings)]
        for one, places, better in reversed(taken):
            here = better[np.arange(len(places)), left[places]]
            for place in places[here]:
                chosen[place].append(one)
            left[places[here]] -= self.minutes[one]
        columns = [Column(place, tuple(sorted(subjects))) for place, subjects in enumerate(chosen)]
        return fixed - best, columns


def columns_of(places: Places) -> Iterator[Column]:
    """Read a plan as columns."""
    by_place: dict[int, list[int]] = {}
    for one, place in enumerate(places):
        if place != NOWHERE:
            by_place.setdefault(place, []).append(one)
    for place, subjects in by_place.items():
        yield Column(place, tuple(sorted(subjects)))


@dataclass
class Generated:
    """The best bound so far, and the columns to build plans from; `settled` when no column is missing."""

    bound: int = 0
    columns: tuple[Column, ...] = ()
    settled: bool = False


def generate(
    case: Case, aim: Aim, kept: Figures, plans: Iterable[Places], target: int, patience: Patience
) -> Iterator[Generated]:
    """Make columns until the bound is as good as it gets, or reaches `target`; each round's finding.

    `kept` gives the figures of the earlier aims, which may not get worse; `plans` keep to them.
    """
    knapsacks = Knapsacks(case)
    if not knapsacks.bearable or not case.occasions:
        return
    master = Master(case, aim, kept)
    for places in plans:
        master.add(columns_of(places))
    best = -np.inf
    centre: Prices | None = None
    while not patience.over:
        value = master.solve(patience)
        if value is None:
            return
        prices = master.prices
        asked = prices if centre is None else _between(centre, prices)
        reduced, columns = knapsacks.best(*master.priced(*asked))
        bound = master.bound(*asked, reduced, kept)
        if bound > best:
            best, centre = bound, asked
        new = master.add(column for place, column in enumerate(columns) if reduced[place] < 0)
        if not new and asked is not prices:
            # The smoothed prices ask for nothing new: the true ones tell whether anything is missing.
            centre = prices
            reduced, columns = knapsacks.best(*master.priced(*prices))
            best = max(best, master.bound(*prices, reduced, kept))
            new = master.add(column for place, column in enumerate(columns) if reduced[place] < 0)
        whole = max(0, ceil(best - NEARLY * max(1.0, abs(best))))
        settled = not new or value - best < NEARLY * max(1.0, abs(value))
        if settled or whole >= target or ceil(value - NEARLY * max(1.0, value)) <= whole:
            yield Generated(whole, tuple(column for column, _ in master.columns), True)
            return
        yield Generated(whole, tuple(column for column, _ in master.columns))


def _between(centre: Prices, new: Prices) -> Prices:
    return (
        SMOOTH * centre[0] + (1 - SMOOTH) * new[0],
        {one: SMOOTH * centre[1][one] + (1 - SMOOTH) * weight for one, weight in new[1].items()},
    )
