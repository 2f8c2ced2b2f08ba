"""What is about to be planned: for which body, how long, and for which topic where it began with one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.problems import Conflict, NotFound
from agenda.meetings.listing import Planned
from agenda.people.model import Body
from agenda.topics.model import Topic
from agenda.topics.queries import topic_for
from agenda.topics.rules import UNPLANNED, state_of
from agenda.web.forms import key


@dataclass(frozen=True)
class MeetingToBe:
    """A meeting that somebody has in mind; `minutes` is None when what was typed is no length."""

    body: Body
    minutes: int | None
    topic: Topic | None = None


def topic_asked(session: Session, body: Body, by: Actor) -> Topic | None:
    """Give the topic from whose page one came, if any; Conflict when it stands on an agenda already."""
    asked = request.args.get("topic", type=key)
    if asked is None:
        return None
    topic = topic_for(session, asked, by)
    if topic.body_id != body.id:
        raise NotFound("not_found")
    if state_of(topic) not in UNPLANNED:
        raise Conflict("topic_not_free", title=topic.title)
    return topic


def has_room_for(planned: Planned, topic: Topic | None, by: Actor) -> bool:
    """Tell whether this person can put the topic on a planned meeting at once."""
    meeting = planned.meeting
    return (
        topic is not None
        and meeting.body_id == topic.body_id
        and meeting.agenda_final_at is None
        and planned.room >= topic.minutes
        and by.may("draft_agenda", meeting.body)
    )
