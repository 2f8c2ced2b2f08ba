"""Splitting a meeting: some of its topics go to a new meeting, planned in the same step."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import DateField, SelectMultipleField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from agenda.core.problems import Conflict, Invalid
from agenda.meetings import queries as meetings
from agenda.meetings.meeting_to_be import MeetingToBe
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.planning_reason import LONGEST_REASON
from agenda.meetings.rules import LONGEST, SHORTEST, moment, must_be_possible, state_of
from agenda.planner import accepting, gate
from agenda.planner.accepting import Wanted
from agenda.planner.blueprint import pages
from agenda.planner.merge_pages import topics_on
from agenda.planner.new_meetings import NewDate
from agenda.web import here
from agenda.web.forms import Form, IntegerField, options, plausible_day, row_number, tidy_text
from agenda.web.shell import sentence

# The new meeting is named by this number until it has one of its own.
NEW = -1
FIELD_OF = {
    "no_topic_stays": "topics",
    "hour_does_not_exist": "start",
    "planning_reason_missing": "why",
    "moment_has_passed": "day",
    "body_has_ended": "day",
}


class SplitForm(Form):
    """Which topics go, when the new meeting is, and why it is needed."""

    topics = SelectMultipleField(
        _l("Topics for the new meeting"),
        coerce=row_number,
        validators=[InputRequired(_l("Choose at least one topic."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    day = DateField(_l("Date"), validators=[InputRequired(_l("Enter the day.")), plausible_day])
    start = TimeField(_l("Start"), validators=[InputRequired(_l("Enter the start."))])
    minutes = IntegerField(
        _l("Length in minutes"), validators=[InputRequired(), NumberRange(min=SHORTEST, max=LONGEST)]
    )
    why = TextAreaField(
        _l("Why a second meeting is needed"),
        filters=[tidy_text],
        validators=[InputRequired(_l("Enter a reason.")), Length(max=LONGEST_REASON)],
    )


@pages.route("/meetings/<int:meeting_id>/split", methods=["GET", "POST"])
def split(meeting_id: int) -> str | Response | tuple[str, int]:
    """Choose the topics and the new date, after a look at whether it is needed, and split."""
    by, now = here.actor(), here.now()
    with here.work() as session:
        meeting = meetings.meeting_for(session, meeting_id, by)
        by.must("plan", meeting.body)
        must_be_possible("edit", state_of(meeting, now))
        form, topics = SplitForm(), topics_on(meeting)
        form.topics.choices = options([(item.topic_id, item.title) for item in topics])
        if request.method != "POST":
            form.minutes.data, form.version.data = meeting.body.usual_minutes, str(meeting.version)
            return _page(session, meeting, topics, form)
        if not form.validate():
            return _page(session, meeting, topics, form), Invalid.status
        try:
            with session.begin_nested():
                change = accepting.accept(session, _wanted(meeting, form), by, now)
        except (Invalid, Conflict) as problem:
            _refuse(form, problem)
            return _page(session, meeting, topics, form), problem.status
        address = url_for("planner.accepted", change_id=change.id)
    return redirect(address, 303)


def _wanted(meeting: Meeting, form: SplitForm) -> Wanted:
    """Read the form; Invalid for an hour that the clock change skips, and when no topic would stay."""
    if len(form.topics.data or []) == len(topics_on(meeting)):
        raise Invalid("no_topic_stays")
    if form.day.data is None or form.start.data is None:
        raise Invalid("when_missing")
    starts_at = moment(form.day.data, form.start.data, meeting.time_zone)
    date = NewDate(meeting.body_id, starts_at, form.minutes.data or meeting.body.usual_minutes)
    moves = dict.fromkeys(form.topics.data or [], NEW)
    seen = form.seen_version()
    return Wanted(moves, {}, form.why.data or "", {} if seen is None else {meeting.id: seen}, new={NEW: date})


def _refuse(form: SplitForm, problem: Invalid | Conflict) -> None:
    """Say a refusal at its field, or above all fields."""
    text = sentence(problem.code, problem.facts)
    name = FIELD_OF.get(problem.code)
    if name is None:
        form.form_errors.append(text)
    else:
        form[name].errors = [*form[name].errors, text]


def _page(session: Session, meeting: Meeting, topics: Sequence[AgendaItem], form: SplitForm) -> str:
    return render_template(
        "planner/split.html",
        meeting=meeting,
        topics=topics,
        over=max(0, sum(item.minutes for item in meeting.items) - meeting.minutes),
        gate=gate.planning_panel(session, MeetingToBe(meeting.body, form.minutes.data)),
        form=form,
    )
