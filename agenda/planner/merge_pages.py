"""Merging two meetings: all topics of one go to the other, which takes its place."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from agenda.core.problems import Conflict, Invalid
from agenda.meetings import listing
from agenda.meetings import queries as meetings
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.rules import AHEAD, must_be_possible, state_of
from agenda.planner import accepting
from agenda.planner.accepting import Wanted
from agenda.planner.blueprint import pages
from agenda.web import here
from agenda.web.forms import LONGEST_TEXT, Form, number_or_none, options, tidy_text
from agenda.web.shell import sentence

REASON = _l("This meeting is merged with another one.")


class MergeForm(Form):
    """Into which meeting, and what people read as the reason."""

    into = SelectField(_l("Into the meeting"), coerce=number_or_none, validators=[InputRequired()])
    why = TextAreaField(
        _l("Reason"),
        filters=[tidy_text],
        validators=[InputRequired(_l("Enter a reason.")), Length(max=LONGEST_TEXT)],
    )


def merge_panel(_session: Session, meeting: Meeting) -> str | None:
    """Lead from a meeting ahead to merging or splitting it, for who plans."""
    by = here.actor()
    if not by.may("plan", meeting.body) or state_of(meeting, here.now()) not in AHEAD:
        return None
    return render_template("planner/merge_panel.html", meeting=meeting, may_split=_may_split(meeting))


def _may_split(meeting: Meeting) -> bool:
    """Tell whether something can leave and something stays."""
    return meeting.agenda_final_at is None and len(topics_on(meeting)) > 1


@pages.route("/meetings/<int:meeting_id>/merge", methods=["GET", "POST"])
def merge(meeting_id: int) -> str | Response | tuple[str, int]:
    """Choose the other meeting, look at what comes of it, and merge."""
    by, now = here.actor(), here.now()
    with here.work() as session:
        meeting = meetings.meeting_for(session, meeting_id, by)
        by.must("plan", meeting.body)
        must_be_possible("cancel", state_of(meeting, now))
        form = MergeForm()
        others = [
            one
            for one in listing.possible_successors(session, meeting, now)
            if state_of(one, now) in AHEAD and one.agenda_final_at is None
        ]
        form.into.choices = options([(one.id, one.title) for one in others])
        if request.method != "POST":
            form.why.data, form.version.data = str(REASON), str(meeting.version)
            return _page(meeting, others, form)
        if not form.validate():
            return _page(meeting, others, form), Invalid.status
        target = next(one for one in others if one.id == form.into.data)
        moves = {item.topic_id: target.id for item in topics_on(meeting) if item.topic_id is not None}
        seen = form.seen_version()
        wanted = Wanted(
            moves, {meeting.id: target.id}, form.why.data or "", {} if seen is None else {meeting.id: seen}
        )
        try:
            with session.begin_nested():
                change = accepting.accept(session, wanted, by, now)
        except (Invalid, Conflict) as problem:
            form.form_errors.append(sentence(problem.code, problem.facts))
            return _page(meeting, others, form), problem.status
        address = url_for("planner.accepted", change_id=change.id)
    return redirect(address, 303)


def topics_on(meeting: Meeting) -> list[AgendaItem]:
    """Give the topics that a meeting has yet to treat."""
    return [item for item in meeting.items if item.topic_id is not None and item.outcome is None]


def _page(meeting: Meeting, others: Sequence[Meeting], form: MergeForm) -> str:
    return render_template(
        "planner/merge.html",
        meeting=meeting,
        topics=topics_on(meeting),
        minutes=sum(item.minutes for item in topics_on(meeting)),
        others=[(one, one.minutes - sum(item.minutes for item in one.items)) for one in others],
        told=len(meeting.people) if meeting.confirmed_at else 0,
        form=form,
    )
