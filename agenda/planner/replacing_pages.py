"""One in, one out: whoever adds a body is asked at once which one ends for it, or why none does."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.core.problems import Changed, Invalid
from agenda.people.model import Body
from agenda.planner.blueprint import pages
from agenda.planner.burden_actions import Replaced, say_what_ended
from agenda.planner.burden_forms import ReplacingForm, bodies_beside, body_seen
from agenda.planner.burden_model import BodyTerm
from agenda.planner.burden_queries import planned_after
from agenda.web import here
from agenda.web.shell import sentence

FIELD_OF = {"no_body_ended_why": "why_none_ended", "instead_of_itself": "instead_of"}


def after_body(_session: Session, body: Body) -> str:
    """Go on from a new body to the question which one ends for it."""
    return url_for("planner.replacing", body_id=body.id)


@pages.get("/burden/<int:body_id>/replacing")
def replacing(body_id: int) -> str:
    """Ask which body ends for this one."""
    with here.read() as session:
        body = _told_by(session, body_id)
        term = session.get(BodyTerm, body.id)
        form = ReplacingForm(
            formdata=None,
            instead_of=term.instead_of_id if term else None,
            why_none_ended=term.why_none_ended if term else "",
            version=term.version if term else "",
        )
        return _page(session, body, form)


@pages.post("/burden/<int:body_id>/replacing")
def say_replacing(body_id: int) -> Response | tuple[str, int]:
    """Keep which body ends for this one, or why none does."""
    form = ReplacingForm()
    with here.work() as session:
        body = _told_by(session, body_id)
        _offer(session, body, form)
        if not form.validate():
            return _page(session, body, form), Invalid.status
        try:
            left = _say(session, body, form)
        except Invalid as problem:
            field = form[FIELD_OF[problem.code]]
            field.errors = [*field.errors, sentence(problem.code, problem.facts)]
            return _page(session, body, form), problem.status
        except Changed as problem:
            form.see_again(session.get(BodyTerm, body_id), sentence(problem.code, {}))
            return _page(session, body, form), problem.status
    flash(_("Kept."), "success")
    if left:
        flash(
            ngettext(
                "One meeting of that body still stands after its last day: cancel it.",
                "%(num)d meetings of that body still stand after its last day: cancel them.",
                left,
            ),
            "warning",
        )
    return redirect(url_for("people.body", body_id=body_id), 303)


def _say(session: Session, body: Body, form: ReplacingForm) -> int:
    """Keep what was filled in; gives the number of meetings that stand after the last day of what ends."""
    last_day = form.last_day.data if here.actor().may("administer") else None
    wanted = Replaced(form.instead_of.data, last_day, form.why_none_ended.data or "")
    say_what_ended(session, body, wanted, form.seen_version(), here.actor(), here.now())
    if wanted.instead_of_id is None or last_day is None:
        return 0
    return planned_after(session, get(session, Body, wanted.instead_of_id), last_day)


def _told_by(session: Session, body_id: int) -> Body:
    """Give a body of which this person may say what ended for it."""
    by, body = here.actor(), body_seen(session, body_id)
    if not by.may("administer"):
        by.must("plan", body)
    return body


def _offer(session: Session, body: Body, form: ReplacingForm) -> None:
    term = session.get(BodyTerm, body.id)
    going_on = bodies_beside(session, body, here.actor(), local_day(here.now(), body.time_zone))
    ended = term.instead_of if term else None
    if ended is not None and ended.id not in dict(going_on):
        going_on = [*going_on, (ended.id, ended.name)]
    form.offer(going_on)


def _page(session: Session, body: Body, form: ReplacingForm) -> str:
    _offer(session, body, form)
    return render_template(
        "planner/replacing.html", body=body, form=form, may_end=here.actor().may("administer")
    )
