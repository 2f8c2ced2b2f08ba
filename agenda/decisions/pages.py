"""What came out of a meeting: outcomes of its items, decisions, and its closing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from agenda.core.database import get
from agenda.core.problems import Changed, NotFound
from agenda.decisions import (
    action_change_pages,
    action_pages,
    action_panels,
    actions,
    promise_pages,
    queries,
    ratification_deadlines,
)
from agenda.decisions.blueprint import pages
from agenda.decisions.model import Decision
from agenda.decisions.words import FIELDS, PROBLEMS, VERBS
from agenda.meetings import agenda_actions
from agenda.meetings.model import AgendaItem, ItemKind, ItemOutcome, Meeting, MeetingState
from agenda.meetings.rules import state_of
from agenda.meetings.words import OUTCOMES
from agenda.web import here, shell
from agenda.web.forms import LONGEST_TEXT, Form, options, tidy_text
from agenda.web.panels import offer_panel, offer_words

__all__ = ["action_change_pages", "action_pages", "init", "pages"]


class OutcomeForm(Form):
    """What came of one agenda item."""

    outcome = SelectField(_l("Outcome"), validators=[InputRequired(_l("Choose what came out."))])
    text = TextAreaField(
        _l("What was agreed"), filters=[tidy_text], validators=[Optional(), Length(max=LONGEST_TEXT)]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Nothing is chosen beforehand: a slip of the hand must not become an outcome.
        outcomes = ((one.value, OUTCOMES[one]) for one in ItemOutcome)
        self.outcome.choices = options([("", _l("Choose")), *outcomes])


class DecisionForm(Form):
    """One decision, in its words."""

    text = TextAreaField(
        _l("Decision"),
        filters=[tidy_text],
        validators=[InputRequired(_l("Write down what was decided.")), Length(max=LONGEST_TEXT)],
    )


def init(app: Flask) -> None:
    """Add the pages, and what they offer elsewhere."""
    app.register_blueprint(pages)
    shell.say(app, PROBLEMS)
    offer_panel(app, "meeting", _decisions_panel, order=40)
    promise_pages.offer(app)
    action_panels.offer(app)
    ratification_deadlines.offer(app)
    offer_words(app, VERBS, FIELDS)


@dataclass
class Shown:
    """The forms of the screen as they are shown: new ones, but for what was sent and refused."""

    decision: DecisionForm | None = None
    outcomes: dict[int, OutcomeForm] = field(default_factory=dict)
    rewrites: dict[int, DecisionForm] = field(default_factory=dict)
    # By the id of a form's text: what someone else saved meanwhile.
    theirs: dict[str, list[tuple[str, Any, Any]]] = field(default_factory=dict)


@pages.get("/meetings/<int:meeting_id>/outcomes")
def outcomes(meeting_id: int) -> str:
    """Show every item with room for what came out, and the decisions."""
    with here.read() as session:
        return _outcomes(session, _recordable(session, meeting_id), Shown())


@pages.post("/meetings/<int:meeting_id>/outcomes/<int:item_id>")
def record_outcome(meeting_id: int, item_id: int) -> Response | tuple[str, int]:
    """Record what came of one item."""
    form = OutcomeForm(prefix=f"item{item_id}")
    shown = Shown(outcomes={item_id: form})
    if not form.validate_on_submit():
        return _refused(meeting_id, shown, 422)
    try:
        with here.work() as session:
            meeting = _recordable(session, meeting_id)
            item = _item(session, meeting, item_id)
            item.expect(form.seen_version())
            outcome, text = ItemOutcome(form.outcome.data), form.text.data or ""
            agenda_actions.record_outcome(session, item, outcome, text, here.actor(), here.now())
            title = item.title
    except Changed:
        with here.read() as session:
            item = _item(session, _recordable(session, meeting_id), item_id)
            their_outcome = OUTCOMES[item.outcome] if item.outcome else None
            theirs = [
                (form.outcome.label.text, OUTCOMES[ItemOutcome(form.outcome.data)], their_outcome),
                (form.text.label.text, form.text.data, item.outcome_text),
            ]
            version = item.version
        return _overtaken(meeting_id, shown, form, theirs, version)
    flash(_("Recorded: %(title)s", title=title), "success")
    return redirect(url_for("decisions.outcomes", meeting_id=meeting_id, _anchor=f"item-{item_id}"), 303)


@pages.post("/meetings/<int:meeting_id>/decisions")
def add_decision(meeting_id: int) -> Response | tuple[str, int]:
    """Write down a decision."""
    form = DecisionForm()
    if not form.validate_on_submit():
        return _refused(meeting_id, Shown(decision=form), 422)
    with here.work() as session:
        meeting = _recordable(session, meeting_id)
        actions.record_decision(session, meeting, form.text.data or "", None, here.actor(), here.now())
    flash(_("The decision is recorded."), "success")
    return redirect(url_for("decisions.outcomes", meeting_id=meeting_id, _anchor="decisions"), 303)


@pages.post("/decisions/<int:decision_id>")
def rewrite_decision(decision_id: int) -> Response | tuple[str, int]:
    """Put a decision in other words."""
    form = DecisionForm(prefix=f"decision{decision_id}")
    with here.read() as session:
        decision = get(session, Decision, decision_id)
        meeting_id = _recordable(session, decision.meeting_id).id
    shown = Shown(rewrites={decision_id: form})
    if not form.validate_on_submit():
        return _refused(meeting_id, shown, 422)
    try:
        with here.work() as session:
            decision = get(session, Decision, decision_id)
            seen, text = form.seen_version(), form.text.data or ""
            actions.rewrite_decision(session, decision, text, seen, here.actor(), here.now())
    except Changed:
        with here.read() as session:
            decision = get(session, Decision, decision_id)
            theirs = [(form.text.label.text, form.text.data, decision.text)]
            version = decision.version
        return _overtaken(meeting_id, shown, form, theirs, version)
    flash(_("The decision reads differently now; the history keeps its earlier words."), "success")
    return redirect(url_for("decisions.outcomes", meeting_id=meeting_id, _anchor="decisions"), 303)


@pages.post("/decisions/<int:decision_id>/remove")
def remove_decision(decision_id: int) -> Response:
    """Take back a decision."""
    form = Form()
    with here.work() as session:
        decision = get(session, Decision, decision_id)
        meeting_id = decision.meeting_id
        actions.remove_decision(session, decision, form.seen_version(), here.actor(), here.now())
    flash(_("The decision is removed; the history keeps its words."), "success")
    return redirect(url_for("decisions.outcomes", meeting_id=meeting_id, _anchor="decisions"), 303)


def _recordable(session: Session, meeting_id: int) -> Meeting:
    meeting = get(session, Meeting, meeting_id)
    here.actor().must("record", meeting.body)
    return meeting


def _item(session: Session, meeting: Meeting, item_id: int) -> AgendaItem:
    item = get(session, AgendaItem, item_id)
    if item.meeting_id != meeting.id:
        raise NotFound("not_found")
    return item


def _refused(meeting_id: int, shown: Shown, status: int) -> tuple[str, int]:
    with here.read() as session:
        return _outcomes(session, _recordable(session, meeting_id), shown), status


def _overtaken(
    meeting_id: int,
    shown: Shown,
    form: OutcomeForm | DecisionForm,
    theirs: list[tuple[str, Any, Any]],
    version: int,
) -> tuple[str, int]:
    """Show the form again with both versions; the next try is made with theirs before one's eyes."""
    shown.theirs[form.text.id] = [row for row in theirs if row[1] != row[2]]
    form.version.data = str(version)
    return _refused(meeting_id, shown, Changed.status)


