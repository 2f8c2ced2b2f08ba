"""Presence: who comes to a meeting, per college and per item, and who must still be asked."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from agenda.core.database import get
from agenda.invitations import actions, presence, tray_words, words
from agenda.meetings import words as meeting_words
from agenda.meetings.model import Meeting, MeetingState
from agenda.meetings.rules import state_of
from agenda.web import here

pages = Blueprint("presence", __name__)


def init(app: Flask) -> None:
    """Add the page."""
    app.register_blueprint(pages)


@pages.get("/meetings/<int:meeting_id>/presence")
def show(meeting_id: int) -> str:
    """Show who comes, per college and per item, to who may see the answers."""
    with here.read() as session:
        meeting = _visible(session, meeting_id)
        return render_template(
            "invitations/presence.html",
            meeting=meeting,
            found=presence.overview(session, meeting),
            may_ask=here.actor().may("invite", meeting.body)
            and state_of(meeting, here.now()) is MeetingState.CONFIRMED,
            may_replace=here.actor().may("invite", meeting.body),
            words=words,
            roles=meeting_words.ROLES,
            tray=tray_words,
        )


@pages.post("/meetings/<int:meeting_id>/presence/ask")
def ask_again(meeting_id: int) -> BaseResponse:
    """Send the invitation once more to everyone who has not answered, at most once a day each."""
    with here.work() as session:
        meeting = _visible(session, meeting_id)
        number = actions.ask_again(session, here.runtime().config, meeting, here.actor(), here.now())
    flash(ngettext("One letter leaves now.", "%(num)d letters leave now.", number), "success")
    return redirect(url_for("presence.show", meeting_id=meeting_id), 303)


def _visible(session: Session, meeting_id: int) -> Meeting:
    meeting = get(session, Meeting, meeting_id)
    here.actor().must("see_answers", meeting.body)
    return meeting
