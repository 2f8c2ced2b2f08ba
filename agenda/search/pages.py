"""The search: one page, whose address says what is asked."""

from __future__ import annotations

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from agenda.core.clock import local_day
from agenda.people.queries import bodies_for
from agenda.search import words
from agenda.search.asked import Asked
from agenda.search.blueprint import pages
from agenda.search.model import Kind
from agenda.search.queries import PER_PAGE, find
from agenda.search.rules import question
from agenda.search.shown import hits
from agenda.search.snippets import Marker
from agenda.topics.listing import focus_areas
from agenda.web import here

# Further back nothing is kept here yet.
YEARS = 12


def init(app: Flask) -> None:
    """Add the page; the shell offers its field on every other one."""
    app.register_blueprint(pages)


@pages.get("/search")
def index() -> Response | str:
    """Find topics, agenda items, decisions, promises, actions and papers by their words."""
    asked = Asked.read(request.args)
    page = request.args.get("page", 1, type=int) or 1
    # A form sends its empty fields too; an address to keep or pass on goes without them.
    if any(not value for name, value in request.args.items() if name != "q"):
        return redirect(url_for("search.index", **asked.address()), 303)
    wanted = question(asked.q)
    this_year = local_day(here.now(), here.runtime().config.time_zone).year
    with here.read() as session:
        by = here.actor()
        found = find(session, by, asked, wanted, page)
        return render_template(
            "search/index.html",
            asked=asked,
            question=wanted,
            found=found,
            hits=hits(session, by, found.entries, Marker(wanted.terms)),
            kinds=[(kind, found.counts[kind]) for kind in Kind if kind in found.counts],
            bodies=bodies_for(session, by.bodies("see")),
            areas=focus_areas(session),
            years=[(year, str(year)) for year in range(this_year + 1, this_year - YEARS, -1)],
            named=lambda rows: [(row.id, row.name) for row in rows],
            first=(found.page - 1) * PER_PAGE + 1,
            words=words,
        )