def _outcomes(session: Session, meeting: Meeting, shown: Shown) -> str:
    items = [item for item in meeting.items if item.kind is ItemKind.TOPIC]
    decisions = queries.decisions_of(session, meeting)
    begun = meeting.starts_at is not None and meeting.starts_at <= here.now()
    return render_template(
        "decisions/outcomes.html",
        meeting=meeting,
        items=items,
        forms={item.id: _outcome_form(item) for item in items} | shown.outcomes,
        rewrites={one.id: _rewrite_form(one) for one in decisions} | shown.rewrites,
        being_rewritten=set(shown.rewrites),
        form=shown.decision or DecisionForm(formdata=None),
        theirs=shown.theirs,
        decisions=decisions,
        begun=begun,
        open=begun and meeting.closed_at is None and meeting.cancelled_at is None,
        over=state_of(meeting, here.now()) is MeetingState.HELD,
        labels=OUTCOMES,
        missing=sum(1 for item in items if item.outcome is None),
    )


def _rewrite_form(decision: Decision) -> DecisionForm:
    return DecisionForm(
        formdata=None, prefix=f"decision{decision.id}", text=decision.text, version=decision.version
    )


def _outcome_form(item: AgendaItem) -> OutcomeForm:
    return OutcomeForm(
        formdata=None,
        prefix=f"item{item.id}",
        outcome=item.outcome.value if item.outcome else None,
        text=item.outcome_text,
        version=item.version,
    )


def _decisions_panel(session: Session, meeting: Meeting) -> str | None:
    found = queries.decisions_of(session, meeting)
    if not found:
        return None
    return render_template("decisions/_decisions.html", decisions=found)
