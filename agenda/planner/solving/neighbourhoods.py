"""Large problems part by part: some meetings are thought over while all others stay. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator

from ortools.sat.python import cp_model

from agenda.planner.solving.case import NOWHERE, Case, Places
from agenda.planner.solving.model import Model, part
from agenda.planner.solving.patience import Patience, solve, solver_of
from agenda.planner.solving.problem import Aim

# How many switches a part has, and how long it may take.
SWITCHES = 2_500
SECONDS = 2.0
# A part is thought over in vain so often before the search gives up.
IN_VAIN = 200


def improve(
    case: Case, places: Places, aim: Aim, patience: Patience, workers: int, seed: int
) -> Iterator[Places]:
    """Give better and better plans, as long as there is patience."""
    chance = random.Random(seed)  # noqa: S311 - for variety, not for secrets
    in_vain = 0
    while not patience.over and in_vain < IN_VAIN:
        model = _some_part(case, places, aim, chance)
        if model is None:
            in_vain += 1
            continue
        found = _thought_over(case, model, places, aim, patience.part(SECONDS), workers, chance)
        if case.figures(found).in_order < case.figures(places).in_order:
            in_vain = 0
            places = found
            yield places
        else:
            in_vain += 1
            # An equally good plan of another kind opens other ways.
            places = found


def _some_part(case: Case, places: Places, aim: Aim, chance: random.Random) -> Model | None:
    """Free the topics of some meetings near each other, and let them go into those and a few others."""
    held = sorted({place for place in places if place != NOWHERE})
    inside: dict[int, list[int]] = {place: [] for place in held}
    lost = [one for one, place in enumerate(places) if place == NOWHERE and case.fits[one]]
    for one, place in enumerate(places):
        if place != NOWHERE:
            inside[place].append(one)
    centre = chance.choice(range(len(case.occasions))) if not held else chance.choice(held)
    near = sorted(held, key=lambda place: (abs(place - centre) * chance.uniform(0.5, 1.5), place))
    free: list[int] = [one for one in lost if chance.random() < min(1.0, 30 / len(lost))]
    window: set[int] = set()
    switches = 0
    reach = sorted(range(len(case.occasions)), key=lambda place: abs(place - centre))
    for place in near:
        if switches > SWITCHES:
            break
        window.add(place)
        free += inside[place]
        switches += sum(len(case.fits[one]) for one in inside[place]) // 2
    empty = [place for place in reach if place not in inside][: max(4, len(window))]
    return part(case, places, free, window | set(empty)) if free else None


def _thought_over(
    case: Case,
    model: Model,
    places: Places,
    aim: Aim,
    patience: Patience,
    workers: int,
    chance: random.Random,
) -> Places:
    """Give the best for this part; what there was when nothing is better."""
    for earlier in list(Aim)[: list(Aim).index(aim)]:
        model.cp.add(model.figure(earlier) <= _now(case, model, places, earlier))
    model.cp.minimize(model.figure(aim))
    model.hint(places)
    solver = solver_of(workers, chance.randrange(1_000_000))
    status = solve(model.cp, solver, patience)
    return model.places(solver) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else places


def _now(case: Case, model: Model, places: Places, aim: Aim) -> int:
    """Reckon what the free part costs in the plan as it is."""
    free = set(model.free)
    alone = tuple(place if one in free else NOWHERE for one, place in enumerate(places))
    used = case.figures(alone)
    if aim is Aim.UNTREATED_PRIORITY:
        return sum(case.subjects[one].priority for one in free if places[one] == NOWHERE)
    if aim is Aim.MEETINGS_HELD:
        return len({place for place in alone if place in model.held})
    if aim is Aim.NEW_MEETINGS:
        return sum(
            not case.occasions[place].planned for place in {place for place in alone if place in model.held}
        )
    if aim is Aim.PERSON_MINUTES:
        shared = {place for place in alone if place != NOWHERE} - set(model.held)
        return used.person_minutes - sum(
            len(case.occasions[place].attendees) * case.occasions[place].reserved for place in shared
        )
    return used.waiting
