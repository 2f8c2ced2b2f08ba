"""Who comes in a member's place: from the answer page, the meeting's page, or by the secretary."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from agenda.accounts.rules import By
from agenda.core.actor import Actor
from agenda.core.database import get
from agenda.core.problems import NotFound
from agenda.invitations import queries
from agenda.meetings.attendance import substitute_of
from agenda.meetings.model import Attendee, Meeting
from agenda.meetings.substitutes import candidates, end_substitution, name_substitute
from agenda.web import here
from agenda.web.forms import key

pages = Blueprint("substitutes", __name__)
# As for answers: this only stops machines that guess.
OPENING = "120 per 15 minutes"


def init(app: Flask) -> None:
    """Add the pages, and the limit on guessing."""
    app.register_blueprint(pages)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="moving-window")
    view: Any = app.view_functions["substitutes.by_link"]
    limited: Any = limiter.limit(OPENING)(view)
    app.view_functions["substitutes.by_link"] = limited


@pages.post("/answer/<token>/substitute")
@here.public
def by_link(token: str) -> BaseResponse:
    """Let whoever holds the link name who comes in their place, or end that."""
    with here.work() as session:
        attendee = queries.by_token(session, token)
        if here.visitor() is None:
            g.person_language = attendee.person.language
        _do(session, attendee, By(person_id=attendee.person_id, name=attendee.person.name))
    response = make_response(redirect(url_for("invitations.answer", token=token), 303))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@pages.post("/meetings/<int:meeting_id>/substitute")
def mine(meeting_id: int) -> BaseResponse:
    """Let the signed-in attendee name who comes in their place, or end that."""
    with here.work() as session:
        meeting = get(session, Meeting, meeting_id)
        attendee = queries.attendee_of(session, meeting, here.actor().person_id)
        if attendee is None:
            raise NotFound("not_found")
        _do(session, attendee, here.actor())
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


@pages.get("/meetings/<int:meeting_id>/attendees/<int:attendee_id>/substitute")
def choose(meeting_id: int, attendee_id: int) -> str:
    """Show the secretary who can come in a member's place."""
    with here.read() as session:
        attendee = _attendee(session, meeting_id, attendee_id)
        return render_template(
            "invitations/substitute.html",
            meeting=attendee.meeting,
            attendee=attendee,
            substitute=substitute_of(attendee),
            people=candidates(session, attendee, here.now()),
            action=url_for("substitutes.for_another", meeting_id=meeting_id, attendee_id=attendee_id),
        )


@pages.post("/meetings/<int:meeting_id>/attendees/<int:attendee_id>/substitute")
def for_another(meeting_id: int, attendee_id: int) -> BaseResponse:
    """Let the secretary name who comes in a member's place, or end that."""
    with here.work() as session:
        _do(session, _attendee(session, meeting_id, attendee_id), here.actor())
    return redirect(url_for("presence.show", meeting_id=meeting_id), 303)


def _attendee(session: Session, meeting_id: int, attendee_id: int) -> Attendee:
    meeting = get(session, Meeting, meeting_id)
    here.actor().must("invite", meeting.body)
    attendee = next((one for one in meeting.attendees if one.id == attendee_id), None)
    if attendee is None:
        raise NotFound("not_found")
    return attendee


def _do(session: Session, attendee: Attendee, by: Actor) -> None:
    if request.form.get("end"):
        end_substitution(session, attendee, by, here.now())
        flash(_("Nobody comes in your place any more. Let us know whether you come yourself."), "success")
        return
    person_id = request.form.get("person_id", type=key) or 0
    chosen = name_substitute(session, attendee, person_id, by, here.now())
    name = chosen.person.name
    flash(_("%(name)s is invited in your place and gets an invitation.", name=name), "success")
