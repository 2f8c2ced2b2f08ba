"""The screen with the papers of a meeting, shown by several pages."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import render_template
from sqlalchemy.orm import Session

from agenda.core.words import date_only
from agenda.meetings.model import Meeting
from agenda.publications import actions, queries, words
from agenda.publications.forms import AdoptForm, name_of
from agenda.publications.model import PaperKind
from agenda.publications.papers import possible, wanted_of
from agenda.web import here
from agenda.web.language import language


def papers_page(
    session: Session, meeting: Meeting, problem: str | None = None, adopt: AdoptForm | None = None
) -> str:
    """Show the papers of a meeting, with a sentence about what did not work or the form that was sent."""
    by, now = here.actor(), here.now()
    manages = by.may("manage_documents", meeting.body)
    rows: dict[tuple[PaperKind, int | None, bool], dict[str, str]] = {}
    for one in possible(meeting, now) if manages else []:
        rows.setdefault((one.kind, one.person_id, one.everything), {})[one.language] = name_of(one)
    return render_template(
        "publications/papers.html",
        meeting=meeting,
        found=queries.shown(session, meeting, queries.papers_of(session, meeting, by)),
        rows=rows,
        people={attendee.person_id: attendee.person.name for attendee in meeting.people},
        manages=manages,
        problem=problem,
        adoption=actions.adoption_of(session, meeting),
        adopt=adopt or adopt_form(session, meeting),
        words=words,
        name_of=lambda paper: name_of(wanted_of(paper)),
    )


def adopt_form(session: Session, meeting: Meeting) -> AdoptForm | None:
    """Give the form to record an adoption; None where there is nothing to record yet."""
    if meeting.closed_at is None or not here.actor().may("record", meeting.body):
        return None
    choices = later_meetings(session, meeting)
    if not choices:
        return None
    form = AdoptForm(formdata=None)
    form.offer(choices)
    return form


def later_meetings(session: Session, meeting: Meeting) -> list[tuple[Meeting, str]]:
    """List the meetings in which the decision list can have been adopted, each under its words."""
    zone = ZoneInfo(meeting.time_zone)
    return [
        (one, f"{one.title}, {date_only(one.starts_at, zone, language())}")
        for one in actions.may_adopt(session, meeting, here.now())
        if one.starts_at is not None
    ]
