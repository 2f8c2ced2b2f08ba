"""The demonstration's own pages: everyone's post, and a clock that can be wound forward."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda import steps
from agenda.core import words
from agenda.core.actor import Actor
from agenda.core.clock import system_clock
from agenda.core.problems import NotFound
from agenda.demo.clock import shown
from agenda.demo.clock import wind as wind_clock
from agenda.demo.events import next_event
from agenda.mail import queries as mail
from agenda.meetings.model import Meeting
from agenda.web import here
from agenda.web.forms import key
from agenda.web.language import language
from agenda.web.panels import offer_panel

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
    offer_panel(app, "start", _steps)


@pages.post("/demo/wind")
@here.public
def wind() -> Response:
    """Wind the clock a day, or to the next thing that happens, and do what is then due."""
    runtime = here.runtime()
    event = None
    # What is due now leaves now: wound past its day it would no longer make sense.
    before = steps.tick(replace(runtime, config=replace(runtime.config, settle_seconds=0)))
    with here.work() as session:
        # Read inside the lock: two who wind at once wind one after the other.
        now = shown(session, system_clock())
        if request.form.get("by") == "event":
            event = next_event(session, runtime.config, now)
        to = wind_clock(session, (event.at + A_MOMENT if event else now + DAY) - now, system_clock())
    done = steps.tick(runtime)
    moment = words.when(to, ZoneInfo(runtime.config.time_zone), language())
    if event:
        flash(_("It is now %(moment)s: %(what)s.", moment=moment, what=event.what), "success")
    elif request.form.get("by") == "event":
        flash(_("Nothing is planned. It is now one day later: %(moment)s.", moment=moment), "info")
    else:
        flash(_("It is now %(moment)s.", moment=moment), "success")
    _tell_of(sum(done[what] + before[what] for what in ("told", "reminded")))
    return redirect(here.own_path(request.form.get("next"), url_for("web.start")), 303)


def _tell_of(letters: int) -> None:
    if letters:
        flash(
            ngettext(
                "One letter left; read it in Post.", "%(num)d letters left; read them in Post.", letters
            ),
            "success",
        )
    else:
        flash(_("No letters left."), "info")


@pages.get("/post")
def post() -> str:
    """Show every letter of the demonstration, newest first, as its reader would find it."""
    here.actor()
    person, kind = request.args.get("person", type=key), request.args.get("kind") or None
    with here.read() as session:
        found = mail.letters(
            session,
            search=request.args.get("q", ""),
            person_id=person,
            kind=kind,
            page=request.args.get("page", 1, type=int),
            most=LETTERS_A_PAGE,
        )
        return render_template(
            "demo/post.html",
            found=found,
            kinds=mail.kinds(session),
            people=mail.readers(session),
            person=person,
            kind=kind,
            show_endpoint="demo.letter",
        )


@pages.get("/post/<int:letter_id>")
def letter(letter_id: int) -> str:
    """Show one letter as its reader would see it."""
    here.actor()
    with here.read() as session:
        found = mail.letter(session, letter_id)
        if found is None:
            raise NotFound("not_found")
        return render_template(
            "demo/letter.html", letter=found, reading=mail.reading(found), may_download=True
        )


def _steps(session: Session, by: Actor) -> str:
    """Lead a newcomer through the story, as far as this person may act in it."""
    query = select(Meeting).where(Meeting.host_id.is_not(None), Meeting.window_from.is_not(None))
    meeting = session.scalars(query.order_by(Meeting.id).limit(1)).first()
    steps = []
    if meeting is not None and by.may("plan", meeting.body):
        steps = [
            (_("Choose a date for the meeting in Zoeterwoude."), "dates.choose"),
            (_("Draft its agenda in one click."), "meetings.agenda"),
            (_("Send the invitations, and see who gets what."), "invitations.preview"),
        ]
    links = [(text, url_for(endpoint, meeting_id=meeting.id)) for text, endpoint in steps if meeting]
    links.append(
        (_("Open Post and answer an invitation as its reader."), url_for("demo.post", kind="invitation"))
    )
    return render_template("demo/_start.html", steps=links)
