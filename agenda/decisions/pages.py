"""What came out of a meeting: outcomes of its items, the decisions under them, and its closing."""

from __future__ import annotations

from flask import Flask, flash, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from agenda.core.database import get
from agenda.core.problems import Changed
from agenda.decisions import (
    action_change_pages,
    action_pages,
    action_panels,
    actions,
    decision_pages,
    panels,
    promise_pages,
    ratification_deadlines,
    ratification_pages,
    rectify_pages,
    register_pages,
    reservation_pages,
    words,
)
from agenda.decisions.blueprint import pages
from agenda.decisions.forms import DecisionForm, OutcomeForm
from agenda.decisions.model import Decision, DecisionKind
from agenda.decisions.outcome_screen import (
    Shown,
    back,
    can_go_in_writing,
    item_of,
    overtaken,
    recordable,
    refused,
    screen,
)
from agenda.meetings import agenda_actions
from agenda.meetings.model import AgendaItem, ItemOutcome
from agenda.meetings.words import OUTCOMES
from agenda.web import here, shell
from agenda.web.forms import Form

__all__ = [
    "action_change_pages",
    "action_pages",
    "decision_pages",
    "init",
    "pages",
    "ratification_pages",
    "rectify_pages",
    "register_pages",
    "reservation_pages",
]
Answer = Response | tuple[str, int]


def init(app: Flask) -> None:
    """Add the pages, and what they offer elsewhere."""
    app.register_blueprint(pages)
    shell.say(app, words.PROBLEMS)
    panels.offer(app)
    promise_pages.offer(app)
    action_panels.offer(app)
    ratification_deadlines.offer(app)


@pages.get("/meetings/<int:meeting_id>/outcomes")
def outcomes(meeting_id: int) -> str:
    """Show every item with room for what came out, and the decisions."""
    with here.read() as session:
        return screen(session, recordable(session, meeting_id), Shown())


@pages.post("/meetings/<int:meeting_id>/outcomes/<int:item_id>")
def record_outcome(meeting_id: int, item_id: int) -> Answer:
    """Record what came of one item."""
    form = OutcomeForm(prefix=f"item{item_id}")
    shown = Shown(outcomes={item_id: form})
    if not form.validate_on_submit():
        return refused(meeting_id, shown, 422)
    try:
        with here.work() as session:
            meeting = recordable(session, meeting_id)
            item = item_of(session, meeting, item_id)
            item.expect(form.seen_version())
            outcome, text = ItemOutcome(form.outcome.data), form.text.data or ""
            agenda_actions.record_outcome(session, item, outcome, text, here.actor(), here.now())
            told = _recorded(item)
    except Changed:
        with here.read() as session:
            item = item_of(session, recordable(session, meeting_id), item_id)
            their_outcome = OUTCOMES[item.outcome] if item.outcome else None
            theirs = [
                (form.outcome.label.text, OUTCOMES[ItemOutcome(form.outcome.data)], their_outcome),
                (form.text.label.text, form.text.data, item.outcome_text),
            ]
            version = item.version
        return overtaken(meeting_id, shown, form, theirs, version)
    flash(told, "success")
    return back(meeting_id, item_id)


@pages.post("/meetings/<int:meeting_id>/decisions")
def add_decision(meeting_id: int) -> Answer:
    """Write down a decision that belongs to no item."""
    return _add_decision(meeting_id, None, DecisionForm())


@pages.post("/meetings/<int:meeting_id>/outcomes/<int:item_id>/decisions")
def add_decision_to_item(meeting_id: int, item_id: int) -> Answer:
    """Write down a decision under an item."""
    return _add_decision(meeting_id, item_id, DecisionForm(prefix=f"under{item_id}"))


def _add_decision(meeting_id: int, item_id: int | None, form: DecisionForm) -> Answer:
    if not form.validate_on_submit():
        return refused(meeting_id, Shown(decisions={item_id: form}), 422)
    kind = DecisionKind(form.kind.data)
    with here.work() as session:
        meeting = recordable(session, meeting_id)
        item = item_of(session, meeting, item_id) if item_id else None
        decision = actions.record_decision(
            session, meeting, form.text.data or "", item, here.actor(), here.now(), kind=kind
        )
        who = url_for("decisions.organs", decision_id=decision.id)
    told: str = _("The decision is recorded.")
    if kind is DecisionKind.AGREEMENT:
        told = _with_link(_("The agreement is recorded; each college must ratify it."), who, _("Change who"))
    flash(told, "success")
    return back(meeting_id, item_id)


@pages.post("/decisions/<int:decision_id>")
def rewrite_decision(decision_id: int) -> Answer:
    """Put a decision in other words."""
    form = DecisionForm(prefix=f"decision{decision_id}")
    with here.read() as session:
        decision = get(session, Decision, decision_id)
        meeting_id, item_id = recordable(session, decision.meeting_id).id, decision.agenda_item_id
    shown = Shown(rewrites={decision_id: form})
    if not form.validate_on_submit():
        return refused(meeting_id, shown, 422)
    try:
        with here.work() as session:
            decision = get(session, Decision, decision_id)
            seen, text = form.seen_version(), form.text.data or ""
            actions.rewrite_decision(
                session, decision, text, seen, here.actor(), here.now(), kind=form.chosen_kind()
            )
    except Changed:
        with here.read() as session:
            decision = get(session, Decision, decision_id)
            theirs = [
                (form.text.label.text, form.text.data, decision.text),
                (form.kind.label.text, words.KINDS[DecisionKind(form.kind.data)], words.KINDS[decision.kind]),
            ]
            version = decision.version
        return overtaken(meeting_id, shown, form, theirs, version)
    flash(_("The decision reads differently now; the history keeps its earlier words."), "success")
    return back(meeting_id, item_id)


@pages.post("/decisions/<int:decision_id>/remove")
def remove_decision(decision_id: int) -> Response:
    """Take back a decision."""
    form = Form()
    with here.work() as session:
        decision = get(session, Decision, decision_id)
        meeting_id, item_id = decision.meeting_id, decision.agenda_item_id
        actions.remove_decision(session, decision, form.seen_version(), here.actor(), here.now())
    flash(_("The decision is removed; the history keeps its words."), "success")
    return back(meeting_id, item_id)


def _with_link(told: str, address: str, label: str) -> Markup:
    return Markup('{} <a class="nl-link" href="{}">{}</a>').format(told, address, label)


def _recorded(item: AgendaItem) -> str:
    """Tell that an outcome is recorded, and what it asks for next."""
    told: str = _("Recorded: %(title)s", title=item.title)
    if item.topic is None:
        return told
    if item.outcome is ItemOutcome.REFERRED and can_go_in_writing(item):
        address = url_for("topics.new_round", topic_id=item.topic_id)
        return _with_link(told, address, _("Open the written round"))
    return told
