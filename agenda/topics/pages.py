"""Pages of the topics room: the list, by deadline or by focus area, and its file."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.core.problems import Invalid
from agenda.people.model import Body
from agenda.people.queries import bodies_for
from agenda.topics import (
    actions,
    likeness_pages,
    likeness_queries,
    listing,
    panels,
    paper_pages,
    round_pages,
    rules,
    topic_pages,
    words,
)
from agenda.topics.asked import Filter
from agenda.topics.blueprint import pages
from agenda.topics.chips import chips
from agenda.topics.export import cells, heads
from agenda.topics.forms import QuickForm
from agenda.topics.sight import sees, title_for
from agenda.web import here
from agenda.web.csv_file import csv_answer
from agenda.web.forms import options
from agenda.web.shell import say

__all__ = ["init", "pages", "topic_pages"]
VIEWS = ("list", "focus")


def init(app: Flask) -> None:
    """Add the pages, the panels on other rooms' pages, the tasks and the refusals."""
    app.register_blueprint(pages)
    panels.offer(app)
    round_pages.offer(app)
    likeness_pages.offer(app)
    paper_pages.offer(app)
    say(app, words.PROBLEMS)
    # Topics stand among other things on pages of several rooms.
    app.add_template_global(lambda topic: sees(topic, here.actor()), "sees_topic")
    app.add_template_global(lambda topic: title_for(topic, here.actor()), "topic_title")


def today() -> date:
    """Tell the civil day on which this page is asked."""
    return local_day(here.now(), here.runtime().config.time_zone)


@pages.get("/topics")
def index() -> BaseResponse | str:
    """List topics; what is asked stands in the address bar."""
    wanted = Filter.read(request.args)
    values: dict[str, Any] = {**wanted.asked(), **_place()}
    address = url_for("topics.index", **values)
    if not here.is_htmx():
        # A form sends its empty fields too; an address to keep or pass on goes without them.
        if any(not value for value in request.args.values()):
            return redirect(address, 303)
        with here.read() as session:
            return _list(session, wanted, QuickForm(formdata=None))
    with here.read() as session:
        part = make_response(render_template("topics/_found.html", **_found(session, here.actor(), wanted)))
    part.headers["HX-Push-Url"] = address
    return part


@pages.get("/topics.csv")
def export() -> BaseResponse:
    """Give the whole list that is asked as a file for a spreadsheet."""
    with here.read() as session:
        found = listing.topics_found(session, here.actor(), Filter.read(request.args), today(), page=None)
        name = _("topics-%(day)s.csv", day=today().isoformat())
        return csv_answer(name, heads(), map(cells, found.topics))


@pages.post("/topics")
def quick_add() -> BaseResponse | tuple[str, int]:
    """Put a topic on the backlog by its title alone, and stay on the list for the next."""
    form = QuickForm()
    with here.read() as session:
        form.body.choices = _bodies(session, here.actor())
    if not form.validate():
        with here.read() as session:
            return _list(session, Filter(), form), Invalid.status
    with here.work() as session:
        body = get(session, Body, form.body.data)
        topic = actions.quick_add(session, body, str(form.title.data), here.actor(), here.now())
        title, address = topic.title, url_for("topics.show", topic_id=topic.id)
    done = _("“%(title)s” is on the list.", title=title)
    flash(
        Markup('{} <a class="nl-link" href="{}">{}</a>').format(done, address, _("Fill in the rest")),
        "success",
    )
    return redirect(here.own_path(request.form.get("back"), url_for("topics.index")), 303)


def _list(session: Session, wanted: Filter, quick: QuickForm) -> str:
    by = here.actor()
    offered = listing.choices(session, by)
    quick.body.choices = _bodies(session, by)
    return render_template(
        "topics/index.html",
        quick=quick,
        choices=offered,
        named=lambda rows: [(row.id, row.name) for row in rows],
        may_submit=bool(quick.body.choices),
        works_on_topics=likeness_queries.works_on_topics(by),
        alike=likeness_queries.count_open(session, by, today()),
        back=request.full_path.rstrip("?") if request.method != "POST" else url_for("topics.index"),
        **_found(session, by, wanted, offered),
    )


def _found(
    session: Session, by: Actor, wanted: Filter, offered: listing.Choices | None = None
) -> dict[str, Any]:
    view = request.args.get("view", "")
    shown: dict[str, Any] = {"areas": None, "found": None}
    if view == "focus":
        shown["areas"], without_seat = listing.by_area(session, by, wanted, today())
        total, minutes = (
            sum(getattr(each, name) for each in shown["areas"]) for name in ("total", "minutes")
        )
    else:
        page = request.args.get("page", 1, type=int)
        shown["found"] = found = listing.topics_found(session, by, wanted, today(), page)
        total, minutes, without_seat = found.total, found.minutes, found.without_seat
    offered = offered or listing.choices(session, by)
    asked: dict[str, Any] = {**wanted.asked(), "view": "focus" if view == "focus" else None}
    return {
        **shown,
        "total": total,
        "minutes": minutes,
        "without_seat": without_seat,
        "wanted": wanted,
        "chips": chips(wanted, offered, _place()),
        "view": view if view in VIEWS else VIEWS[0],
        "any_topics": total > 0 or listing.any_visible(session, by),
        "sorted_by": lambda sort: url_for("topics.index", **{**asked, "sort": sort}),
        "several_bodies": len(offered.bodies) > 1,
        "state_of": rules.state_of,
        "urgency": lambda topic: rules.urgency(topic.deadline, rules.state_of(topic), today()),
        "today": today(),
        "words": words,
    }


def _place() -> dict[str, str]:
    """Give what stands in the address beside the filter: the view and the page."""
    kept = {"view": request.args.get("view", "") if request.args.get("view") == "focus" else ""}
    page = request.args.get("page", "")
    kept["page"] = page if page.isdigit() and page != "1" else ""
    return {name: value for name, value in kept.items() if value}


def _bodies(session: Session, by: Actor) -> list[Any]:
    """Give the bodies one may submit to, the one with most topics first: that is mostly the one meant."""
    bodies = bodies_for(session, by.bodies("submit_topic"))
    counted = listing.topics_by_body(session) if len(bodies) > 1 else {}
    return options((body.id, body.name) for body in sorted(bodies, key=lambda body: -counted.get(body.id, 0)))
