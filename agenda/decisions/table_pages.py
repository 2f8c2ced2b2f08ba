"""Pages of the table: the console, its clock, who is in the room, and the screen that all look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from agenda.core.database import get
from agenda.core.problems import Conflict, Invalid, NotFound
from agenda.decisions import table_notes, table_words
from agenda.decisions.table_blueprint import pages
from agenda.decisions.table_console import (
    Answered,
    change,
    clock_face,
    console,
    looked_at,
    minutes_left,
    recordable,
)
from agenda.decisions.table_forms import hours_of, rows_of, rows_sent
from agenda.meetings import table_actions, table_clock
from agenda.meetings.agenda_queries import item_of, meeting_with_agenda
from agenda.meetings.model import Attendee, Meeting, MeetingState
from agenda.meetings.rules import state_of
from agenda.meetings.sight import OPEN, sees, title_of
from agenda.meetings.substitutes import candidates
from agenda.meetings.table_queries import is_open, table_of
from agenda.meetings.table_rules import number_of
from agenda.people.model import Person
from agenda.topics.words import PURPOSES
from agenda.web import here
from agenda.web.forms import key
from agenda.web.panels import offer_panel, offer_words
from agenda.web.shell import say, sentence

__all__ = ["init", "pages", "table_notes"]

# From so long before it begins the clerk can prepare the notes of a meeting.
PREPARED = timedelta(days=30)


def init(app: Flask) -> None:
    """Add the pages, the way to them, and what they say."""
    app.register_blueprint(pages)
    say(app, table_words.PROBLEMS)
    offer_words(app, table_words.VERBS, table_words.FIELDS)
    offer_panel(app, "meeting_first", _way_in, order=1)


@pages.get("/meetings/<int:meeting_id>/table")
def show(meeting_id: int) -> str:
    """Show the console to who records."""
    return console(meeting_id, looked_at())


@pages.post("/meetings/<int:meeting_id>/table/items/<int:item_id>/treat")
def treat(meeting_id: int, item_id: int) -> Answered:
    """Put an item on the table."""
    seen = _seen()
    return change(
        meeting_id,
        lambda session, meeting: table_clock.put_on_table(
            session, item_of(meeting, item_id), here.actor(), here.now(), seen
        ),
    )


@pages.post("/meetings/<int:meeting_id>/table/clock")
def clock(meeting_id: int) -> Answered:
    """Stop the clock, or let it run on."""
    act = table_clock.stop_clock if request.form.get("do") == "stop" else table_clock.start_clock
    seen = _seen()
    return change(
        meeting_id,
        lambda session, meeting: act(session, meeting, here.actor(), here.now(), seen),
        looked_at(),
    )


@pages.post("/meetings/<int:meeting_id>/table/presence")
def college_came_in(meeting_id: int) -> Answered:
    """Note that everyone of a college who said they would come is in."""
    college = request.form.get("college", type=key) or 0

    def come_in(session: Session, meeting: Meeting) -> None:
        number = table_actions.arrive_all(session, meeting, college, here.actor(), here.now())
        flash(ngettext("One person is in.", "%(num)d people are in.", number), "success")

    return change(meeting_id, come_in, looked_at())


@pages.post("/meetings/<int:meeting_id>/table/presence/<int:attendee_id>")
def came_or_went(meeting_id: int, attendee_id: int) -> Answered:
    """Note that somebody comes in, or leaves."""
    act = table_actions.leave if request.form.get("do") == "leave" else table_actions.arrive
    return change(
        meeting_id,
        lambda session, meeting: act(
            session, _attendee(session, meeting, attendee_id), here.actor(), here.now()
        ),
        looked_at(),
    )


@pages.get("/meetings/<int:meeting_id>/table/presence/<int:attendee_id>/hours")
def hours(meeting_id: int, attendee_id: int) -> Answered:
    """Show when somebody was in the room, to mend it."""
    return _hours_page(meeting_id, attendee_id)


@pages.post("/meetings/<int:meeting_id>/table/presence/<int:attendee_id>/hours")
def set_hours(meeting_id: int, attendee_id: int) -> Answered:
    """Write down anew when somebody was in the room."""
    try:
        with here.work() as session:
            attendee = _attendee(session, recordable(session, meeting_id), attendee_id)
            wanted = [] if request.form.get("do") == "absent" else hours_of(rows_sent(request.form))
            seen = request.form.get("seen", "")
            table_actions.set_hours(session, attendee, wanted, here.actor(), here.now(), seen)
            name = attendee.person.name
    except (Invalid, Conflict) as problem:
        return _hours_page(meeting_id, attendee_id, problem), problem.status
    flash(_("The times of %(name)s are saved.", name=name), "success")
    return redirect(url_for("table.show", meeting_id=meeting_id, _anchor="table-people"), 303)


@pages.post("/meetings/<int:meeting_id>/table/presence/<int:attendee_id>/substitute")
def substitute(meeting_id: int, attendee_id: int) -> Answered:
    """Note that somebody is in the room in a member's place."""
    person_id = request.form.get("person", type=key) or 0
    try:
        with here.work() as session:
            attendee = _attendee(session, recordable(session, meeting_id), attendee_id)
            chosen = table_actions.substitute_comes_in(session, attendee, person_id, here.actor(), here.now())
            names = {"name": chosen.person.name, "member": attendee.person.name}
    except (Invalid, Conflict) as problem:
        return _hours_page(meeting_id, attendee_id, problem), problem.status
    flash(_("%(name)s is in, in place of %(member)s.", **names), "success")
    return redirect(url_for("table.show", meeting_id=meeting_id, _anchor="table-people"), 303)


