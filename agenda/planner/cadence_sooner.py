"""The same plan, sooner: topics and whole dates move forward where that costs no meeting more. Pure.

The solver could be asked for the soonest plan of all, but proving that takes long, and a page waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from agenda.planner.solving.case import NOWHERE, Case, Places, case_of
from agenda.planner.solving.problem import Problem


def sooner(problem: Problem, treated: Mapping[str, str]) -> dict[str, str]:
    """Give a plan that treats the same topics in as many meetings, none later than before.

    Whatever is planned already stays where it is; the plan that comes in must keep to the rules.
    """
    case = case_of(problem)
    number = {one.id: place for place, one in enumerate(case.occasions)}
    places = tuple(number[treated[one.id]] if one.id in treated else NOWHERE for one in case.subjects)
    places = _each_topic(case, _each_date(case, places))
    return {
        case.subjects[one].id: case.occasions[place].id
        for one, place in enumerate(places)
        if place != NOWHERE
    }


def _each_date(case: Case, places: Places) -> Places:
    """Let each new date, the first one first, be the earliest free one that suits all of its topics."""
    for held in sorted(set(places) - {NOWHERE}):
        if case.occasions[held].planned:
            continue
        mine = [subject for subject, place in enumerate(places) if place == held]
        for free in range(held):
            if free in places or case.occasions[free].planned:
                continue
            if all(free in case.fits[subject] for subject in mine):
                moved = tuple(free if place == held else place for place in places)
                if case.allows(moved):
                    places = moved
                    break
    return places


def _each_topic(case: Case, places: Places) -> Places:
    """Let each topic, the most pressing first, be treated in the earliest meeting with room for it."""
    held = set(places) - {NOWHERE}
    load = dict.fromkeys(held, 0)
    for subject, place in enumerate(places):
        if place != NOWHERE:
            load[place] += case.subjects[subject].minutes
    pressing = sorted(
        (subject for subject, place in enumerate(places) if place != NOWHERE),
        key=lambda one: (case.subjects[one].deadline or date.max, -case.subjects[one].priority, one),
    )
    for subject in pressing:
        minutes, now = case.subjects[subject].minutes, places[subject]
        for place in case.fits[subject]:
            if place >= now:
                break
            if place in held and load[place] + minutes <= case.occasions[place].room:
                moved = (*places[:subject], place, *places[subject + 1 :])
                # A meeting that loses its last topic is one fewer, not one more.
                if case.allows(moved):
                    places = moved
                    load[now] -= minutes
                    load[place] += minutes
                    break
    return places
