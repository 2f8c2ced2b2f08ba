"""What the councils were promised: the list, a new promise, and keeping one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.decisions import actions, queries
from agenda.decisions.blueprint import pages
from agenda.decisions.model import Commitment
from agenda.people.model import Body
from agenda.web import here
from agenda.web.forms import Form, plausible_day, tidy_line
from agenda.web.panels import Task, offer_panel, offer_tasks

WARN = timedelta(days=14)


class CommitmentForm(Form):
    """What the councils were promised, and by when."""

    text = StringField(
        _l("What was promised"),
        filters=[tidy_line],
        validators=[InputRequired(_l("Write down what was promised.")), Length(max=500)],
    )
    promised_on = DateField(
        _l("Promised by"), validators=[InputRequired(_l("Enter the day.")), plausible_day]
    )


def offer(app: Flask) -> None:
    """Offer the promises on the page of a body, and those that come near on the start page."""
    offer_panel(app, "body", _commitments_panel, order=40)
    offer_tasks(app, _tasks)


@pages.get("/bodies/<int:body_id>/commitments")
def commitments(body_id: int) -> str:
    """List what the councils were promised."""
    with here.read() as session:
        return _commitments(session, _body(session, body_id), CommitmentForm())


@pages.post("/bodies/<int:body_id>/commitments")
def promise(body_id: int) -> Response | tuple[str, int]:
    """Write down a promise."""
    form = CommitmentForm()
    if not form.validate_on_submit() or form.promised_on.data is None:
        with here.read() as session:
            return _commitments(session, _body(session, body_id), form), 422
    text, day = form.text.data, form.promised_on.data
    with here.work() as session:
        actions.promise(session, _body(session, body_id), text or "", day, None, here.actor(), here.now())
    flash(_("The promise is recorded, and its reminders are set."), "success")
    return redirect(url_for("decisions.commitments", body_id=body_id), 303)


@pages.post("/commitments/<int:commitment_id>/<any(keep, reopen):verb>")
def mark(commitment_id: int, verb: str) -> Response:
    """Mark a promise as kept, or undo that."""
    form = Form()
    with here.work() as session:
        commitment = get(session, Commitment, commitment_id)
        act = actions.keep if verb == "keep" else actions.reopen
        act(session, commitment, form.seen_version(), here.actor(), here.now())
        body_id = commitment.body_id
    flash(_("Marked as kept.") if verb == "keep" else _("This promise is open again."), "success")
    return redirect(url_for("decisions.commitments", body_id=body_id), 303)


def _body(session: Session, body_id: int) -> Body:
    body = get(session, Body, body_id)
    here.actor().must("see", body)
    return body


def _commitments(session: Session, body: Body, form: CommitmentForm) -> str:
    return render_template(
        "decisions/commitments.html",
        body=body,
        form=form,
        commitments=queries.commitments_of(session, body.id),
        may_record=here.actor().may("record", body),
        today=local_day(here.now(), body.time_zone),
        warn=WARN,
    )


def _commitments_panel(session: Session, body: Body) -> str:
    return render_template(
        "decisions/_commitments.html",
        body=body,
        commitments=queries.commitments_of(session, body.id),
        today=local_day(here.now(), body.time_zone),
        warn=WARN,
    )


def _tasks(session: Session, by: Actor, now: datetime) -> Iterable[Task]:
    for commitment in queries.open_commitments(session, by, now):
        today = local_day(now, commitment.body.time_zone)
        yield Task(
            text=_("Promised to the councils: %(text)s", text=commitment.text),
            url=url_for("decisions.commitments", body_id=commitment.body_id),
            tone="neg" if commitment.promised_on < today else "warn",
            due=commitment.promised_on,
            detail=commitment.body.name,
        )
