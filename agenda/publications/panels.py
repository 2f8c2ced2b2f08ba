"""What papers show on other rooms' pages."""

from __future__ import annotations

from flask import render_template
from sqlalchemy.orm import Session

from agenda.meetings.model import Meeting
from agenda.people.model import Body
from agenda.publications import queries, words
from agenda.web import here


def meeting_panel(session: Session, meeting: Meeting) -> str | None:
    """List the papers of a meeting that a reader may have, and lead a clerk to making them."""
    by = here.actor()
    manages = by.may("manage_documents", meeting.body) and meeting.starts_at is not None
    papers = queries.papers_of(session, meeting, by)
    if not papers and not manages:
        return None
    found = queries.shown(session, meeting, papers) if manages else queries.as_they_are(papers)
    return render_template(
        "publications/panel_meeting.html", meeting=meeting, found=found, manages=manages, words=words
    )


def body_panel(session: Session, body: Body) -> str | None:
    """Lead to the words that a body gives to its own papers."""
    if not here.actor().may("manage_documents", body):
        return None
    return render_template("publications/panel_body.html", body=body)
