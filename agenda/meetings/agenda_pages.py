"""Pages of the agenda editor. Every change is a POST that ends on the agenda itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core import audit
from agenda.core.database import get
from agenda.core.problems import Changed, Conflict, Invalid
from agenda.meetings import (
    agenda_actions,
    agenda_final,
    agenda_late,
    agenda_moves,
    agenda_queries,
    agenda_words,
    paper_queries,
    sight,
    version_words,
)
from agenda.meetings.agenda_final import AgendaNotReady
from agenda.meetings.agenda_forms import FinalItemForm, FreeItemForm, ItemForm, as_saved
from agenda.meetings.agenda_queries import item_of, meeting_with_agenda, people_to_lead
from agenda.meetings.blueprint import pages
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.standard_text_queries import texts_for
from agenda.topics.model import Purpose, Topic, Treatment
from agenda.topics.words import PURPOSES, TREATMENTS
from agenda.web import here
from agenda.web.language import language
from agenda.web.shell import sentence

Answered = str | Response | tuple[str, int]


@pages.get("/meetings/<int:meeting_id>/agenda")
def agenda(meeting_id: int) -> str:
    """Show the agenda: to change for secretary and clerk, to read for the others."""
    return _agenda_page(meeting_id)


@pages.post("/meetings/<int:meeting_id>/agenda/draft")
def draft_agenda(meeting_id: int) -> Answered:
    """Draft the agenda from the open topics, and explain what was left out."""
    return change_agenda(
        meeting_id,
        lambda session, meeting: agenda_actions.draft_agenda(
            session, meeting, here.actor(), here.now(), seen_agenda()
        ),
        drafted=1,
    )


@pages.post("/meetings/<int:meeting_id>/agenda/topics")
def add_topic(meeting_id: int) -> Answered:
    """Put an open topic on the agenda."""

    def add(session: Session, meeting: Meeting) -> None:
        topic = get(session, Topic, request.form.get("topic", 0, type=int))
        agenda_actions.add_topic(session, meeting, topic, here.actor(), here.now())

    return change_agenda(meeting_id, add, q=request.form.get("q") or None)


@pages.post("/meetings/<int:meeting_id>/agenda/items")
def add_item(meeting_id: int) -> Answered:
    """Put an item on the agenda that is no topic."""
    form = FreeItemForm()
    if not form.validate():
        return _agenda_page(meeting_id, form=form), 422
    return change_agenda(
        meeting_id,
        lambda session, meeting: agenda_actions.add_free_item(
            session, meeting, form.title.data or "", form.minutes.data or 0, here.actor(), here.now()
        ),
    )


@pages.post("/meetings/<int:meeting_id>/agenda/items/<int:item_id>/remove")
def remove_item(meeting_id: int, item_id: int) -> Answered:
    """Take an item off the agenda."""
    return _change_item(
        meeting_id,
        item_id,
        lambda session, item: agenda_actions.remove_item(session, item, here.actor(), here.now(), _version()),
    )


@pages.post("/meetings/<int:meeting_id>/agenda/items/<int:item_id>/move")
def move_item(meeting_id: int, item_id: int) -> Answered:
    """Move an item one place up or down."""
    step = 1 if request.form.get("to") == "down" else -1
    return _change_item(
        meeting_id,
        item_id,
        lambda session, item: agenda_moves.move_item(
            session, item, item.meeting.items.index(item) + step, here.actor(), here.now(), seen_agenda()
        ),
    )


@pages.post("/meetings/<int:meeting_id>/agenda/order")
def reorder(meeting_id: int) -> Answered:
    """Save the order that was dragged or made with the arrow keys."""
    order = request.form.getlist("order", type=int)
    return change_agenda(
        meeting_id,
        lambda session, meeting: agenda_moves.reorder(
            session, meeting, order, here.actor(), here.now(), seen_agenda()
        ),
    )


@pages.post("/meetings/<int:meeting_id>/agenda/items/<int:item_id>/minutes")
def change_minutes(meeting_id: int, item_id: int) -> Answered:
    """Give an item more or less time."""
    minutes = request.form.get("minutes", -1, type=int)
    return _change_item(
        meeting_id,
        item_id,
        lambda session, item: agenda_actions.change_minutes(
            session, item, minutes, here.actor(), here.now(), _version()
        ),
    )


@pages.post("/meetings/<int:meeting_id>/agenda/undo")
def undo_step(meeting_id: int) -> Answered:
    """Take back the step that the button named."""
    step = request.form.get("step", type=int)
    return change_agenda(
        meeting_id,
        lambda session, meeting: agenda_actions.undo(session, meeting, here.actor(), here.now(), step),
    )


@pages.post("/meetings/<int:meeting_id>/agenda/final")
def finalise(meeting_id: int) -> Answered:
    """Make the agenda final."""
    return change_agenda(
        meeting_id,
        lambda session, meeting: agenda_final.finalise(
            session, meeting, here.actor(), here.now(), seen_agenda()
        ),
        say=_("The agenda is final."),
    )


@pages.post("/meetings/<int:meeting_id>/agenda/reopen")
def reopen_agenda(meeting_id: int) -> Answered:
    """Open a final agenda again."""
    return change_agenda(
        meeting_id,
        lambda session, meeting: agenda_final.back_to_draft(session, meeting, here.actor(), here.now()),
        say=_("The agenda is a draft again. Nobody hears of changes until it is final anew."),
    )


@pages.route("/meetings/<int:meeting_id>/agenda/items/<int:item_id>", methods=["GET", "POST"])
def edit_item(meeting_id: int, item_id: int) -> Answered:
    """Change an item as it stands on this agenda."""
    with here.read() as session:
        meeting = meeting_with_agenda(session, meeting_id, here.actor())
        here.actor().must("draft_agenda", meeting.body)
        item = item_of(meeting, item_id)
        made = FinalItemForm if meeting.agenda_final_at else ItemForm
        form = made(data=as_saved(item) | {"version": item.version})
        form.fill(people_to_lead(meeting, item))
        if request.method != "POST":
            return _item_page(form, meeting, item, 200)
        if not form.validate():
            return _item_page(form, meeting, item, 422)
    try:
        with here.work() as session:
            item = item_of(meeting_with_agenda(session, meeting_id, here.actor()), item_id)
            wanted, by, now, seen = form.wanted(), here.actor(), here.now(), form.seen_version()
            if isinstance(form, FinalItemForm):
                agenda_late.change_item(session, item, wanted, form.why.data or "", by, now, seen)
            else:
                agenda_actions.edit_item(session, item, wanted, by, now, seen)
    except Changed:
        return _item_changed_page(form, meeting_id, item_id)
    except (Invalid, Conflict) as problem:
        form.form_errors.append(sentence(problem.code, problem.facts))
        with here.read() as session:
            meeting = meeting_with_agenda(session, meeting_id, here.actor())
            return _item_page(form, meeting, item_of(meeting, item_id), problem.status)
    if isinstance(form, FinalItemForm):
        flash(_("The agenda is changed; everyone whom it concerns hears of it."), "success")
    return redirect(url_for("meetings.agenda", meeting_id=meeting_id, _anchor=f"item-{item_id}"), 303)


def change_agenda(
    meeting_id: int, change: Callable[[Session, Meeting], Any], say: str | None = None, **where: Any
) -> Answered:
    """Make one change and go back to the agenda; a refusal is shown above the agenda as it is now."""
    try:
        with here.work() as session:
            meeting = meeting_with_agenda(session, meeting_id, here.actor())
            here.actor().must("draft_agenda", meeting.body)
            change(session, meeting)
    except AgendaNotReady as problem:
        return _agenda_page(meeting_id, refusal=problem), problem.status
    except Changed:
        return _agenda_page(meeting_id, refusal=Conflict("agenda_changed_meanwhile")), 409
    except (Invalid, Conflict) as problem:
        return _agenda_page(meeting_id, refusal=problem), problem.status
    if say:
        flash(say, "success")
    return redirect(url_for("meetings.agenda", meeting_id=meeting_id, **where), 303)


def _change_item(meeting_id: int, item_id: int, change: Callable[[Session, AgendaItem], Any]) -> Answered:
    def find_and_change(session: Session, meeting: Meeting) -> None:
        item = next((item for item in meeting.items if item.id == item_id), None)
        # The item was on the page that was looked at: someone else took it off since.
        if item is None:
            raise Conflict("agenda_changed_meanwhile")
        change(session, item)

    return change_agenda(meeting_id, find_and_change)


def seen_agenda() -> str | None:
    """Give the fingerprint of the agenda as it was on the page that was looked at."""
    return request.form.get("seen") or None


def _version() -> int | None:
    return request.form.get("version", type=int)


def _agenda_page(
    meeting_id: int, form: FreeItemForm | None = None, refusal: Invalid | Conflict | None = None
) -> str:
    with here.read() as session:
        shown = agenda_queries.agenda_of(session, meeting_id, here.actor(), here.now())
        wanted = request.values.get("q", "").strip()
        to_add, more = shown.to_add(wanted)
        return render_template(
            "meetings/agenda.html",
            agenda=shown,
            sees=lambda item: sight.sees(item, shown.sight),
            title_of=lambda item: sight.title_of(item, shown.sight),
            meeting=shown.meeting,
            form=form or FreeItemForm(formdata=None),
            refusal=sentence(refusal.code, refusal.facts) if refusal else None,
            to_add=to_add,
            more=more,
            wanted=wanted,
            drafted="drafted" in request.args,
            words=agenda_words,
            papers=paper_queries.papers_at(session, shown.meeting, here.actor()),
            versions=version_words,
            purposes=PURPOSES,
            treatments=TREATMENTS,
            reason=lambda hint: agenda_words.reason(hint.why, hint.facts, language()),
        )


def _item_page(form: ItemForm, meeting: Meeting, item: AgendaItem, status: int, **more: Any) -> Answered:
    texts = texts_for(meeting, here.actor())
    page = render_template(
        "meetings/agenda_item.html", form=form, meeting=meeting, item=item, texts=texts, **more
    )
    return page, status


def _item_changed_page(form: ItemForm, meeting_id: int, item_id: int) -> Answered:
    """Show both versions; saving once more is then a choice made with open eyes."""
    with here.read() as session:
        meeting = meeting_with_agenda(session, meeting_id, here.actor())
        item = item_of(meeting, item_id)
        people = dict(people_to_lead(meeting, item))
        rows = [
            (form[name].label.text, _spoken(name, form[name].data, people), _spoken(name, theirs, people))
            for name, theirs in as_saved(item).items()
            if (form[name].data or None) != (theirs or None)
        ]
        form.version.data = str(item.version)
        last = next(iter(audit.history(session, "meeting", meeting_id, most=1)), None)
        return _item_page(form, meeting, item, 409, rows=rows, last=last)


def _spoken(name: str, value: Any, people: dict[int, str]) -> Any:
    if value in (None, ""):
        return None
    if name == "lead":
        return people.get(value)
    if name in ("closed", "confidential"):
        return _("yes") if value else _("no")
    if name == "purpose":
        return PURPOSES[Purpose(value)]
    if name == "treatment":
        return TREATMENTS[Treatment(value)]
    return value
