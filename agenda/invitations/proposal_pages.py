"""Another time that someone proposes, on the meeting's page: taken over, or declined with a word."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse
from wtforms import TextAreaField
from wtforms.validators import Length

from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.invitations import proposals
from agenda.invitations.proposals import LONGEST_REASON
from agenda.meetings.model import Meeting
from agenda.web import here
from agenda.web.forms import Form, tidy_text
from agenda.web.panels import offer_panel

pages = Blueprint("proposals", __name__)


class DeclineForm(Form):
    """Why the meeting stays where it is."""

    why = TextAreaField(
        _l("Explanation for the sender"),
        filters=[tidy_text],
        validators=[Length(max=LONGEST_REASON, message=_l("Use at most %(max)d characters."))],
    )


def init(app: Flask) -> None:
    """Add the pages, and what waits to the meeting's page."""
    app.register_blueprint(pages)
    offer_panel(app, "meeting_first", proposals_panel, order=5)


@pages.get("/meetings/<int:meeting_id>/proposals/<int:proposal_id>")
def show(meeting_id: int, proposal_id: int) -> str:
    """Show a proposal and what follows from either choice, before anything leaves."""
    with here.read() as session:
        meeting = _planned(session, meeting_id)
        return _page(session, meeting, proposal_id, DeclineForm(formdata=None))


@pages.post("/meetings/<int:meeting_id>/proposals/<int:proposal_id>/accept")
def accept(meeting_id: int, proposal_id: int) -> BaseResponse:
    """Move the meeting to the proposed time."""
    with here.work() as session:
        meeting = _planned(session, meeting_id)
        proposals.accept(session, meeting, proposal_id, here.actor(), here.now())
    flash(_("The meeting is moved. Everyone hears of it by themselves."), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


@pages.post("/meetings/<int:meeting_id>/proposals/<int:proposal_id>/decline")
def decline(meeting_id: int, proposal_id: int) -> BaseResponse | tuple[str, int]:
    """Leave the meeting where it is, and tell who proposed the other time."""
    form = DeclineForm()
    with here.work() as session:
        meeting = _planned(session, meeting_id)
        if not form.validate():
            return _page(session, meeting, proposal_id, form), 422
        config, why = here.runtime().config, str(form.why.data or "")
        proposals.decline(session, config, meeting, proposal_id, why, here.actor(), here.now())
    flash(_("The meeting stays where it is. A letter to the sender leaves."), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


def proposals_panel(session: Session, meeting: Meeting) -> str | None:
    """Name the proposals that wait, to who plans the meeting."""
    if not here.actor().may("plan", meeting.body):
        return None
    found = proposals.open_proposals(session, meeting, here.now())
    if not found:
        return None
    return render_template("invitations/panel_proposals.html", meeting=meeting, found=found)


def _page(session: Session, meeting: Meeting, proposal_id: int, form: DeclineForm) -> str:
    one = proposals.open_proposal(session, meeting, proposal_id, here.now())
    invited = len(meeting.people)
    return render_template(
        "invitations/proposal.html",
        meeting=meeting,
        one=one,
        form=form,
        invited=invited,
        day=local_day(one.proposal.starts_at, meeting.time_zone),
    )


def _planned(session: Session, meeting_id: int) -> Meeting:
    meeting = get(session, Meeting, meeting_id)
    here.actor().must("plan", meeting.body)
    return meeting
