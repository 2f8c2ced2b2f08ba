"""The demonstration's own pages: everyone's post, and a clock that can be wound forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from agenda import worker
from agenda.core.clock import system_clock
from agenda.core.problems import NotFound
from agenda.demo.clock import wind as wind_clock
from agenda.demo.events import next_event
from agenda.mail import queries as mail
from agenda.web import here

pages = Blueprint("demo", __name__)
LETTERS_A_PAGE = 50
DAY = timedelta(days=1)
# Just past the moment, so that what is due at it is due.
A_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class Frame:
    """What the bar above every page of the demonstration shows."""

    now: datetime


def init(app: Flask) -> None:
    """Add the pages; only the demonstration has them."""
    app.register_blueprint(pages)
    app.extensions["demo_frame"] = lambda: Frame(here.now())


@pages.post("/demo/wind")
def wind() -> Response:
    """Wind the clock a day, or to the next thing that happens, and do what is then due."""
    runtime = here.runtime()
    with here.work() as session:
        to = here.now() + DAY
        what = None
        if request.form.get("by") == "event":
            event = next_event(session, runtime.config, here.now())
            if event is not None:
                to, what = event.at + A_MOMENT, event.what
        wind_clock(session, max(to - here.now(), A_MOMENT), system_clock())
    done = worker.tick(runtime)
    letters = done["told"] + done["reminded"]
    if what:
        flash(_("Wound forward to: %(what)s", what=what), "success")
    elif request.form.get("by") == "event":
        flash(_("Nothing is planned; the clock went one day ahead."), "info")
    if letters:
        flash(_("%(letters)s letters left; see Post.", letters=letters), "success")
    return redirect(here.own_path(request.form.get("next"), url_for("web.start")), 303)


@pages.get("/post")
def post() -> str:
    """Show every letter of the demonstration, newest first, as its reader would find it."""
    here.actor()
    with here.read() as session:
        found = mail.letters(
            session,
            search=request.args.get("q", ""),
            person_id=request.args.get("person", type=int),
            kind=request.args.get("kind") or None,
            page=max(request.args.get("page", 1, type=int), 1),
            most=LETTERS_A_PAGE,
        )
        return render_template(
            "demo/post.html", found=found, kinds=mail.kinds(session), people=mail.readers(session)
        )


@pages.get("/post/<int:letter_id>")
def letter(letter_id: int) -> str:
    """Show one letter as its reader would see it."""
    here.actor()
    with here.read() as session:
        found = mail.letter(session, letter_id)
        if found is None:
            raise NotFound("not_found")
        return render_template("demo/letter.html", letter=found, **_shown(found))


def _shown(found: Any) -> dict[str, Any]:
    return {"reading": mail.reading(found)}
