"""Choosing a date for a meeting: by one tap from what suits, or typed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, TimeField
from wtforms.validators import InputRequired, NumberRange

from agenda.core import words
from agenda.core.database import get
from agenda.core.problems import Changed, Invalid, Problem
from agenda.dates import queries
from agenda.dates.blueprint import pages
from agenda.meetings import actions
from agenda.meetings.model import Meeting
from agenda.meetings.rules import LONGEST, SHORTEST, moment
from agenda.web import here, shell
from agenda.web.forms import Form, IntegerField, plausible_day
from agenda.web.language import language


class DateForm(Form):
    """A day, an hour and a length."""

    day = DateField(_l("Day"), validators=[InputRequired(_l("Enter the day.")), plausible_day])
    hour = TimeField(_l("Starts at"), validators=[InputRequired(_l("Enter the time it starts."))])
    minutes = IntegerField(
        _l("Length in minutes"),
        validators=[
            InputRequired(_l("Enter the length.")),
            NumberRange(SHORTEST, LONGEST, _l("Between 15 and 720 minutes.")),
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
        chosen = _moment(form, meeting.time_zone) if form.validate_on_submit() else None
        if chosen is None:
            return _screen(session, meeting, form), 422
    try:
        with here.work() as session:
            meeting = get(session, Meeting, meeting_id)
            actions.set_date(
                session,
                meeting,
                chosen,
                form.minutes.data or 0,
                here.actor(),
                here.now(),
                outside_window=form.outside_window.data,
                version=form.seen_version(),
            )
            told = meeting.confirmed_at is not None
            engaged = queries.who_is_engaged(session, meeting, chosen, meeting.minutes)
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        return _refused(meeting_id, form, problem, chosen)
    if told:
        flash(_("The date is set. Everyone who was invited gets an update."), "success")
    else:
        flash(_("The date is set. Nobody has been told yet."), "success")
    if engaged:
        flash(_("Elsewhere at that time: %(names)s.", names=", ".join(engaged)), "warning")
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


def _moment(form: DateForm, zone: str) -> datetime | None:
    """Give the moment that was chosen; None, with the reason beside the field, where there is none."""
    if form.day.data is None or form.hour.data is None:
        return None
    try:
        return moment(form.day.data, form.hour.data, zone)
    except Invalid as problem:
        form.hour.errors = [shell.sentence(problem.code, problem.facts)]
        return None


def _refused(meeting_id: int, form: DateForm, problem: Problem, chosen: datetime) -> tuple[str, int]:
    with here.read() as session:
        meeting = get(session, Meeting, meeting_id)
        theirs: list[tuple[str, Any, Any]] = []
        if isinstance(problem, Changed):
            theirs = _differences(meeting, form, chosen)
        else:
            form.day.errors = [*form.day.errors, shell.sentence(problem.code, problem.facts)]
        # The next try is made with this state before one's eyes.
        form.version.data = str(meeting.version)
        engaged = queries.who_is_engaged(session, meeting, chosen, form.minutes.data or 0)
        return _screen(session, meeting, form, theirs, engaged), problem.status


def _differences(meeting: Meeting, form: DateForm, mine: datetime) -> list[tuple[str, Any, Any]]:
    zone, spoken = ZoneInfo(meeting.time_zone), language()
    theirs = words.when(meeting.starts_at, zone, spoken) if meeting.starts_at else None
    return [
        (_("Date"), words.when(mine, zone, spoken), theirs),
        (_("Length in minutes"), form.minutes.data, meeting.minutes),
    ]


def _filled(meeting: Meeting) -> DateForm:
    local = meeting.starts_at.astimezone(ZoneInfo(meeting.time_zone)) if meeting.starts_at else None
    return DateForm(
        formdata=None,
        day=local.date() if local else None,
        hour=local.time() if local else None,
        minutes=meeting.minutes,
        version=meeting.version,
    )


def _screen(
    session: Session,
    meeting: Meeting,
    form: DateForm,
    theirs: Sequence[tuple[str, Any, Any]] = (),
    engaged: Sequence[str] = (),
) -> str:
    return render_template(
        "dates/choose.html",
        meeting=meeting,
        form=form,
        choice=queries.choice(session, meeting, here.now()),
        engaged=engaged,
        theirs=theirs,
        zone=ZoneInfo(meeting.time_zone),
    )
