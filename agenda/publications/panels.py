"""What papers show on other rooms' pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.meetings.model import Meeting
from agenda.people.model import Body
from agenda.publications import packs, queries, words
from agenda.web import here
from agenda.web.panels import Task


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


def pack_panel(session: Session, meeting: Meeting) -> str | None:
    """Lead a reader to everything of the meeting as one file."""
    by = here.actor()
    if meeting.starts_at is None or meeting.cancelled_at is not None or not packs.may_ask(meeting, by):
        return None
    paper = packs.own_pack(session, meeting, by)
    one = queries.shown_pack(session, paper, here.now()) if paper else None
    return render_template("publications/panel_pack.html", meeting=meeting, one=one, words=words)


def body_panel(session: Session, body: Body) -> str | None:
    """Lead to the words that a body gives to its own papers."""
    if not here.actor().may("manage_documents", body):
        return None
    return render_template("publications/panel_body.html", body=body)


def guest_tasks(session: Session, by: Actor, now: datetime) -> Iterator[Task]:
    """Lead a guest to the own invitation, as long as the meeting is to come."""
    for paper in queries.own_invitations(session, by, now):
        meeting = paper.meeting
        yield Task(
            text=_("Your invitation: %(title)s", title=meeting.title),
            url=url_for("publications.paper", outgoing_id=paper.id),
            due=local_day(meeting.starts_at, meeting.time_zone) if meeting.starts_at else None,
            detail=meeting.venue,
            happens=True,
        )
