"""For a meeting which reminders will go and which went; the ways in to the other pages."""

from __future__ import annotations

from flask import Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.database import get
from agenda.meetings.model import Meeting
from agenda.people.model import Body
from agenda.reminders import actions, own_pages, preview_pages, rest_pages, rule_pages, thin_pages
from agenda.reminders.blueprint import pages
from agenda.reminders.ledger_pages import meeting_panel
from agenda.reminders.words import FIELDS, SAID, VERBS
from agenda.web import here, shell
from agenda.web.panels import offer_panel, offer_words

# Importing a module of pages adds them to the blueprint.
__all__ = ["init", "own_pages", "pages", "preview_pages", "rest_pages", "rule_pages", "thin_pages"]


def init(app: Flask) -> None:
    """Add the pages, and the panels on a meeting and a body."""
    app.register_blueprint(pages)
    own_pages.offer(app)
    rest_pages.offer(app)
    shell.say(
        app,
        {
            "days_unreadable": _l("Write the days as whole numbers with commas between, such as -7, -2."),
            "share_unreadable": _l("Write a share between 1 and 100 percent."),
            "reminder_unknown": _l("There is no such reminder."),
        },
    )
    offer_panel(app, "meeting", meeting_panel, order=70)
    offer_panel(app, "body", _body_panel, order=70)
    offer_words(
        app, VERBS, FIELDS, {"reminder": {kind: lazy_gettext(said[0]) for kind, said in SAID.items()}}
    )


@pages.post("/meetings/<int:meeting_id>/reminders/<kind>/<any(on, off):state>")
def switch(meeting_id: int, kind: str, state: str) -> Response:
    """Silence one kind of reminder for one meeting, or undo that."""
    with here.work() as session:
        meeting = get(session, Meeting, meeting_id)
        actions.switch(session, meeting, kind, state == "on", here.actor(), here.now())
    flash(_("These reminders go again.") if state == "on" else _("These reminders stay at home."), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id, _anchor="reminders"), 303)


def _body_panel(_session: Session, body: Body) -> str:
    return render_template("reminders/_body.html", body=body)
