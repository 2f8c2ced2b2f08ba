"""Pages that change a final agenda: an urgent item comes on it, or one is withdrawn; each with the reason."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.database import get
from agenda.core.problems import Changed, Conflict, Invalid
from agenda.meetings import agenda_late, agenda_steps
from agenda.meetings.agenda_change import must_be_changeable
from agenda.meetings.agenda_forms import LateForm, WithdrawForm
from agenda.meetings.agenda_queries import item_of, meeting_with_agenda
from agenda.meetings.blueprint import pages
from agenda.meetings.model import AgendaItem, ItemKind, Meeting
from agenda.meetings.standard_text_queries import texts_for
from agenda.topics.model import Topic
from agenda.topics.rules import UNPLANNED
from agenda.topics.states import has_state
from agenda.web import here
from agenda.web.shell import sentence

Answered = str | Response | tuple[str, int]


@pages.route("/meetings/<int:meeting_id>/agenda/late", methods=["GET", "POST"])
def add_late(meeting_id: int) -> Answered:
    """Put an urgent item on a final agenda, with the reason and who as chair agreed."""
    with here.read() as session:
        meeting = _changeable(session, meeting_id)
        if request.method != "POST":
            _must_be_final(meeting)
        form = LateForm(seen=agenda_steps.fingerprint(meeting.items))
        _offer(session, form, meeting)
        if not form.validate_on_submit():
            status = 422 if form.is_submitted() else 200
            return _late_page(form, meeting), status
    try:
        with here.work() as session:
            _add(session, _changeable(session, meeting_id), form)
    except (Invalid, Conflict) as problem:
        form.form_errors.append(sentence(problem.code, problem.facts))
        with here.read() as session:
            meeting = _changeable(session, meeting_id)
            # What was typed stays; the next try is made with the agenda as it is now before one's eyes.
            form.seen.data = agenda_steps.fingerprint(meeting.items)
            _offer(session, form, meeting)
            return _late_page(form, meeting), problem.status
    flash(_("The item is on the agenda; everyone whom it concerns hears of it."), "success")
    return redirect(url_for("meetings.agenda", meeting_id=meeting_id), 303)


@pages.route("/meetings/<int:meeting_id>/agenda/items/<int:item_id>/withdraw", methods=["GET", "POST"])
def withdraw_item(meeting_id: int, item_id: int) -> Answered:
    """Take an item off a final agenda, with the reason."""
    with here.read() as session:
        meeting = _changeable(session, meeting_id)
        item = item_of(meeting, item_id)
        if request.method != "POST":
            _must_be_final(meeting)
        form = WithdrawForm(version=item.version)
        if not form.validate_on_submit():
            status = 422 if form.is_submitted() else 200
            return _withdraw_page(form, meeting, item), status
    try:
        with here.work() as session:
            item = item_of(_changeable(session, meeting_id), item_id)
            why, seen = form.why.data or "", form.seen_version()
            agenda_late.withdraw_item(session, item, why, here.actor(), here.now(), seen)
    except (Changed, Invalid, Conflict) as problem:
        code = "agenda_changed_meanwhile" if isinstance(problem, Changed) else problem.code
        form.form_errors.append(sentence(code, problem.facts))
        with here.read() as session:
            meeting = _changeable(session, meeting_id)
            item = item_of(meeting, item_id)
            form.version.data = str(item.version)
            return _withdraw_page(form, meeting, item), problem.status
    flash(_("The item is withdrawn; everyone whom it concerns hears of it."), "success")
    return redirect(url_for("meetings.agenda", meeting_id=meeting_id, _anchor=f"item-{item_id}"), 303)


def _changeable(session: Session, meeting_id: int) -> Meeting:
    meeting = meeting_with_agenda(session, meeting_id, here.actor())
    here.actor().must("draft_agenda", meeting.body)
    return meeting


def _must_be_final(meeting: Meeting) -> None:
    """Raise Conflict before anything is typed; what was typed is refused with the form around it."""
    must_be_changeable(meeting, here.now())
    if meeting.agenda_final_at is None:
        raise Conflict("agenda_still_draft")


def _add(session: Session, meeting: Meeting, form: LateForm) -> None:
    by, now, seen = here.actor(), here.now(), form.seen.data or None
    if form.topic.data:
        topic = get(session, Topic, form.topic.data)
        agenda_late.add_late_topic(session, meeting, topic, form.late(), by, now, seen)
    else:
        title, minutes = form.title.data or "", form.minutes.data or 0
        agenda_late.add_late_item(session, meeting, title, minutes, form.late(), by, now, seen)


def _offer(session: Session, form: LateForm, meeting: Meeting) -> None:
    query = select(Topic.id, Topic.title).where(Topic.body_id == meeting.body_id, has_state(*UNPLANNED))
    topics = session.execute(query.order_by(Topic.title, Topic.id))
    places = [item for item in meeting.items if item.kind is not ItemKind.CLOSING]
    form.offer(
        [(key, title) for key, title in topics],
        [(item.id, f"{item.number} {item.title}".strip()) for item in places],
    )


def _late_page(form: LateForm, meeting: Meeting) -> str:
    names = sorted(attendee.person.name for attendee in meeting.people)
    texts = texts_for(meeting, here.actor())
    return render_template("meetings/late.html", form=form, meeting=meeting, names=names, texts=texts)


def _withdraw_page(form: WithdrawForm, meeting: Meeting, item: AgendaItem) -> str:
    texts = texts_for(meeting, here.actor())
    return render_template("meetings/withdraw.html", form=form, meeting=meeting, item=item, texts=texts)
