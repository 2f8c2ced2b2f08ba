"""Opening a poll: which moments, who is asked, until when; nothing leaves before a last look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.problems import Problem
from agenda.dates import poll_actions as actions
from agenda.dates import poll_queries as queries
from agenda.dates import poll_words as words
from agenda.dates.blueprint import pages
from agenda.dates.poll_actions import Asked, ending_of
from agenda.dates.poll_forms import (
    NewPollForm,
    civil,
    moment_in,
    moments_of,
)
from agenda.dates.poll_pages import to_grid, to_plan
from agenda.dates.poll_rules import usual_deadline
from agenda.meetings.model import Attendee, Meeting
from agenda.meetings.rules import AHEAD, state_of
from agenda.web import here
from agenda.web.forms import key
from agenda.web.shell import sentence


@dataclass(frozen=True)
class Draft:
    """A poll as it is being put together: the moments, and who is ticked."""

    meeting: Meeting
    attendees: Sequence[Attendee]
    moments: tuple[datetime, ...]
    ticked: frozenset[int]

    @property
    def asked(self) -> int:
        """Count the people ticked."""
        return sum(attendee.person_id in self.ticked for attendee in self.attendees)


@pages.get("/meetings/<int:meeting_id>/poll/new")
def new_poll(meeting_id: int) -> str | Response:
    """Show a poll to be opened, with the moments that stand in the address."""
    with here.read() as session:
        meeting = to_plan(session, meeting_id)
        if state_of(meeting, here.now()) not in AHEAD:
            flash(sentence("poll_meeting_not_ahead", {}), "error")
            return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)
        poll = queries.latest_poll(session, meeting_id)
        if poll is not None and ending_of(poll, here.now()) is None:
            flash(sentence("poll_open_already", {}), "info")
            return to_grid(meeting_id)
        moments = moments_of(request.args.getlist("slot"), meeting.time_zone)
        attendees = queries.invited(session, meeting_id)
        usual = {attendee.person_id for attendee in attendees if actions.usually_asked(attendee)}
        draft = Draft(meeting, attendees, tuple(moments), frozenset(usual))
        return _draft_page(draft, _filled(draft))


@pages.post("/meetings/<int:meeting_id>/poll/new")
def open_poll(meeting_id: int) -> str | Response | tuple[str, int]:
    """Add a moment, show what would leave, or open the poll, by the button that was pressed."""
    form, pressed = NewPollForm(), request.form.get("do", "check")
    with here.read() as session:
        meeting = to_plan(session, meeting_id)
        valid = form.validate()
        draft = _with_added(_sent(session, meeting), form)
        if pressed in {"add", "back"}:
            return _draft_page(draft, form)
        deadline = moment_in(form.until_day, form.until_hour, meeting.time_zone)
        if not valid or deadline is None or form.hour.errors:
            return _draft_page(draft, form), 422
        asked, number = _asked(draft, form, deadline), draft.asked
    try:
        with here.work() as session:
            found = to_plan(session, meeting_id)
            actions.open_poll(session, here.runtime().config, found, asked, here.actor(), here.now())
            if pressed != "open":
                # Only looked at: what would be refused is said before anyone says yes.
                session.rollback()
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        return _not_opened(meeting_id, form, problem)
    if pressed != "open":
        return _confirm_page(meeting, asked, number)
    flash(_("The poll is open. %(letters)s", letters=words.letters(number)), "success")
    return to_grid(meeting_id)


def _sent(session: Session, meeting: Meeting) -> Draft:
    """Read the moments and people of a form that was sent."""
    moments = moments_of(request.form.getlist("slot"), meeting.time_zone)
    ticked = request.form.getlist("person", type=key)
    return Draft(meeting, queries.invited(session, meeting.id), tuple(moments), frozenset(ticked))


def _with_added(draft: Draft, form: NewPollForm) -> Draft:
    """Add the moment of the fields for another one, if it can be read, and empty them."""
    if (form.day.data is None) != (form.hour.data is None):
        form.hour.errors = [sentence("date_half_open", {})]
    added = moment_in(form.day, form.hour, draft.meeting.time_zone)
    if added is None:
        return draft
    form.day.raw_data = form.hour.raw_data = None
    form.day.data = form.hour.data = None
    return replace(draft, moments=tuple(sorted({*draft.moments, added})))


def _asked(draft: Draft, form: NewPollForm, deadline: datetime) -> Asked:
    return Asked(
        moments=draft.moments,
        people=draft.ticked,
        deadline=deadline,
        note=form.note.data or "",
        open_answers=form.open_answers.data,
        holds=form.holds.data,
    )


def _filled(draft: Draft) -> NewPollForm:
    zone = draft.meeting.time_zone
    first = next((moment for moment in draft.moments if moment > here.now()), None)
    until = usual_deadline(first, here.now(), zone).astimezone(ZoneInfo(zone))
    return NewPollForm(formdata=None, until_day=until.date(), until_hour=until.time())


def _draft_page(draft: Draft, form: NewPollForm) -> str:
    zone = draft.meeting.time_zone
    return render_template(
        "dates/poll_new.html",
        meeting=draft.meeting,
        draft=draft,
        form=form,
        civil=lambda moment: civil(moment, zone),
        cost=words.holds_cost(draft.asked, len(draft.moments)),
        now=here.now(),
    )


def _confirm_page(meeting: Meeting, asked: Asked, people: int) -> str:
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in {"csrf_token", "do", "slot", "day", "hour"}
    ]
    kept += [("slot", civil(moment, meeting.time_zone)) for moment in asked.moments]
    return render_template(
        "dates/poll_confirm.html",
        meeting=meeting,
        asked=asked,
        kept=kept,
        letters=words.letters(people),
        cost=words.holds_cost(people, len(asked.moments)),
        people=ngettext("one person", "%(num)d people", people),
    )


def _not_opened(meeting_id: int, form: NewPollForm, problem: Problem) -> tuple[str, int]:
    with here.read() as session:
        draft = _with_added(_sent(session, to_plan(session, meeting_id)), form)
        said = sentence(problem.code, problem.facts)
        field = form.until_day if problem.code.startswith("poll_deadline") else None
        if field is not None:
            field.errors = [said]
        else:
            form.form_errors.append(said)
        return _draft_page(draft, form), problem.status
