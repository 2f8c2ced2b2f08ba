"""What a new meeting takes over from an earlier one, and what its agenda begins with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.database import get
from agenda.core.problems import NotFound
from agenda.meetings import agenda_actions
from agenda.meetings.agenda_queries import meeting_with_agenda
from agenda.meetings.forms import PlanForm
from agenda.meetings.model import Meeting
from agenda.meetings.sight import sees, sight_of
from agenda.meetings.template_queries import templates_of
from agenda.meetings.template_rules import FrameItem, frame_of, from_rows
from agenda.people.model import Body
from agenda.topics.model import Topic
from agenda.topics.rules import UNPLANNED, state_of
from agenda.web.forms import key

COPY = "copy"
TEMPLATE = "template-"


def copied_meeting(session: Session, body: Body, by: Actor) -> Meeting | None:
    """Give the meeting after whose example one plans, if any; NotFound for one of another body."""
    asked = request.args.get("copy", type=key)
    if asked is None:
        return None
    meeting = meeting_with_agenda(session, asked, by)
    if meeting.body_id != body.id:
        raise NotFound("not_found")
    return meeting


def seen_before(copied: Meeting | None) -> dict[str, Any]:
    """Give what the form takes over; host, venue and period are those of a new meeting."""
    if copied is None:
        return {}
    return {"title": copied.title, "minutes": copied.minutes, "frame": COPY}


def offer_agenda(session: Session, form: PlanForm, body: Body, copied: Meeting | None, by: Actor) -> None:
    """Offer the body's templates and the copied agenda, and of that the topics that are free."""
    frames: list[tuple[str, Any]] = []
    if copied is not None:
        frames.append((COPY, _l("As in the meeting that is the example")))
    # A template is an agenda's: who may draft none begins with what is usual.
    if by.may("draft_agenda", body):
        frames += [(f"{TEMPLATE}{one.id}", one.name) for one in templates_of(session, body.id)]
    topics: list[Topic] = []
    if copied is not None and by.may("draft_agenda", body):
        sight = sight_of(copied, by)
        topics = [item.topic for item in copied.items if item.topic is not None and sees(item, sight)]
    free = {one.id: one.title for one in topics if state_of(one) in UNPLANNED}
    form.offer_agenda(frames, list(free.items()))


def frame_chosen(
    session: Session, chosen: str | None, body: Body, copied: Meeting | None
) -> Sequence[FrameItem]:
    """Give what was chosen to begin with; nothing for what is usual in the body."""
    if chosen == COPY and copied is not None:
        return frame_of(copied.items)
    for one in templates_of(session, body.id):
        if chosen == f"{TEMPLATE}{one.id}":
            return from_rows(one.items)
    return ()


def put_on(session: Session, meeting: Meeting, topics: Sequence[int], by: Actor, now: datetime) -> None:
    """Put the chosen topics on the agenda, in the order in which they stood."""
    present = {item.topic_id for item in meeting.items}
    for topic_id in topics:
        if topic_id not in present:
            agenda_actions.add_topic(session, meeting, get(session, Topic, topic_id), by, now)
