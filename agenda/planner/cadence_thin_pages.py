"""Cancelling a thin meeting: where its topics go and who hears of it is shown first, and it can be undone."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.problems import Conflict, Invalid
from agenda.meetings import queries as meetings
from agenda.meetings.model import Meeting
from agenda.planner import cadence_actions as actions
from agenda.planner.blueprint import pages
from agenda.planner.cadence_forms import REASON, CancelThinForm
from agenda.planner.cadence_thin import Thin, thin_meeting
from agenda.web import here
from agenda.web.shell import sentence


@pages.route("/cadence/thin/<int:meeting_id>", methods=["GET", "POST"])
def cancel_thin(meeting_id: int) -> str | Response | tuple[str, int]:
    """Look at what cancelling a thin meeting comes to, and do it."""
    by, now, form = here.actor(), here.now(), CancelThinForm()
    if request.method != "POST":
        form.why.data = str(REASON)
        with here.read() as session:
            return _page(*_seen(session, meeting_id), form)
    with here.work() as session:
        meeting, thin = _seen(session, meeting_id)
        if not form.validate():
            return _page(meeting, thin, form), Invalid.status
        try:
            if thin is None:
                raise Conflict("thin_no_more")
            with session.begin_nested():
                rests_on, why = form.rests_on.data or "", form.why.data or ""
                change = actions.cancel_thin(session, thin, rests_on, why, by, now)
        except (Invalid, Conflict) as problem:
            form.form_errors.append(sentence(problem.code, problem.facts))
            return _page(meeting, thin, form), problem.status
        address = url_for("planner.accepted", change_id=change.id)
    return redirect(address, 303)


def _seen(session: Session, meeting_id: int) -> tuple[Meeting, Thin | None]:
    meeting = meetings.meeting_for(session, meeting_id, here.actor())
    here.actor().must("plan", meeting.body)
    return meeting, thin_meeting(session, meeting, here.now())


def _page(meeting: Meeting, thin: Thin | None, form: CancelThinForm) -> str:
    # What is agreed to is what stands on this page.
    form.rests_on.data = thin.fingerprint if thin is not None else ""
    return render_template(
        "planner/cadence_thin.html",
        meeting=meeting,
        thin=thin,
        told=len(meeting.people) if meeting.confirmed_at else 0,
        form=form,
    )
