"""Outcomes of a meeting, and promises to the councils."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.core.problems import NotFound
from agenda.decisions import actions, queries
from agenda.decisions.model import Commitment, Decision
from agenda.decisions.words import PROBLEMS
from agenda.meetings import actions as meetings
from agenda.meetings import agenda_actions
from agenda.meetings.model import AgendaItem, ItemKind, ItemOutcome, Meeting
from agenda.meetings.words import OUTCOMES
from agenda.people.model import Body
from agenda.web import here, shell
from agenda.web.forms import LONGEST_TEXT, Form, tidy_line, tidy_text
from agenda.web.panels import Task, offer_panel, offer_tasks

pages = Blueprint("decisions", __name__)
WARN = timedelta(days=14)


class OutcomeForm(Form):
    """What came of one agenda item."""

    outcome = SelectField(_l("Outcome"), validators=[InputRequired(_l("Choose what came out."))])
    text = TextAreaField(
        _l("What was agreed"), filters=[tidy_text], validators=[Optional(), Length(max=LONGEST_TEXT)]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices = [(outcome.value, OUTCOMES[outcome]) for outcome in ItemOutcome]


class DecisionForm(Form):
    """One decision, in its words."""

    text = TextAreaField(
        _l("Decision"),
        filters=[tidy_text],
        validators=[InputRequired(_l("Write down what was decided.")), Length(max=LONGEST_TEXT)],
    )


class CommitmentForm(Form):
    """What the councils were promised, and by when."""

    text = StringField(
        _l("What was promised"),
        filters=[tidy_line],
        validators=[InputRequired(_l("Write down what was promised.")), Length(max=500)],
    )
    promised_on = DateField(_l("Promised by"), validators=[InputRequired(_l("Enter the day."))])


def init(app: Flask) -> None:
    """Add the pages, and what they offer elsewhere."""
    app.register_blueprint(pages)
    shell.say(app, PROBLEMS)
    offer_panel(app, "meeting", _decisions_panel, order=40)
    offer_panel(app, "body", _commitments_panel, order=40)
    offer_tasks(app, _tasks)


@pages.get("/meetings/<int:meeting_id>/outcomes")
def outcomes(meeting_id: int) -> str:
    """Show every item with room for what came out, and the decisions."""
    with here.read() as session:
        return _outcomes(session, _recordable(session, meeting_id), DecisionForm())


@pages.post("/meetings/<int:meeting_id>/outcomes/<int:item_id>")
def record_outcome(meeting_id: int, item_id: int) -> Response | tuple[str, int]:
    """Record what came of one item."""
    form = OutcomeForm(prefix=f"item{item_id}")
    if not form.validate_on_submit():
        with here.read() as session:
            return _outcomes(session, _recordable(session, meeting_id), DecisionForm(), {item_id: form}), 422
    with here.work() as session:
        meeting = _recordable(session, meeting_id)
        item = _item(session, meeting, item_id)
        item.expect(form.seen_version())
        agenda_actions.record_outcome(
            session, item, ItemOutcome(form.outcome.data), form.text.data or "", here.actor(), here.now()
        )
        title = item.title
    flash(_("Recorded: %(title)s", title=title), "success")
    return redirect(url_for("decisions.outcomes", meeting_id=meeting_id, _anchor=f"item-{item_id}"), 303)


@pages.post("/meetings/<int:meeting_id>/decisions")
def add_decision(meeting_id: int) -> Response | tuple[str, int]:
    """Write down a decision."""
    form = DecisionForm()
    if not form.validate_on_submit():
        with here.read() as session:
            return _outcomes(session, _recordable(session, meeting_id), form), 422
    with here.work() as session:
        meeting = _recordable(session, meeting_id)
        actions.record_decision(session, meeting, form.text.data, None, here.actor(), here.now())
    flash(_("The decision is recorded."), "success")
    return redirect(url_for("decisions.outcomes", meeting_id=meeting_id, _anchor="decisions"), 303)


@pages.post("/decisions/<int:decision_id>/remove")
def remove_decision(decision_id: int) -> Response:
    """Take back a decision."""
    with here.work() as session:
        decision = get(session, Decision, decision_id)
        meeting_id = decision.meeting_id
        actions.remove_decision(session, decision, here.actor(), here.now())
    flash(_("The decision is removed; the history keeps its words."), "success")
    return redirect(url_for("decisions.outcomes", meeting_id=meeting_id, _anchor="decisions"), 303)


@pages.post("/meetings/<int:meeting_id>/close")
def close(meeting_id: int) -> Response:
    """Close a meeting of which every outcome is known."""
    with here.work() as session:
        meetings.close(session, _recordable(session, meeting_id), here.actor(), here.now())
    flash(_("The meeting is closed."), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


@pages.get("/bodies/<int:body_id>/commitments")
def commitments(body_id: int) -> str:
    """List what the councils were promised."""
    with here.read() as session:
        return _commitments(session, _body(session, body_id), CommitmentForm())


@pages.post("/bodies/<int:body_id>/commitments")
def promise(body_id: int) -> Response | tuple[str, int]:
    """Write down a promise."""
    form = CommitmentForm()
    if not form.validate_on_submit():
        with here.read() as session:
            return _commitments(session, _body(session, body_id), form), 422
    with here.work() as session:
        body = _body(session, body_id)
        actions.promise(session, body, form.text.data, form.promised_on.data, None, here.actor(), here.now())
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


def _recordable(session: Session, meeting_id: int) -> Meeting:
    meeting = get(session, Meeting, meeting_id)
    here.actor().must("record", meeting.body)
    return meeting


def _item(session: Session, meeting: Meeting, item_id: int) -> AgendaItem:
    item = get(session, AgendaItem, item_id)
    if item.meeting_id != meeting.id:
        raise NotFound("not_found")
    return item


def _body(session: Session, body_id: int) -> Body:
    body = get(session, Body, body_id)
    here.actor().must("see", body)
    return body


def _outcomes(
    session: Session, meeting: Meeting, form: DecisionForm, shown: dict[int, OutcomeForm] | None = None
) -> str:
    items = [item for item in meeting.items if item.kind is ItemKind.TOPIC]
    forms = {item.id: _outcome_form(item) for item in items} | (shown or {})
    return render_template(
        "decisions/outcomes.html",
        meeting=meeting,
        items=items,
        forms=forms,
        form=form,
        decisions=queries.decisions_of(session, meeting),
        begun=meeting.starts_at is not None and meeting.starts_at <= here.now(),
        labels=OUTCOMES,
        missing=sum(1 for item in items if item.outcome is None),
    )


def _outcome_form(item: AgendaItem) -> OutcomeForm:
    return OutcomeForm(
        formdata=None,
        prefix=f"item{item.id}",
        outcome=item.outcome.value if item.outcome else None,
        text=item.outcome_text,
        version=item.version,
    )


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


def _decisions_panel(session: Session, meeting: Meeting) -> str | None:
    found = queries.decisions_of(session, meeting)
    if not found:
        return None
    return render_template("decisions/_decisions.html", decisions=found)


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
