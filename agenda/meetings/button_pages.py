"""The buttons on a meeting's page: each does one thing and comes back."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from agenda.core.actor import Actor
from agenda.core.database import get
from agenda.core.problems import NotFound
from agenda.meetings import actions, attendance, queries
from agenda.meetings.blueprint import pages
from agenda.meetings.model import Attendee
from agenda.people.model import Person
from agenda.web import here
from agenda.web.forms import Form


@pages.post("/meetings/<int:meeting_id>/attendees")
def add_attendee(meeting_id: int) -> Response:
    """Invite one more person."""
    with here.work() as session:
        meeting = queries.meeting_for(session, meeting_id, here.actor())
        here.actor().must("plan", meeting.body)
        person = get(session, Person, request.form.get("person", 0, type=int))
        attendance.add_attendee(session, meeting, person, here.actor(), here.now())
        name = person.name
    flash(_("%(name)s is on the list.", name=name), "success")
    return _back(meeting_id, people=1)


@pages.post("/meetings/<int:meeting_id>/attendees/<int:attendee_id>/remove")
def remove_attendee(meeting_id: int, attendee_id: int) -> Response:
    """Take someone off the list."""
    with here.work() as session:
        meeting = queries.meeting_for(session, meeting_id, here.actor())
        attendee = get(session, Attendee, attendee_id)
        if attendee.meeting_id != meeting.id:
            raise NotFound("not_found")
        attendance.remove_attendee(session, attendee, here.actor(), here.now())
        name = attendee.person.name
    flash(_("%(name)s is off the list.", name=name), "success")
    return _back(meeting_id, people=1)


@pages.post("/meetings/<int:meeting_id>/clear-date")
def clear_date(meeting_id: int) -> Response:
    """Take the date back, to the period it came from."""
    return _do(meeting_id, actions.clear_date, _("The date is taken back."))


@pages.post("/meetings/<int:meeting_id>/restore")
def restore(meeting_id: int) -> Response:
    """Undo a cancellation of which nobody was told."""
    return _do(meeting_id, actions.restore, _("The meeting takes place after all."))


@pages.post("/meetings/<int:meeting_id>/close")
def close(meeting_id: int) -> Response:
    """Close a held meeting."""
    return _do(meeting_id, actions.close, _("The meeting is closed."))


@pages.post("/meetings/<int:meeting_id>/reopen")
def reopen(meeting_id: int) -> Response:
    """Open a closed meeting again, to mend what was recorded."""
    return _do(meeting_id, actions.reopen, _("The meeting is open again."))


def _do(meeting_id: int, action: Callable[..., None], told: str) -> Response:
    version = Form(data={}).seen_version()
    with here.work() as session:
        by: Actor = here.actor()
        meeting = queries.meeting_for(session, meeting_id, by)
        action(session, meeting, by, here.now(), version)
    flash(told, "success")
    return _back(meeting_id)


def _back(meeting_id: int, people: int | None = None) -> Response:
    part = "people" if people else None
    return redirect(url_for("meetings.show", meeting_id=meeting_id, people=people, _anchor=part), 303)
