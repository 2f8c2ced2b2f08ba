"""Choosing a date for a meeting: by one tap from what suits, or typed in."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, IntegerField, TimeField
from wtforms.validators import InputRequired, NumberRange

from agenda.core.clock import at_local
from agenda.core.database import get
from agenda.core.problems import Problem
from agenda.dates import queries, rules
from agenda.meetings import actions
from agenda.meetings.model import Meeting
from agenda.web import here, shell
from agenda.web.forms import Form

pages = Blueprint("dates", __name__)
SHORTEST, LONGEST = 15, 600


class DateForm(Form):
    """A day, an hour and a length."""

    day = DateField(_l("Day"), validators=[InputRequired(_l("Enter the day."))])
    hour = TimeField(_l("Start"), validators=[InputRequired(_l("Enter the time it starts."))])
    minutes = IntegerField(
        _l("Length in minutes"),
        validators=[
            InputRequired(_l("Enter the length.")),
            NumberRange(SHORTEST, LONGEST, _l("Between 15 and 600 minutes.")),
        ],
    )
    outside_window = BooleanField(_l("Also if this is outside the agreed period"))


def init(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)


@pages.get("/meetings/<int:meeting_id>/date")
def choose(meeting_id: int) -> str:
    """Show the moments that suit best, and a form for any other."""
    with here.read() as session:
        meeting = get(session, Meeting, meeting_id)
        here.actor().must("plan", meeting.body)
        return _screen(session, meeting, _filled(meeting))


@pages.post("/meetings/<int:meeting_id>/date")
def set_date(meeting_id: int) -> Response | tuple[str, int]:
    """Give the meeting this date; what does not fit is said beside the field."""
    form = DateForm()
    with here.read() as session:
        meeting = get(session, Meeting, meeting_id)
        here.actor().must("plan", meeting.body)
        valid = form.validate_on_submit() and _possible(form, meeting.time_zone)
        if not valid:
            return _screen(session, meeting, form), 422
    try:
        with here.work() as session:
            meeting = get(session, Meeting, meeting_id)
            meeting.expect(form.seen_version())
            actions.set_date(
                session,
                meeting,
                at_local(form.day.data, form.hour.data, meeting.time_zone),
                form.minutes.data,
                here.actor(),
                here.now(),
                outside_window=form.outside_window.data,
            )
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        return _refused(meeting_id, form, problem)
    flash(_("The date is set. Nobody has been told yet."), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


def _refused(meeting_id: int, form: DateForm, problem: Problem) -> tuple[str, int]:
    form.day.errors = [*form.day.errors, shell.sentence(problem.code, problem.facts)]
    with here.read() as session:
        meeting = get(session, Meeting, meeting_id)
        # The next try is made with this state before one's eyes.
        form.version.data = str(meeting.version)
        return _screen(session, meeting, form), problem.status


def _filled(meeting: Meeting) -> DateForm:
    local = meeting.starts_at.astimezone(ZoneInfo(meeting.time_zone)) if meeting.starts_at else None
    return DateForm(
        formdata=None,
        day=local.date() if local else None,
        hour=local.time() if local else None,
        minutes=meeting.minutes,
        version=meeting.version,
    )


def _possible(form: DateForm, zone: str) -> bool:
    if rules.exists(form.day.data, form.hour.data, zone):
        return True
    form.hour.errors = [_("This hour does not exist on that day: the clock goes forward.")]
    return False


def _screen(session: Session, meeting: Meeting, form: DateForm) -> str:
    found = queries.choice(session, meeting, here.now())
    engaged: list[str] = []
    if request.method == "POST" and form.day.data and form.hour.data and form.minutes.data:
        starts_at = at_local(form.day.data, form.hour.data, meeting.time_zone)
        engaged = queries.who_is_engaged(session, meeting, starts_at, form.minutes.data)
    return render_template(
        "dates/choose.html",
        meeting=meeting,
        form=form,
        choice=found,
        engaged=engaged,
        zone=ZoneInfo(meeting.time_zone),
    )