@pages.post("/meetings/<int:meeting_id>/table/items/<int:item_id>/recusal")
def recusal(meeting_id: int, item_id: int) -> Answered:
    """Note that somebody keeps out of an item, or takes part after all."""
    attendee_id = request.form.get("attendee", type=key) or 0

    def note(session: Session, meeting: Meeting) -> None:
        item, attendee = item_of(meeting, item_id), _attendee(session, meeting, attendee_id)
        if request.form.get("do") == "end":
            table_actions.take_part_again(session, item, attendee, here.actor(), here.now())
        else:
            why = request.form.get("why", "")
            table_actions.recuse(session, item, attendee, why, here.actor(), here.now())

    return change(meeting_id, note, item_id)


@pages.get("/meetings/<int:meeting_id>/present")
def present(meeting_id: int) -> str:
    """Show on a big screen what is on the table: what everybody in the room may see, whoever is signed in."""
    with here.read() as session:
        meeting = meeting_with_agenda(session, meeting_id, here.actor())
        table = table_of(session, meeting, here.now())
        return render_template(
            "decisions/present.html",
            meeting=meeting,
            table=table,
            item=table.current,
            sees=lambda item: sees(item, OPEN),
            title_of=lambda item: title_of(item, OPEN),
            number_of=number_of,
            clock_face=clock_face,
            minutes_left=minutes_left,
            purposes=PURPOSES,
        )


def _attendee(session: Session, meeting: Meeting, attendee_id: int) -> Attendee:
    attendee = get(session, Attendee, attendee_id)
    if attendee.meeting_id != meeting.id:
        raise NotFound("not_found")
    return attendee


def _hours_page(meeting_id: int, attendee_id: int, refusal: Invalid | Conflict | None = None) -> str:
    with here.read() as session:
        meeting = recordable(session, meeting_id)
        attendee = _attendee(session, meeting, attendee_id)
        stretches = table_actions.stretches_of(session, attendee)
        return render_template(
            "decisions/table_hours.html",
            meeting=meeting,
            attendee=attendee,
            open=is_open(meeting, here.now()),
            stretches=stretches,
            people=_candidates(session, attendee),
            rows=rows_sent(request.form)
            if refusal and "row" in request.form
            else rows_of(stretches, meeting.time_zone),
            seen=table_actions.mark_of(stretches),
            refusal=sentence(refusal.code, refusal.facts) if refusal else None,
        )


def _candidates(session: Session, attendee: Attendee) -> Sequence[Person]:
    """List who can come in somebody's place, while an invitation can still be sent."""
    if state_of(attendee.meeting, here.now()) is not MeetingState.CONFIRMED or attendee.substitute_for_id:
        return ()
    return candidates(session, attendee, here.now())


def _seen() -> int | None:
    return request.form.get("seen", type=int)


def _way_in(session: Session, meeting: Meeting) -> str | None:
    """Show the way to the table on the page of the meeting, once there is something to do there."""
    if meeting.starts_at is None or meeting.closed_at is not None or meeting.cancelled_at is not None:
        return None
    may_record = here.actor().may("record", meeting.body)
    near = meeting.starts_at - PREPARED <= here.now()
    if not (is_open(meeting, here.now()) or (may_record and near)):
        return None
    return render_template("decisions/_table_way_in.html", meeting=meeting, may_record=may_record)
