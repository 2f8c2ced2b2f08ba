"""That a decision list was adopted: recorded, and taken back."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.database import get
from agenda.core.problems import Changed
from agenda.meetings.model import Meeting
from agenda.publications import actions, queries
from agenda.publications.blueprint import pages
from agenda.publications.forms import AdoptForm
from agenda.publications.papers_screen import later_meetings, papers_page
from agenda.web import here
from agenda.web.forms import Form


@pages.post("/meetings/<int:meeting_id>/decision-list/adopt")
def adopt(meeting_id: int) -> Response | tuple[str, int]:
    """Record in which later meeting the decision list was adopted."""
    form = AdoptForm()
    with here.work() as session:
        meeting = _recordable(session, meeting_id)
        form.offer(later_meetings(session, meeting))
        if not form.validate():
            return papers_page(session, queries.meeting_with_papers(session, meeting_id), adopt=form), 422
        chosen = get(session, Meeting, form.adopted_in.data)
        actions.adopt(session, meeting, chosen, form.changes.data or "", here.actor(), here.now())
    flash(_("Recorded that the decision list was adopted. Make the list again: it says so then."), "success")
    return redirect(url_for("publications.papers", meeting_id=meeting_id), 303)


@pages.post("/meetings/<int:meeting_id>/decision-list/take-back")
def take_back(meeting_id: int) -> Response:
    """Undo the recording of an adoption."""
    with here.work() as session:
        adoption = actions.adoption_of(session, _recordable(session, meeting_id))
        if adoption is None:
            raise Changed
        version = Form().seen_version()
        actions.take_back_adoption(session, adoption, version, here.actor(), here.now())
    flash(_("The decision list is a draft again."), "success")
    return redirect(url_for("publications.papers", meeting_id=meeting_id), 303)


def _recordable(session: Session, meeting_id: int) -> Meeting:
    meeting = get(session, Meeting, meeting_id)
    here.actor().must("record", meeting.body)
    return meeting
