"""Action items on the pages of meetings, items, topics and bodies, and on the start page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, g, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.decisions import action_queries as queries
from agenda.decisions import action_words as words
from agenda.decisions.action_forms import ActionForm
from agenda.decisions.action_pages import frame
from agenda.decisions.action_queries import Asked
from agenda.decisions.action_rules import ActionState, state_of
from agenda.decisions.lists import today_of
from agenda.decisions.model import ActionItem
from agenda.decisions.promise_forms import CommitmentForm
from agenda.decisions.promise_panels import shortened
from agenda.meetings.model import AgendaItem, Meeting, MeetingState
from agenda.meetings.rules import state_of as meeting_state
from agenda.people.model import Body, Person
from agenda.topics.model import Topic
from agenda.web import here
from agenda.web.panels import Task, offer_panel, offer_tasks, offer_words
from agenda.web.shell import say

# From here on an action stands on the start page of its owner.
AHEAD = timedelta(days=14)
TASK_TONES = {ActionState.LATE: "neg", ActionState.SOON: "warn", ActionState.OPEN: "info"}
LOOKS_BACK = (MeetingState.DATED, MeetingState.CONFIRMED)
ON_A_TASK = 100


def offer(app: Flask) -> None:
    """Offer the panels, the tasks and the words."""
    offer_panel(app, "body", _body_panel, order=41)
    offer_panel(app, "topic", _topic_panel, order=60)
    offer_panel(app, "start", _start_panel, order=35)
    offer_panel(app, "meeting", _meeting_panel, order=45)
    offer_panel(app, "agenda", _agenda_panel, order=40)
    offer_panel(app, "outcome_item", item_panel, order=30)
    offer_panel(app, "table_item", _table_panel, order=30)
    offer_panel(app, "outcome_item", promise_panel, order=40)
    offer_tasks(app, tasks)
    offer_words(app, words.VERBS, words.FIELDS)
    say(app, words.PROBLEMS)


def tasks(session: Session, by: Actor, now: datetime) -> Iterator[Task]:
    """Name someone's own actions that are late, come near, or have no day."""
    zone = here.runtime().config.time_zone
    for action in queries.own_actions(session, by, Asked(), now, zone):
        today = local_day(now, action.body.time_zone)
        if action.due_on is not None and action.due_on - today > AHEAD:
            continue
        yield Task(
            text=_("Action: %(text)s", text=shortened(action.text, ON_A_TASK)),
            url=url_for("decisions.action", action_id=action.id),
            tone=TASK_TONES.get(state_of(action, today), "info"),
            due=action.due_on,
            detail=action.body.name,
        )


def item_panel(session: Session, item: AgendaItem) -> str | None:
    """Show the actions of one agenda item, with a small form for who records."""
    meeting, by = item.meeting, here.actor()
    found = _of_meeting(session, meeting)[item.id]
    form = None
    if by.may("record", meeting.body) and _has_begun(meeting):
        form = ActionForm(formdata=None, prefix=f"action{item.id}")
        form.fill(_owners(session, meeting.body))
    if form is None and not found:
        return None
    return render_template("decisions/_item_actions.html", item=item, actions=found, form=form, **frame())


def _table_panel(session: Session, item: AgendaItem) -> str | None:
    """Show the same at the table, as long as the meeting is open: after that it only tells what was noted."""
    return item_panel(session, item) if item.meeting.closed_at is None else None


def promise_panel(_session: Session, item: AgendaItem) -> str | None:
    """Offer to write down what councils were promised when an item was treated."""
    body = item.meeting.body
    if not here.actor().may("record", body) or not _has_begun(item.meeting):
        return None
    form = CommitmentForm(formdata=None, prefix=f"promise{item.id}")
    form.fill(body, None)
    return render_template("decisions/_item_promise.html", item=item, form=form)


def _has_begun(meeting: Meeting) -> bool:
    return meeting.starts_at is not None and meeting.starts_at <= here.now()


def _of_meeting(session: Session, meeting: Meeting) -> defaultdict[int | None, list[ActionItem]]:
    """Give a meeting's actions by item, asked once for all items of a page."""
    known = _known("actions_by_meeting")
    if meeting.id not in known:
        found: defaultdict[int | None, list[ActionItem]] = defaultdict(list)
        for action in queries.actions_on_agenda(session, meeting, here.actor()):
            found[action.item_id].append(action)
        known[meeting.id] = found
    return cast("defaultdict[int | None, list[ActionItem]]", known[meeting.id])


def _owners(session: Session, body: Body) -> Sequence[Person]:
    known = _known("action_owners")
    if body.id not in known:
        known[body.id] = queries.possible_owners(session, body, today_of(body))
    return cast("Sequence[Person]", known[body.id])


def _known(name: str) -> dict[int, Any]:
    return cast("dict[int, Any]", g.setdefault(name, {}))


def _topic_panel(session: Session, topic: Topic) -> str | None:
    by = here.actor()
    found = queries.actions_on_topic(session, topic, by)
    form = None
    if by.may("record", topic.body):
        form = ActionForm(formdata=None, prefix=f"topic{topic.id}")
        form.fill(_owners(session, topic.body))
    if form is None and not found:
        return None
    return render_template("decisions/_topic_actions.html", topic=topic, actions=found, form=form, **frame())


def _meeting_panel(session: Session, meeting: Meeting) -> str | None:
    """Show what was agreed to do, and before a meeting what earlier ones left to do."""
    by = here.actor()
    made = queries.actions_on_agenda(session, meeting, by)
    left = queries.still_open(session, meeting, by) if _looks_back(meeting) else ()
    if not made and not left:
        return None
    return render_template(
        "decisions/_meeting_actions.html", meeting=meeting, made=made, left=left, **frame()
    )


def _agenda_panel(session: Session, meeting: Meeting) -> str | None:
    left = queries.still_open(session, meeting, here.actor()) if _looks_back(meeting) else ()
    if not left:
        return None
    return render_template("decisions/_meeting_actions.html", meeting=meeting, made=(), left=left, **frame())


def _looks_back(meeting: Meeting) -> bool:
    """Tell whether this meeting still has to look back on what was agreed before."""
    return meeting_state(meeting, here.now()) in LOOKS_BACK


def _start_panel(session: Session, by: Actor) -> str | None:
    number = queries.count_open(session, by)
    return render_template("decisions/_own_actions.html", number=number) if number else None


def _body_panel(session: Session, body: Body) -> str:
    found = queries.actions_of(session, body, here.actor(), Asked(), today_of(body))
    return render_template("decisions/_body_actions.html", body=body, found=found, **frame())
