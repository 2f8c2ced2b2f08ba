"""What meetings cost oneself: a page for everyone who signs in, and the ways that lead there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.meetings.rules import Quarter, quarter_named, quarter_of
from agenda.meetings.words import quarter as quarter_name
from agenda.people.model import Body, Person
from agenda.planner.blueprint import pages
from agenda.planner.burden_facts import first_quarter_of_person, meetings_of_person, time_of_person
from agenda.planner.burden_model import BurdenBaseline
from agenda.planner.burden_rules import Burden, Held, by_quarter, frozen_of_person, quarters_until, reckon
from agenda.web import here

# So many quarters stand beside each other.
QUARTERS = 6


@dataclass(frozen=True)
class OwnBaseline:
    """What baselines say of one person, added up, and the bodies that they are of."""

    figures: Burden
    of: list[tuple[str, str]]


@pages.get("/burden/mine")
def own_burden() -> str:
    """Show what meetings cost oneself, quarter by quarter, beside the baseline where that is frozen."""
    person_id, zone = here.actor().person_id or 0, here.runtime().config.time_zone
    asked = quarter_named(request.args.get("q", "")) or _this_quarter()
    with here.read() as session:
        quarters = quarters_until(asked, first_quarter_of_person(session, person_id, zone) or asked, QUARTERS)
        held = meetings_of_person(session, person_id, quarters[0].first_day, asked.last_day, here.now())
        found = by_quarter(held, [])
        return render_template(
            "planner/burden_own.html",
            quarter=asked,
            quarter_name=quarter_name,
            quarters=[(one, found.get(one, Burden())) for one in quarters],
            baseline=_baseline(session, person_id),
            bodies=_by_body(session, [one for one in held if quarter_of(one.day) == asked]),
        )


def start_panel(session: Session, by: Actor) -> str | None:
    """Tell on the start page what meetings cost this person this quarter; nothing when there are none."""
    zone = here.runtime().config.time_zone
    meetings, minutes = time_of_person(session, by.person_id or 0, _this_quarter(), zone)
    if not meetings:
        return None
    return render_template("planner/burden_own_panel.html", meetings=meetings, minutes=minutes)


def profile_panel(_session: Session, _person: Person) -> str:
    """Lead from one's profile to what meetings cost oneself."""
    return render_template("planner/burden_own_panel.html", meetings=0)


def _this_quarter() -> Quarter:
    return quarter_of(local_day(here.now(), here.runtime().config.time_zone))


def _baseline(session: Session, person_id: int) -> OwnBaseline | None:
    """Add up what the baselines hold of this person; None when they hold nothing."""
    query = (
        select(BurdenBaseline, Body.name).join(Body, Body.id == BurdenBaseline.body_id).order_by(Body.name)
    )
    theirs: list[tuple[Any, str]] = [
        (baseline, name)
        for baseline, name in session.execute(query)
        if frozen_of_person(baseline.figures, person_id) != Burden()
    ]
    figures = [frozen_of_person(baseline.figures, person_id) for baseline, _name in theirs]
    of = [(name, baseline.quarter) for baseline, name in theirs]
    return OwnBaseline(sum(figures, Burden()), of) if theirs else None


def _by_body(session: Session, held: list[Held]) -> list[tuple[str, Burden]]:
    """Name the bodies with what their meetings cost, most first."""
    names = dict(session.execute(select(Body.id, Body.name)).all())
    found = [
        (names[body], reckon([one for one in held if one.body == body], []))
        for body in {one.body for one in held}
    ]
    return sorted(found, key=lambda pair: (-pair[1].together, pair[0]))
