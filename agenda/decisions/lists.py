"""What the two lists share, of actions and of promises: whose body they are of, and how one entry changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Protocol, TypeVar

from flask import flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.core.problems import Changed, Conflict, Invalid
from agenda.decisions.outcome_screen import item_of
from agenda.meetings.model import AgendaItem, Meeting
from agenda.people.model import Body
from agenda.web import here
from agenda.web.forms import Form
from agenda.web.shell import sentence

Answer = Response | tuple[str, int]
# What someone else saved meanwhile: label, mine, theirs.
Theirs = tuple[tuple[Any, Any, Any], ...]


class Entry(Protocol):
    """An action or a promise."""

    @property
    def version(self) -> int: ...


E = TypeVar("E", bound=Entry)


def body_seen(session: Session, body_id: int) -> Body:
    """Give a body of which this person may read the lists."""
    body = get(session, Body, body_id)
    here.actor().must("see", body)
    return body


def body_recorded(session: Session, body_id: int) -> Body:
    """Give a body of which this person keeps the lists."""
    body = get(session, Body, body_id)
    here.actor().must("record", body)
    return body


def item_recorded(session: Session, meeting_id: int, item_id: int) -> AgendaItem:
    """Give an item under which this person writes something down; NotFound for one of another meeting."""
    meeting = get(session, Meeting, meeting_id)
    here.actor().must("record", meeting.body)
    return item_of(session, meeting, item_id)


def today_of(body: Body) -> date:
    """Tell the civil day where a body is."""
    return local_day(here.now(), body.time_zone)


def meeting_cells(meeting: Meeting | None) -> tuple[str, date | None]:
    """Tell in two cells of a file in which meeting something was agreed: meetings of a body share a title."""
    if meeting is None or meeting.starts_at is None:
        return (meeting.title if meeting else "", None)
    return meeting.title, local_day(meeting.starts_at, meeting.time_zone)


def change(
    form: Form,
    load: Callable[[Session], E],
    act: Callable[[Session, E], None],
    page: Callable[[Session, E, Theirs], str],
    done: str,
    there: str,
    *,
    theirs: Callable[[E], Theirs] | None = None,
    asks: bool = True,
) -> Answer:
    """Change an entry, or show its page again: what was typed is kept, whatever stands in its way.

    `load` refuses who may not change it; `theirs` tells what stands there now beside what was typed. A button
    that asks nothing lets the refusal speak for itself.
    """
    with here.read() as session:
        found = load(session)
        if not form.validate_on_submit():
            return page(session, found, ()), Invalid.status
    try:
        with here.work() as session:
            act(session, load(session))
    except (Changed, Conflict, Invalid) as problem:
        if not asks:
            raise
        with here.read() as session:
            found = load(session)
            rows: Theirs = ()
            if theirs is not None and isinstance(problem, Changed):
                rows = tuple(row for row in theirs(found) if row[1] != row[2])
            else:
                form.form_errors.append(sentence(problem.code, problem.facts))
            form.version.data = str(found.version)
            return page(session, found, rows), problem.status
    flash(done, "success")
    return redirect(here.own_path(request.form.get("back"), there), 303)
