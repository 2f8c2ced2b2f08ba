"""Deadlines on other pages: the timeline of a meeting, the start page, tasks for who is up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import cast

from flask import Flask, g, render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.meetings import deadline_words as words
from agenda.meetings.deadline_queries import meetings_led_by, meetings_to_watch
from agenda.meetings.deadline_rules import Stand
from agenda.meetings.deadline_steps import deadlines
from agenda.meetings.deadlines import Step, offer_deadlines, steps_of
from agenda.meetings.model import Meeting
from agenda.people.model import Body
from agenda.web import here
from agenda.web.panels import Task, offer_panel, offer_tasks, offer_words
from agenda.web.shell import say

# From here on a deadline stands on the start page of who is up.
AHEAD = timedelta(days=14)
OPEN = (Stand.OPEN, Stand.SOON, Stand.TODAY, Stand.LATE)
TONES = {Stand.LATE: "neg", Stand.TODAY: "warn", Stand.SOON: "warn", Stand.OPEN: "info"}


def offer(app: Flask) -> None:
    """Offer the steps, the timeline, the tasks and the words."""
    offer_deadlines(app, deadlines)
    offer_panel(app, "meeting", timeline, order=15)
    offer_panel(app, "body", _body_panel, order=65)
    offer_panel(app, "start", _start_panel, order=30)
    offer_tasks(app, tasks)
    offer_words(app, words.VERBS, words.FIELDS)
    say(app, words.PROBLEMS)


def timeline(session: Session, meeting: Meeting) -> str | None:
    """Show the deadlines of a meeting in their order, each with its day, where it stands and who is up."""
    steps = steps_of(session, [meeting], here.actor(), here.now())
    if not steps:
        return None
    return render_template(
        "meetings/panel_deadlines.html",
        meeting=meeting,
        steps=steps,
        late=sum(step.stand is Stand.LATE for step in steps),
        stands=words.STANDS,
        tones=words.TONES,
    )


def _body_panel(_session: Session, body: Body) -> str:
    return render_template("meetings/panel_terms.html", body=body)


def _start_panel(session: Session, by: Actor) -> str | None:
    if not by.may("draft_agenda"):
        return None
    steps = _watched(session, by, here.now())
    late = sum(step.stand is Stand.LATE for step in steps)
    return render_template("meetings/panel_late.html", late=late)


def tasks(session: Session, by: Actor, now: datetime) -> Iterator[Task]:
    """Name the deadlines for which this person is up, from two weeks ahead."""
    if by.person_id is None:
        return
    watched = _watched(session, by, now) if by.may("draft_agenda") else []
    known = {step.meeting.id for step in watched}
    led = [one for one in meetings_led_by(session, by.person_id, now) if one.id not in known]
    for step in (*watched, *steps_of(session, led, by, now)):
        if step.stand in OPEN and _is_up(step, by) and _is_near(step, now):
            yield Task(
                text=_("%(step)s: %(meeting)s", step=step.deadline.text, meeting=step.meeting.title),
                url=step.deadline.url,
                tone=TONES[step.stand],
                due=step.deadline.due,
                detail=step.meeting.body.name,
            )


def _watched(session: Session, by: Actor, now: datetime) -> list[Step]:
    """Give the steps of all meetings for which someone works, asked once for a page."""
    if "watched_steps" not in g:
        meetings = meetings_to_watch(session, by, "draft_agenda", now)
        g.watched_steps = steps_of(session, meetings, by, now)
    return cast("list[Step]", g.watched_steps)


def _is_up(step: Step, by: Actor) -> bool:
    deadline = step.deadline
    if by.person_id in deadline.people:
        return True
    return bool(deadline.permission) and by.may(deadline.permission, step.meeting.body)


def _is_near(step: Step, now: datetime) -> bool:
    return step.deadline.due - local_day(now, step.meeting.time_zone) <= AHEAD
