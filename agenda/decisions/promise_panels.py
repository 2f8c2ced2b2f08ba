"""What councils were promised, on the pages of bodies, items and the start page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from flask import Flask, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.text import one_line
from agenda.decisions import promise_queries as queries
from agenda.decisions.promise_queries import Asked
from agenda.meetings.deadlines import Deadline, offer_deadlines
from agenda.meetings.model import Meeting
from agenda.people.model import Body
from agenda.web import here
from agenda.web.panels import Task, offer_panel, offer_tasks

WARN = timedelta(days=14)
# As much of a promise as fits a step on the timeline.
SHORT = 70


def offer(app: Flask) -> None:
    """Offer the promises on the page of a body, on the timeline of a meeting, and the start page."""
    offer_panel(app, "body", _commitments_panel, order=40)
    offer_tasks(app, _tasks)
    offer_deadlines(app, deadlines)


def deadlines(session: Session, meetings: Sequence[Meeting], by: Actor, _now: datetime) -> Iterator[Deadline]:
    """Name by which day what a meeting promised must be kept; a promised day is not moved by a weekend."""
    for one in queries.commitments_from(session, [meeting.id for meeting in meetings], by):
        if one.meeting_id is None:
            continue
        text = shortened(one.text)
        yield Deadline(
            meeting_id=one.meeting_id,
            key=f"promise:{one.id}",
            text=_("Promise to %(council)s: %(text)s", council=one.organisation.name, text=text)
            if one.organisation
            else _("Promise to all councils: %(text)s", text=text),
            due=one.promised_on,
            url=url_for("decisions.commitment", commitment_id=one.id),
            done=one.kept_at is not None,
            done_on=one.kept_on or (local_day(one.kept_at, one.body.time_zone) if one.kept_at else None),
            who=_("secretary and clerk"),
        )


def shortened(text: str, most: int = SHORT) -> str:
    """Give a text on one line, cut off at a word where it is long."""
    line = one_line(text)
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + " …"


def _commitments_panel(session: Session, body: Body) -> str:
    today = local_day(here.now(), body.time_zone)
    return render_template(
        "decisions/_commitments.html",
        body=body,
        commitments=queries.commitments_of(session, body, here.actor(), Asked(), today),
        today=today,
        warn=WARN,
    )


def _tasks(session: Session, by: Actor, now: datetime) -> Iterable[Task]:
    for commitment in queries.open_commitments(session, by, now):
        today = local_day(now, commitment.body.time_zone)
        council = commitment.organisation
        yield Task(
            text=_("Promised to the councils: %(text)s", text=commitment.text)
            if council is None
            else _(
                "Promised to the council of %(council)s: %(text)s", council=council.name, text=commitment.text
            ),
            url=url_for("decisions.commitment", commitment_id=commitment.id),
            tone="neg" if commitment.promised_on < today else "warn",
            due=commitment.promised_on,
            detail=commitment.body.name,
        )
