"""Pages of the people room: the overview; persons, bodies and the import have files of their own."""

from __future__ import annotations

from flask import Flask, render_template, request

from agenda.core.text import one_line

# Imported for their pages.
from agenda.people import body_pages, import_pages, person_pages, screens, words  # noqa: F401
from agenda.people.frame import pages, today
from agenda.people.model import Role
from agenda.web import here
from agenda.web.forms import key
from agenda.web.shell import say


def init(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)
    app.add_template_filter(words.shown_day, "short_day")
    say(app, words.REFUSALS)


@pages.get("/people")
def index() -> str:
    """Show bodies, organisations, and the persons that fit the filter."""
    asked = request.args
    filters = screens.Filters(
        q=one_line(asked.get("q", ""))[:200],
        body=asked.get("body", type=key),
        organisation=asked.get("organisation", type=key),
        role=asked.get("role", type=Role),
        state=asked.get("state", ""),
        sort=asked.get("sort", "name"),
        page=asked.get("page", 1, type=int),
    )
    by = here.actor()
    with here.read() as session:
        return render_template(
            "people/index.html",
            filters=filters,
            people=screens.persons(session, filters, today(), by),
            bodies=screens.bodies(session, today(), by),
            organisations=screens.all_organisations(session, by),
            roles=words.ROLES,
            kinds=words.KINDS,
        )
