"""A body's terms, and what is late over all meetings."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired, NumberRange

from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.core.problems import Changed, Invalid
from agenda.meetings import deadline_actions as actions
from agenda.meetings.blueprint import pages
from agenda.meetings.deadline_model import BodyDeadlines
from agenda.meetings.deadline_queries import meetings_to_watch, terms_of
from agenda.meetings.deadline_rules import MOST, Stand, Terms
from agenda.meetings.deadline_words import FIELDS, HINTS, STANDS, TONES
from agenda.meetings.deadlines import steps_of
from agenda.people.model import Body
from agenda.web import here
from agenda.web.forms import Form, IntegerField

NEAR = (Stand.TODAY, Stand.SOON)
# What is due later still stands on the page of its meeting.
AHEAD = timedelta(weeks=5)


def _days(name: str) -> IntegerField:
    checks = [
        InputRequired(_l("Fill in a number of days.")),
        NumberRange(0, getattr(MOST, name), _l("Fill in a whole number from %(min)s to %(max)s.")),
    ]
    return IntegerField(FIELDS[name], validators=checks)


class TermsForm(Form):
    """What a body asks around its meetings."""

    papers_days_before = _days("papers_days_before")
    agenda_days_before = _days("agenda_days_before")
    outcomes_days_after = _days("outcomes_days_after")
    decision_list_days_after = _days("decision_list_days_after")
    ratification_days_after = _days("ratification_days_after")

    def terms(self) -> Terms:
        """Give what was filled in."""
        return Terms(**{name: int(self[name].data) for name in FIELDS})


@pages.get("/deadlines")
def deadlines() -> str:
    """Show what is late over all meetings, what comes near, and what comes after that."""
    by, now = here.actor(), here.now()
    by.must("draft_agenda")
    with here.read() as session:
        steps = steps_of(session, meetings_to_watch(session, by, "draft_agenda", now), by, now)
        horizon = local_day(now + AHEAD, here.runtime().config.time_zone)
        return render_template(
            "meetings/deadlines.html",
            late=[step for step in steps if step.stand is Stand.LATE],
            near=[step for step in steps if step.stand in NEAR],
            later=[step for step in steps if step.stand is Stand.OPEN and step.deadline.due <= horizon],
            stands=STANDS,
            tones=TONES,
        )


@pages.get("/bodies/<int:body_id>/deadlines")
def terms(body_id: int) -> str:
    """Show what a body asks around its meetings."""
    with here.read() as session:
        return _terms_page(session, _body(session, body_id), None)


@pages.post("/bodies/<int:body_id>/deadlines")
def set_terms(body_id: int) -> Response | tuple[str, int]:
    """Change what a body asks around its meetings."""
    form = TermsForm()
    if not form.validate_on_submit():
        with here.read() as session:
            body = _body(session, body_id)
            here.actor().must("set_reminders", body)
            return _terms_page(session, body, form), Invalid.status
    try:
        with here.work() as session:
            body = _body(session, body_id)
            actions.set_terms(session, body, form.terms(), form.seen_version(), here.actor(), here.now())
    except Changed:
        with here.read() as session:
            body = _body(session, body_id)
            saved = asdict(terms_of(session, [body])[body.id])
            theirs = [(form[name].label.text, form[name].data, saved[name]) for name in FIELDS]
            # The next try is made with what stands there now before one's eyes.
            form.version.data = str(actions.seen_version(body, session.get(BodyDeadlines, body.id)))
            return _terms_page(session, body, form, theirs), Changed.status
    flash(_("Kept. The deadlines of all meetings follow."), "success")
    return redirect(url_for("meetings.terms", body_id=body_id), 303)


def _body(session: Session, body_id: int) -> Body:
    body = get(session, Body, body_id)
    here.actor().must("see", body)
    return body


def _terms_page(
    session: Session, body: Body, form: TermsForm | None, theirs: list[tuple[Any, Any, Any]] | None = None
) -> str:
    found = asdict(terms_of(session, [body])[body.id])
    if form is None:
        version = actions.seen_version(body, session.get(BodyDeadlines, body.id))
        form = TermsForm(formdata=None, **found, version=version)
    return render_template(
        "meetings/deadline_terms.html",
        body=body,
        form=form,
        terms=found,
        names=FIELDS,
        most=asdict(MOST),
        hints=HINTS,
        may_set=here.actor().may("set_reminders", body),
        theirs=[row for row in theirs or () if row[1] != row[2]],
    )
