"""Correcting what was recorded after a meeting was closed, with the reason."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.problems import Changed, Conflict, Invalid
from agenda.decisions import rectifying
from agenda.decisions.blueprint import pages
from agenda.decisions.decision_pages import recorded_by
from agenda.decisions.forms import LeftOutForm, RectifyDecisionForm, RectifyOutcomeForm
from agenda.decisions.model import Decision, DecisionKind
from agenda.decisions.outcome_screen import item_of, recordable
from agenda.decisions.rules import reference_of
from agenda.meetings.model import AgendaItem, ItemKind, ItemOutcome
from agenda.meetings.standard_text_queries import texts_for
from agenda.meetings.words import OUTCOMES
from agenda.web import here
from agenda.web.shell import sentence

Answer = str | Response | tuple[str, int]
Theirs = list[tuple[str, Any, Any]]


@pages.route("/meetings/<int:meeting_id>/outcomes/<int:item_id>/rectify", methods=["GET", "POST"])
def rectify_outcome(meeting_id: int, item_id: int) -> Answer:
    """Correct what came of an item."""
    form = RectifyOutcomeForm()
    if not form.is_submitted():
        with here.read() as session:
            item = _closed_item(session, meeting_id, item_id)
            outcome = item.outcome.value if item.outcome else None
            form = RectifyOutcomeForm(
                formdata=None, outcome=outcome, text=item.outcome_text, version=item.version
            )
            return _outcome_page(item, form, [])
    if not form.validate():
        return _again(meeting_id, item_id, form, Invalid.status)
    try:
        with here.work() as session:
            item = item_of(session, recordable(session, meeting_id), item_id)
            outcome, text, why = ItemOutcome(form.outcome.data), form.text.data or "", form.why.data or ""
            seen = form.seen_version()
            rectifying.rectify_outcome(session, item, outcome, text, why, seen, here.actor(), here.now())
    except Changed:
        with here.read() as session:
            item = _closed_item(session, meeting_id, item_id)
            form.version.data = str(item.version)
            named = OUTCOMES[item.outcome] if item.outcome else None
            theirs = [
                (form.outcome.label.text, OUTCOMES[ItemOutcome(form.outcome.data)], named),
                (form.text.label.text, form.text.data, item.outcome_text),
            ]
            return _outcome_page(item, form, _differing(theirs)), Changed.status
    except Invalid as problem:
        _blame(form, problem)
        return _again(meeting_id, item_id, form, problem.status)
    flash(_("Rectified; both readings stay."), "success")
    return redirect(url_for("decisions.outcomes", meeting_id=meeting_id, _anchor=f"item-{item_id}"), 303)


@pages.route("/decisions/<int:decision_id>/rectify", methods=["GET", "POST"])
def rectify_decision(decision_id: int) -> Answer:
    """Correct the words of a decision."""
    form = RectifyDecisionForm()
    if not form.is_submitted():
        with here.read() as session:
            decision = _closed_decision(session, decision_id)
            form = RectifyDecisionForm(formdata=None, text=decision.text, version=decision.version)
            return _decision_page(decision, form, [])
    if not form.validate():
        with here.read() as session:
            return _decision_page(_closed_decision(session, decision_id), form, []), Invalid.status
    try:
        with here.work() as session:
            decision = recorded_by(session, decision_id)
            text, why, seen = form.text.data or "", form.why.data or "", form.seen_version()
            rectifying.rectify_decision(session, decision, text, why, seen, here.actor(), here.now())
    except Changed:
        with here.read() as session:
            decision = _closed_decision(session, decision_id)
            form.version.data = str(decision.version)
            theirs = [(form.text.label.text, form.text.data, decision.text)]
            return _decision_page(decision, form, _differing(theirs)), Changed.status
    except Invalid as problem:
        _blame(form, problem)
        with here.read() as session:
            return _decision_page(_closed_decision(session, decision_id), form, []), problem.status
    flash(_("Rectified; both readings stay."), "success")
    return redirect(url_for("decisions.show", decision_id=decision_id), 303)


@pages.route("/meetings/<int:meeting_id>/decisions/left-out", methods=["GET", "POST"])
def add_left_out(meeting_id: int) -> Answer:
    """Write down a decision that was left out of a closed meeting."""
    form = LeftOutForm()
    with here.read() as session:
        meeting = recordable(session, meeting_id)
        if meeting.closed_at is None:
            raise Conflict("meeting_still_open")
        form.fill(item for item in meeting.items if item.kind is ItemKind.TOPIC)
        if not form.validate_on_submit():
            page = render_template(
                "decisions/rectify.html",
                title=_("A decision that was left out"),
                meeting=meeting,
                form=form,
                theirs=[],
                spoken=False,
                back=url_for("decisions.outcomes", meeting_id=meeting_id),
                texts=texts_for(meeting, here.actor()),
            )
            return (page, Invalid.status) if form.is_submitted() else page
    with here.work() as session:
        meeting = recordable(session, meeting_id)
        item = item_of(session, meeting, form.item.data) if form.item.data else None
        text, why, kind = form.text.data or "", form.why.data or "", DecisionKind(form.kind.data)
        made = rectifying.add_left_out(session, meeting, text, item, kind, why, here.actor(), here.now())
        decision_id = made.id
    flash(_("The decision is added as the last of this meeting."), "success")
    return redirect(url_for("decisions.show", decision_id=decision_id), 303)


def _again(meeting_id: int, item_id: int, form: RectifyOutcomeForm, status: int) -> tuple[str, int]:
    with here.read() as session:
        return _outcome_page(_closed_item(session, meeting_id, item_id), form, []), status


def _closed_item(session: Session, meeting_id: int, item_id: int) -> AgendaItem:
    item = item_of(session, recordable(session, meeting_id), item_id)
    if item.meeting.closed_at is None:
        raise Conflict("meeting_still_open")
    return item


def _closed_decision(session: Session, decision_id: int) -> Decision:
    decision = recorded_by(session, decision_id)
    if decision.meeting.closed_at is None:
        raise Conflict("meeting_still_open")
    return decision


def _differing(theirs: Theirs) -> Theirs:
    return [row for row in theirs if row[1] != row[2]]


def _blame(form: RectifyOutcomeForm | RectifyDecisionForm, problem: Invalid) -> None:
    field = form[problem.facts.get("field", "text")]
    field.errors = [*field.errors, sentence(problem.code, {})]


def _outcome_page(item: AgendaItem, form: RectifyOutcomeForm, theirs: Theirs) -> str:
    return render_template(
        "decisions/rectify.html",
        title=item.title,
        meeting=item.meeting,
        form=form,
        theirs=theirs,
        spoken=False,
        back=url_for("decisions.outcomes", meeting_id=item.meeting_id, _anchor=f"item-{item.id}"),
        texts=texts_for(item.meeting, here.actor()),
        item=item,
    )


def _decision_page(decision: Decision, form: RectifyDecisionForm, theirs: Theirs) -> str:
    return render_template(
        "decisions/rectify.html",
        title=reference_of(decision),
        meeting=decision.meeting,
        form=form,
        theirs=theirs,
        spoken=any(one.result for one in decision.ratifications),
        back=url_for("decisions.show", decision_id=decision.id),
        texts=texts_for(decision.meeting, here.actor()),
        item=decision.item,
    )
