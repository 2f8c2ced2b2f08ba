"""A plan from the mixture of columns: the surest agenda is settled, then the rest priced anew. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterable

import numpy as np

from agenda.planner.solving.case import NOWHERE, Case, Places, in_order
from agenda.planner.solving.columns import NEARLY, Column, Knapsacks, Master
from agenda.planner.solving.desk import Desk
from agenda.planner.solving.greedy import close_meetings
from agenda.planner.solving.inserting import insert_left_over
from agenda.planner.solving.patience import Patience
from agenda.planner.solving.problem import Aim, Figures

# Agendas that the mixture takes so wholly are settled together.
SURE = 0.97
# New columns are made so often before the next agenda is settled.
ROUNDS = 4
# Of so many agendas in the mixture one more is settled at once.
MANY = 60


def dive(
    case: Case,
    aim: Aim,
    kept: Figures,
    columns: Iterable[Column],
    chance: random.Random | None,
    patience: Patience,
) -> Places:
    """Give the plan at the end of one dive; topics that found no place in it are placed where they still fit.

    With `chance` another of the surest agendas is taken now and then, for variety.
    """
    diver = _Diver(case, aim, kept, columns)
    while not patience.over and diver.go_on(chance, patience):
        pass
    desk = diver.desk
    _place_the_rest(desk)
    _take_off_who_waits_in_vain(desk)
    insert_left_over(desk, patience)
    close_meetings(desk, patience)
    return desk.places


class _Diver:
    """What is settled, and what the mixture of the rest may still use."""

    def __init__(self, case: Case, aim: Aim, kept: Figures, columns: Iterable[Column]) -> None:
        self.case = case
        self.desk = Desk(case)
        self.knapsacks = Knapsacks(case)
        self.master = Master(case, aim, kept, strict=False)
        self.master.add(column for column in columns if self._keeps_apart(column))
        self.open = np.zeros((len(case.subjects), len(case.occasions)), dtype=bool)
        for one, fits in enumerate(case.fits):
            self.open[one, list(fits)] = True

    def _keeps_apart(self, column: Column) -> bool:
        return all(self.case.apart[one].isdisjoint(column.subjects) for one in column.subjects)

    def go_on(self, chance: random.Random | None, patience: Patience) -> bool:
        """Settle one agenda more, or some sure ones; False when nothing is left to settle."""
        for _ in range(ROUNDS):
            if self.master.solve(patience) is None:
                return False
            brings, fixed = self.master.priced(*self.master.prices)
            brings[~self.open] = -np.inf
            reduced, columns = self.knapsacks.best(brings, fixed)
            if not self.master.add(
                column
                for place, column in enumerate(columns)
                if reduced[place] < self.master.once_prices[place] - NEARLY and self._keeps_apart(column)
            ):
                break
        shares = sorted(
            (
                (share, column)
                for column, share in self.master.shares
                if column.place not in self.desk.held and share > 0.01
            ),
            key=lambda found: (-found[0], found[1].place, found[1].subjects),
        )
        if not shares:
            return False
        sure = [column for share, column in shares if share >= SURE]
        if not sure:
            place = min(len(shares) - 1, int(chance.expovariate(1.5))) if chance else 0
            # In a large problem some at a time: settling one by one would take minutes.
            sure = [column for _, column in shares[place : place + 1 + len(shares) // MANY]]
        for column in sure:
            self.settle(column)
        return True

    def settle(self, column: Column) -> None:
        """Take an agenda as it is, and close what can no longer be."""
        case, desk = self.case, self.desk
        if column.place in desk.held or not all(self.open[one, column.place] for one in column.subjects):
            if column.place not in desk.held:
                self.master.close(lambda other: other == column)
            return
        for one in column.subjects:
            desk.put(one, column.place)
        rank = np.array(case.rank)
        for one in column.subjects:
            self.open[one, :] = False
            for earlier in case.after[one]:
                self.open[earlier, rank >= rank[column.place]] = False
            for later in case.followed_by[one]:
                self.open[later, rank <= rank[column.place]] = False
        self.open[:, column.place] = False
        self.master.keep(column)
        self.master.close(self._shut)

    def _shut(self, column: Column) -> bool:
        """Tell whether an agenda that is not settled holds a topic that may not go there any more."""
        return column.place not in self.desk.held and not all(
            self.open[one, column.place] for one in column.subjects
        )


def _take_off_who_waits_in_vain(desk: Desk) -> None:
    """Leave out topics whose predecessors found no place before them."""
    case = desk.case
    for one in in_order(case.after):
        here = desk.place[one]
        if here != NOWHERE and not all(
            case.comes_first(desk.place[earlier], here) for earlier in case.after[one]
        ):
            desk.take(one)


def _place_the_rest(desk: Desk) -> None:
    """Put topics without a place into the fullest meeting that takes them, else into one more."""
    case = desk.case
    rest = [one for one, place in enumerate(desk.place) if place == NOWHERE and case.fits[one]]
    again = True
    while again:
        again = False
        for one in sorted(rest, key=lambda one: (-case.subjects[one].minutes, one)):
            if desk.place[one] != NOWHERE:
                continue
            place = desk.tightest(one, case.fits[one])
            if place == NOWHERE:
                place = next((free for free in case.fits[one] if desk.allows(one, free)), NOWHERE)
            if place != NOWHERE:
                desk.put(one, place)
                again = True
