"""Choosing a date for a meeting: by one tap from what suits, or typed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, TimeField
from wtforms.validators import InputRequired, NumberRange

from agenda.core import words
from agenda.core.database import get
from agenda.core.problems import Changed, Invalid, Problem
from agenda.dates import (
    calendar_pages,
    choice_words,
    heat_map,
    must_attend,
    poll_opening,
    poll_pages,
    queries,
    rule_pages,
    vote_pages,
)
from agenda.dates.asked import fill, local, read_asked, with_help
from agenda.dates.blueprint import pages
from agenda.dates.finding import Case, Needed
from agenda.dates.poll_actions import ending_of
from agenda.dates.poll_queries import latest_poll
from agenda.meetings import actions
from agenda.meetings.model import Meeting
from agenda.meetings.rules import LONGEST, SHORTEST, moment
from agenda.people.turns import whose_turn
from agenda.web import here, shell
from agenda.web.forms import Form, IntegerField, plausible_day
from agenda.web.language import language
from agenda.web.panels import offer_words

# Importing a module of pages adds them to the blueprint.
__all__ = ["init", "pages", "poll_opening"]


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
    rule_pages.offer(app)
    calendar_pages.init(app)
    offer_words(app, must_attend.VERBS, must_attend.FIELDS)
    poll_pages.offer(app)
    app.register_blueprint(pages)
    vote_pages.limit(app)


@pages.get("/meetings/<int:meeting_id>/date")
def choose(meeting_id: int) -> str:
    """Show the moments that suit best, the days of the period, and a form for any other date."""
    with here.read() as session:
        meeting = _to_plan(session, meeting_id)
        return _screen(session, meeting, _filled(meeting))


@pages.post("/meetings/<int:meeting_id>/date")
def set_date(meeting_id: int) -> Response | tuple[str, int]:
    """Give the meeting this date; what does not fit is said beside the field."""
    form = DateForm()
    with here.read() as session:
        meeting = _to_plan(session, meeting_id)
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
            busy = queries.who_cannot(session, meeting, chosen, meeting.minutes, here.now())
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        return _refused(meeting_id, form, problem, chosen)
    if told:
        flash(_("The date is set. Everyone who was invited gets an update."), "success")
    else:
        flash(_("The date is set. Nobody has been told yet."), "success")
    if busy:
        flash(_("Cannot be there at that time: %(names)s.", names=", ".join(busy)), "warning")
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


@pages.post("/meetings/<int:meeting_id>/date/must-attend")
def keep_must_attend(meeting_id: int) -> Response:
    """Keep who must be there, for this meeting."""
    with here.work() as session:
        meeting = get(session, Meeting, meeting_id)
        must_attend.require(session, meeting, request.form.getlist("must"), here.actor(), here.now())
    flash(_("Who must be there is kept with this meeting."), "success")
    return redirect(url_for("dates.choose", meeting_id=meeting_id), 303)


def _to_plan(session: Session, meeting_id: int) -> Meeting:
    meeting = get(session, Meeting, meeting_id)
    here.actor().must("plan", meeting.body)
    return meeting


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
        busy = queries.who_cannot(session, meeting, chosen, form.minutes.data or 0, here.now())
        return _screen(session, meeting, form, theirs, busy), problem.status


def _differences(meeting: Meeting, form: DateForm, mine: datetime) -> list[tuple[str, Any, Any]]:
    zone, spoken = ZoneInfo(meeting.time_zone), language()
    theirs = words.when(meeting.starts_at, zone, spoken) if meeting.starts_at else None
    return [
        (_("Date"), words.when(mine, zone, spoken), theirs),
        (_("Length in minutes"), form.minutes.data, meeting.minutes),
    ]


def _filled(meeting: Meeting) -> DateForm:
    present = meeting.starts_at.astimezone(ZoneInfo(meeting.time_zone)) if meeting.starts_at else None
    return DateForm(
        formdata=None,
        day=present.date() if present else None,
        hour=present.time() if present else None,
        minutes=meeting.minutes,
        version=meeting.version,
    )


def _screen(
    session: Session,
    meeting: Meeting,
    form: DateForm,
    theirs: Sequence[tuple[str, Any, Any]] = (),
    busy: Sequence[str] = (),
) -> str:
    by, now = here.actor(), here.now()
    asked = read_asked(meeting.time_zone)
    poll = latest_poll(session, meeting.id)
    choice = queries.choice(session, meeting, asked.wanted, now, by.bodies("see"))
    case = choice.case
    fill(asked, case)
    question = case.question
    day = asked.day if asked.day and question.first <= asked.day <= question.last else None
    return render_template(
        "dates/choose.html",
        meeting=meeting,
        form=form,
        choice=choice,
        case=case,
        asked=asked,
        day=day,
        months=heat_map.months(choice, day, language()),
        cost=queries.cost_of_moving(meeting, case.invited.values(), now),
        host_in_turn=None if meeting.host else whose_turn(session, meeting.body),
        words=choice_words,
        local=lambda at: local(at, case),
        address_of=lambda found: url_for(
            "dates.choose", meeting_id=meeting.id, **with_help(case, asked, found)
        ),
        requirable=_requirable(case),
        to_keep=sorted(one.need.id for one in case.needed if one.asked and one.can_be_kept),
        kept=sorted(one.need.id for one in case.needed if one.saved),
        known=queries.what_is_known(case, now),
        polling=poll is not None and ending_of(poll, now) is None,
        busy=busy,
        theirs=theirs,
        now=now,
    )


def _requirable(case: Case) -> dict[str, list[Needed]]:
    """Give everyone whom the agenda does not need already, by organisation."""
    found: dict[str, list[Needed]] = {}
    for one in case.needed:
        if not one.topics:
            found.setdefault(case.invited[one.need.id].organisation, []).append(one)
    return found
