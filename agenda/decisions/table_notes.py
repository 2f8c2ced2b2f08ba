"""Saving notes while somebody types, and recording them as the outcome of an item."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from agenda.core import words
from agenda.core.problems import Changed, Conflict, Invalid
from agenda.decisions import table_actions
from agenda.decisions.table_blueprint import pages
from agenda.decisions.table_console import Answered, Shown, console, recordable
from agenda.decisions.table_forms import NoteForm, form_of
from agenda.meetings.agenda_queries import item_of
from agenda.meetings.model import ItemOutcome
from agenda.meetings.words import OUTCOMES
from agenda.web import here
from agenda.web.language import language
from agenda.web.shell import sentence

Spoken = Answered | tuple[Response, int]
FIELDS = ("outcome", "decision", "remarks")


@pages.post("/meetings/<int:meeting_id>/table/items/<int:item_id>/note")
def save_note(meeting_id: int, item_id: int) -> Spoken:
    """Keep what is written down of an item: for a form, or bit by bit for a script."""
    return _save(meeting_id, item_id, record=False)


@pages.post("/meetings/<int:meeting_id>/table/items/<int:item_id>/record")
def record(meeting_id: int, item_id: int) -> Spoken:
    """Keep what is written down of an item, and record it as what came out."""
    return _save(meeting_id, item_id, record=True)


@pages.post("/meetings/<int:meeting_id>/table/items/<int:item_id>/take-back")
def take_back(meeting_id: int, item_id: int) -> Answered:
    """Let an item be open again."""
    version = request.form.get("version", type=int)
    try:
        with here.work() as session:
            item = item_of(recordable(session, meeting_id), item_id)
            table_actions.take_back(session, item, version, here.actor(), here.now())
    except Changed as problem:
        return console(meeting_id, item_id, Shown(refusal=problem)), problem.status
    except (Invalid, Conflict) as problem:
        return console(meeting_id, item_id, Shown(refusal=problem)), problem.status
    flash(_("The item is open again; your notes are kept."), "success")
    return redirect(url_for("table.show", meeting_id=meeting_id, item=item_id), 303)


def _save(meeting_id: int, item_id: int, record: bool) -> Spoken:
    with here.read() as session:
        item_of(recordable(session, meeting_id), item_id)
    form = NoteForm()
    if not form.validate_on_submit():
        return _faulty(meeting_id, item_id, form)
    try:
        with here.work() as session:
            item = item_of(recordable(session, meeting_id), item_id)
            noted, change, version = form.noted(), form.change.data or "", form.seen_version() or 0
            note = table_actions.save_note(session, item, noted, version, change, here.actor(), here.now())
            if record:
                table_actions.record_noted(session, item, here.actor(), here.now())
            saved = {"version": note.version, "saved": _clock(note.saved_at)}
            title = item.title
    except Changed:
        return _overtaken(meeting_id, item_id, form)
    except (Invalid, Conflict) as problem:
        if _for_script():
            raise
        return console(meeting_id, item_id, Shown(form=form, refusal=problem)), problem.status
    if _for_script():
        return jsonify(saved), 200
    flash(_("Recorded: %(title)s", title=title) if record else _("The notes are saved."), "success")
    return redirect(url_for("table.show", meeting_id=meeting_id, item=item_id), 303)


def _faulty(meeting_id: int, item_id: int, form: NoteForm) -> Spoken:
    if _for_script():
        told = "; ".join(str(text) for name in FIELDS for text in form[name].errors)
        return jsonify(title=told or sentence("bad_request", {})), Invalid.status
    return console(meeting_id, item_id, Shown(form=form)), Invalid.status


def _overtaken(meeting_id: int, item_id: int, form: NoteForm) -> Spoken:
    """Show both texts; saving once more is then a choice made with open eyes."""
    with here.read() as session:
        item = item_of(recordable(session, meeting_id), item_id)
        note = table_actions.note_of(session, item)
        theirs = form_of(item, note)
        rows = [
            (form[name].label.text, _spoken(name, form[name].data), _spoken(name, theirs[name].data))
            for name in FIELDS
            if (form[name].data or "") != (theirs[name].data or "")
        ]
        version = note.version if note else 0
        form.version.data = str(version)
        if not _for_script():
            return console(meeting_id, item_id, Shown(form=form, rows=rows)), Changed.status
        html = render_template("decisions/_table_meanwhile.html", rows=rows, note=note)
    fields = {name: theirs[name].data or "" for name in FIELDS}
    return jsonify(code="changed_meanwhile", version=version, theirs=fields, html=html), Changed.status


def _spoken(name: str, value: Any) -> Any:
    if name == "outcome":
        return str(OUTCOMES[ItemOutcome(value)]) if value else None
    return value


def _clock(moment: datetime) -> str:
    return words.clock(moment, ZoneInfo(here.runtime().config.time_zone), language())


def _for_script() -> bool:
    """Tell whether a script asks, as web.shell.page does."""
    offered = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return offered == "application/json"
