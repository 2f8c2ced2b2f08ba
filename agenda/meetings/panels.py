"""What the meetings room shows on other rooms' pages, and what needs someone now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask, current_app, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.meetings import listing, queries, words
from agenda.meetings.deadline_queries import terms_of
from agenda.meetings.deadline_rules import Terms, days_before
from agenda.meetings.model import Answer, ItemKind, Meeting, MeetingState
from agenda.meetings.rules import state_of
from agenda.people.model import Body
from agenda.topics.model import Topic
from agenda.topics.rules import UNPLANNED
from agenda.topics.rules import state_of as topic_state
from agenda.topics.sight import is_limited
from agenda.web import here
from agenda.web.language import language
from agenda.web.panels import Task, offer_panel, offer_tasks, offer_words

WINDOW_GETS_SHORT = 30
AGENDA_NOTICE = timedelta(days=7)


def offer(app: Flask) -> None:
    """Offer the panels and the tasks."""
    offer_panel(app, "topic", topic_panel)
    offer_panel(app, "body", body_panel)
    offer_tasks(app, tasks)
    offer_words(app, words.TOPIC_VERBS, words.TOPIC_FIELDS, {"outcome": words.OUTCOMES})


def topic_panel(session: Session, topic: Topic) -> str | None:
    """Show in which meetings a topic stood or stands, and what came of it."""
    items = queries.appearances(session, topic.id)
    may_plan = topic_state(topic) in UNPLANNED and here.actor().may("plan", topic.body)
    if not items and not may_plan:
        return None
    knows_all = here.actor().may("see_confidential", topic.body)
    return render_template(
        "meetings/panel_topic.html",
        items=items,
        topic=topic,
        may_plan=may_plan,
        sees=lambda item: knows_all or not is_limited(item),
        **_frame(),
    )


def body_panel(session: Session, body: Body) -> str | None:
    """Show the next meetings of a body."""
    meetings = listing.upcoming_of(session, body, here.now())
    return render_template("meetings/panel_body.html", body=body, meetings=meetings, **_frame())


def _frame() -> dict[str, Any]:
    now = here.now()
    zone = here.runtime().config.time_zone
    return {
        "words": words,
        "state_of": lambda meeting: state_of(meeting, now),
        "window_of": lambda meeting: words.window(meeting, zone, language()),
    }


def tasks(session: Session, by: Actor, now: datetime) -> Iterator[Task]:
    """Name what waits for someone: planning for a secretary, outcomes for a clerk, answers for all."""
    waiting = listing.waiting_for_work(session, by, now)
    terms = terms_of(session, {one.body_id: one.body for one in waiting}.values())
    for meeting in waiting:
        yield from _work(meeting, terms[meeting.body_id], by, now)
    for meeting, answer in listing.invitations_of(session, by, now):
        yield _invited(meeting, answer, by)


def _work(meeting: Meeting, terms: Terms, by: Actor, now: datetime) -> Iterator[Task]:
    state = state_of(meeting, now)
    today = local_day(now, meeting.time_zone)
    if state is MeetingState.DRAFT and by.may("plan", meeting.body):
        yield _without_date(meeting, today)
    elif state is MeetingState.DATED and by.may("invite", meeting.body):
        yield _task(
            meeting, _("Send the invitations: %(title)s", title=meeting.title), "invitations.preview", "warn"
        )
    elif state is MeetingState.HELD and by.may("record", meeting.body):
        yield from _after(meeting)
    elif state is MeetingState.CONFIRMED and by.may("draft_agenda", meeting.body):
        yield from _agenda(meeting, terms, today)


def _without_date(meeting: Meeting, today: date) -> Task:
    left = (meeting.window_until - today).days if meeting.window_until else 0
    window = words.window(meeting, here.runtime().config.time_zone, language())
    if left < 0:
        detail = _("The period has passed: choose another, or cancel the meeting.")
    else:
        detail = ngettext("One day left in the period.", "%(num)d days left in the period.", left)
    host = meeting.host.name if meeting.host else ""
    return Task(
        text=_("Choose a date: %(title)s", title=meeting.title),
        url=_address(meeting, "dates.choose"),
        tone="neg" if left < 0 else "warn" if left <= WINDOW_GETS_SHORT else "info",
        due=meeting.window_until,
        detail=f"{', '.join(part for part in (host, window) if part)}. {detail}",
    )


def _after(meeting: Meeting) -> Iterator[Task]:
    missing = sum(item.kind is ItemKind.TOPIC and item.outcome is None for item in meeting.items)
    if missing:
        detail = ngettext("One item has no outcome yet.", "%(num)d items have no outcome yet.", missing)
        text = _("Record the outcomes: %(title)s", title=meeting.title)
        task = _task(meeting, text, "decisions.outcomes", "warn", detail)
    else:
        text = _("Close the meeting: %(title)s", title=meeting.title)
        task = _task(meeting, text, "meetings.show", "info")
    # The day is that of the meeting; by when it must be done stands with the deadlines.
    yield replace(task, happens=True)


def _agenda(meeting: Meeting, terms: Terms, today: date) -> Iterator[Task]:
    if meeting.agenda_final_at is not None or meeting.starts_at is None:
        return
    day = local_day(meeting.starts_at, meeting.time_zone)
    final = days_before(day, terms.agenda_days_before)
    papers = days_before(day, terms.papers_days_before)
    if today < final - AGENDA_NOTICE:
        return
    yield Task(
        text=_("Make the agenda final: %(title)s", title=meeting.title),
        url=_address(meeting, "meetings.agenda"),
        tone="neg" if today > final else "warn",
        due=final,
        detail=_("The papers are due on this day.") if papers == final else "",
    )


def _invited(meeting: Meeting, answer: Answer, by: Actor) -> Task:
    # Who comes for one item has a page with that item alone.
    page = "meetings.show" if by.may("see", meeting.body) else "meetings.guest"
    if answer is Answer.NEEDS_ACTION:
        text = _("Answer the invitation: %(title)s", title=meeting.title)
        return _task(meeting, text, page, "warn", meeting.venue)
    detail = ", ".join(part for part in (str(words.ANSWERS[answer]), meeting.venue) if part)
    tone = words.ANSWER_TONES[answer]
    return replace(_task(meeting, meeting.title, page, tone, detail), happens=True)


def _task(meeting: Meeting, text: str, endpoint: str, tone: str, detail: str = "") -> Task:
    due = local_day(meeting.starts_at, meeting.time_zone) if meeting.starts_at else None
    return Task(text=text, url=_address(meeting, endpoint), tone=tone, due=due, detail=detail)


def _address(meeting: Meeting, endpoint: str) -> str:
    known = endpoint if endpoint in current_app.view_functions else "meetings.show"
    return url_for(known, meeting_id=meeting.id)
