"""For a meeting which reminders will go and which went; the ways in to the other pages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time

from flask import Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.clock import at_local, local_day
from agenda.core.database import get
from agenda.meetings.model import Meeting
from agenda.people.model import Body
from agenda.reminders import actions, preview_pages, queries, rule_pages, thin_pages
from agenda.reminders.blueprint import pages
from agenda.reminders.rules import is_daytime, next_morning
from agenda.reminders.words import FIELDS, SAID, VERBS
from agenda.web import here, shell
from agenda.web.panels import offer_panel, offer_words

# Importing a module of pages adds them to the blueprint.
__all__ = ["init", "pages", "preview_pages", "rule_pages", "thin_pages"]


@dataclass(frozen=True)
class Line:
    """Reminders of one kind at one moment, to a number of people."""

    kind: str
    title: str
    at: datetime
    people: int


def init(app: Flask) -> None:
    """Add the pages, and the panels on a meeting and a body."""
    app.register_blueprint(pages)
    shell.say(
        app,
        {
            "days_unreadable": _l("Write the days as whole numbers with commas between, such as -7, -2."),
            "share_unreadable": _l("Write a share between 1 and 100 percent."),
            "reminder_unknown": _l("There is no such reminder."),
        },
    )
    offer_panel(app, "meeting", _meeting_panel, order=70)
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


def _meeting_panel(session: Session, meeting: Meeting) -> str | None:
    if not here.actor().may("set_reminders", meeting.body):
        return None
    now, zone = here.now(), here.runtime().config.time_zone
    coming = Counter(
        (r.due_at, r.occasion.kind) for r in queries.planned(session, now, meeting.id) if r.due_at > now
    )
    written_to = queries.written_to_since(session, at_local(local_day(now, zone), time(), zone))
    for reminder in queries.due(session, now, meeting.id):
        waits = reminder.person_id in written_to or not is_daytime(now, zone)
        coming[(next_morning(now, zone) if waits else now, reminder.occasion.kind)] += 1
    went = Counter((r.sent_at, r.kind) for r in queries.gone(session, "meeting", meeting.id))
    silenced = [
        kind for kind, what, key in queries.switched_off(session) if (what, key) == ("meeting", meeting.id)
    ]
    if not (coming or went or silenced):
        return None
    return render_template(
        "reminders/_meeting.html",
        meeting=meeting,
        coming=_lines(coming),
        went=_lines(went)[::-1],
        silenced=[(kind, _(SAID[kind][0])) for kind in sorted(silenced)],
    )


def _lines(counted: Counter[tuple[datetime, str]]) -> list[Line]:
    return [Line(kind, _(SAID[kind][0]), at, people) for (at, kind), people in sorted(counted.items())]
