"""Pages of the planner: the way in, where each of its parts shows how it stands."""

from __future__ import annotations

from flask import Flask, render_template

from agenda.planner import (
    baseline_pages,
    burden_own,
    burden_pages,
    burden_panels,
    cadence_pages,
    cadence_panels,
    cadence_thin_pages,
    cadence_words,
    gate,
    merge_pages,
    regional_pages,
    regional_panel,
    regional_words,
    replacing_pages,
    run_pages,
    run_panels,
    split_pages,
)
from agenda.planner.blueprint import pages
from agenda.planner.run_words import FIELDS, PROBLEMS, VERBS
from agenda.web import here
from agenda.web.panels import offer_next_step, offer_panel, offer_tasks, offer_words, panels
from agenda.web.shell import say

# Importing a module of pages adds them to the blueprint.
__all__ = [
    "baseline_pages",
    "burden_own",
    "burden_pages",
    "cadence_pages",
    "cadence_thin_pages",
    "init",
    "pages",
    "regional_pages",
    "replacing_pages",
    "run_pages",
    "split_pages",
]


def init(app: Flask) -> None:
    """Add the pages, the panels on other rooms' pages, the tasks and the refusals."""
    app.register_blueprint(pages)
    offer_panel(app, "planner", run_panels.searches_panel, order=10)
    offer_panel(app, "planner", regional_panel.regional_panel, order=15)
    offer_panel(app, "planner", burden_panels.burden_panel, order=20)
    offer_panel(app, "planner", cadence_panels.cadences_panel, order=15)
    offer_panel(app, "planner", gate.reasons_panel, order=30)
    offer_panel(app, "planning", gate.planning_panel)
    offer_panel(app, "planning_cost", gate.cost_panel)
    offer_panel(app, "meeting", merge_pages.merge_panel, order=90)
    offer_panel(app, "body", cadence_panels.body_panel, order=15)
    offer_panel(app, "body", burden_panels.body_panel, order=20)
    offer_panel(app, "start", burden_own.start_panel, order=60)
    offer_panel(app, "profile", burden_own.profile_panel, order=70)
    offer_next_step(app, "body_created", replacing_pages.after_body)
    offer_tasks(app, burden_panels.review_tasks)
    offer_words(app, VERBS, FIELDS)
    offer_words(app, cadence_words.VERBS, cadence_words.FIELDS)
    say(app, PROBLEMS)
    say(app, regional_words.PROBLEMS)
    say(app, cadence_words.PROBLEMS)


@pages.get("/")
def index() -> str:
    """Show how many meetings there are, what they cost, and how there could be fewer."""
    by = here.actor()
    by.must("see")
    with here.read() as session:
        return render_template("planner/index.html", panels=panels("planner", session, by))
