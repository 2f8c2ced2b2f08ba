"""What council letters show on other pages, and what needs someone now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import Flask, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.meetings.model import Meeting
from agenda.people.model import Body
from agenda.publications import letter_queries as queries
from agenda.publications import letter_words as words
from agenda.publications.letter_facts import municipalities
from agenda.web import here
from agenda.web.panels import Task, offer_panel, offer_tasks, offer_words

LATEST = 3


def offer(app: Flask) -> None:
    """Offer the panel of a meeting, the tasks, and the words for histories."""
    offer_panel(app, "meeting", meeting_panel, order=45)
    offer_panel(app, "body", body_panel, order=45)
    offer_tasks(app, tasks)
    offer_words(app, words.VERBS, {"council_letter": words.FIELDS["council_letter"]})


def meeting_panel(session: Session, meeting: Meeting) -> str | None:
    """Show the letters about a meeting, and lead to writing one once it has begun."""
    by, now = here.actor(), here.now()
    letters = queries.letters_about(session, meeting, by)
    begun = meeting.starts_at is not None and meeting.starts_at <= now and meeting.cancelled_at is None
    may_write = begun and by.may("record", meeting.body)
    if not letters and not may_write:
        return None
    return render_template(
        "publications/letter_panel.html", meeting=meeting, letters=letters, may_write=may_write, words=words
    )


def body_panel(session: Session, body: Body) -> str | None:
    """Show the latest letters of a body that has councils to inform."""
    if not municipalities(body):
        return None
    letters = queries.letters_of(session, body, here.actor())
    return render_template("publications/letter_body_panel.html", letters=letters[:LATEST], words=words)


def tasks(session: Session, by: Actor, now: datetime) -> Iterator[Task]:
    """Name the promise that comes near while no letter is written, and the letter that waits to be sent."""
    promises = queries.unwritten(session, by, now)
    held = {key: queries.meeting_to_tell(session, key, now) for key in {one.body_id for one in promises}}
    for promise in promises:
        meeting = held[promise.body_id]
        if meeting is None:
            continue
        today = local_day(now, promise.body.time_zone)
        yield Task(
            text=_("Write the letter to the councils: %(text)s", text=promise.text),
            url=url_for("publications.new_letter", meeting_id=meeting.id),
            tone="neg" if promise.promised_on < today else "warn",
            due=promise.promised_on,
            detail=promise.body.name,
        )
    for letter in queries.waiting_to_leave(session, by):
        yield Task(
            text=_("Send the letter to the councils: %(subject)s", subject=letter.subject),
            url=url_for("publications.council_letter", letter_id=letter.id),
            tone="warn",
            detail=letter.body.name,
        )
