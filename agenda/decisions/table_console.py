"""The console at the table: what it shows, after a look and after a refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core import audit
from agenda.core.problems import Changed, Conflict, Invalid
from agenda.decisions.model import Decision
from agenda.decisions.table_actions import has_outcome, is_recorded
from agenda.decisions.table_forms import NoteForm, form_of
from agenda.meetings import table_words
from agenda.meetings.agenda_queries import item_of, meeting_with_agenda
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.sight import sight_of, title_of
from agenda.meetings.standard_text_queries import texts_for
from agenda.meetings.table_actions import HISTORY
from agenda.meetings.table_model import TableNote
from agenda.meetings.table_queries import Table, is_open, table_of
from agenda.meetings.table_rules import number_of
from agenda.meetings.words import ANSWERS, OUTCOMES
from agenda.topics.words import PURPOSES
from agenda.web import here, history
from agenda.web.forms import key
from agenda.web.language import language
from agenda.web.panels import panels
from agenda.web.shell import sentence

Answered = str | Response | tuple[str, int]
HISTORY_SHOWN = 60


@dataclass
class Shown:
    """What the console shows besides what stands in the database."""

    form: NoteForm | None = None
    # What differs from what somebody else saved meanwhile: label, mine, theirs.
    rows: list[tuple[str, Any, Any]] | None = None
    refusal: Invalid | Conflict | None = None


def recordable(session: Session, meeting_id: int) -> Meeting:
    """Give a meeting whose table this person may keep; NotFound or Forbidden else."""
    meeting = meeting_with_agenda(session, meeting_id, here.actor())
    here.actor().must("record", meeting.body)
    return meeting


def console(meeting_id: int, item_id: int | None, shown: Shown | None = None) -> str:
    """Show the console, with one item to note; without one, that which is on the table."""
    shown = shown or Shown()
    with here.read() as session:
        meeting = recordable(session, meeting_id)
        table = table_of(session, meeting, here.now())
        item = item_of(meeting, item_id) if item_id else table.current or next(iter(meeting.items), None)
        notes = _notes(session, meeting)
        sight = sight_of(meeting, here.actor())
        return render_template(
            "decisions/table.html",
            meeting=meeting,
            table=table,
            item=item,
            notes=notes,
            note=notes.get(item.id) if item else None,
            form=(shown.form or form_of(item, notes.get(item.id))) if item else None,
            rows=shown.rows,
            refusal=sentence(shown.refusal.code, shown.refusal.facts) if shown.refusal else None,
            decisions=_decisions(session, item) if item else (),
            open=is_open(meeting, here.now()),
            over=meeting.closed_at is not None or meeting.cancelled_at is not None,
            begun=meeting.starts_at is not None and meeting.starts_at <= here.now(),
            title_of=lambda one: title_of(one, sight),
            number_of=number_of,
            has_outcome=has_outcome,
            is_recorded=is_recorded,
            clock_face=clock_face,
            minutes_left=minutes_left,
            panel=panels("table_item", session, item) if item else "",
            lines=_history(session, meeting),
            outcomes=OUTCOMES,
            answers=ANSWERS,
            purposes=PURPOSES,
            texts=texts_for(meeting, here.actor()),
        )


def change(meeting_id: int, work: Callable[[Session, Meeting], Any], item_id: int | None = None) -> Answered:
    """Make one change and go back to the console; a refusal is shown on it as it is now."""
    try:
        with here.work() as session:
            work(session, recordable(session, meeting_id))
    except Changed:
        refusal: Invalid | Conflict = Conflict("changed_meanwhile")
        return console(meeting_id, item_id, Shown(refusal=refusal)), refusal.status
    except (Invalid, Conflict) as problem:
        return console(meeting_id, item_id, Shown(refusal=problem)), problem.status
    return redirect(url_for("table.show", meeting_id=meeting_id, item=item_id), 303)


def looked_at() -> int | None:
    """Give the item that was on screen, as the address or the form names it."""
    return request.values.get("item", type=key) or None


def clock_face(span: timedelta) -> str:
    """Write a length of time as on a stopwatch: 7:05, or 1:07:05."""
    seconds = max(0, int(span.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def minutes_left(table: Table) -> int:
    """Give the minutes that the item on the table has left, rounded up; negative when it takes too long."""
    return -int(-table.clock.left.total_seconds() // 60)


def _notes(session: Session, meeting: Meeting) -> dict[int, TableNote]:
    query = select(TableNote).join(AgendaItem, AgendaItem.id == TableNote.item_id)
    found = session.scalars(query.where(AgendaItem.meeting_id == meeting.id))
    return {note.item_id: note for note in found}


def _decisions(session: Session, item: AgendaItem) -> list[Decision]:
    query = select(Decision).where(Decision.agenda_item_id == item.id).order_by(Decision.position)
    return list(session.scalars(query))


def _history(session: Session, meeting: Meeting) -> list[history.Line]:
    entries = audit.history(session, HISTORY, meeting.id, most=HISTORY_SHOWN)
    zone = here.runtime().config.time_zone
    return history.lines(
        entries,
        table_words.VERBS,
        table_words.FIELDS,
        lambda name, value: table_words.shown(name, value, zone, language()),
    )
