"""Taking back the outcome of an item: at the table a tap of the finger must not be final."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict
from agenda.meetings.agenda_change import hold_open, named
from agenda.meetings.model import AgendaItem
from agenda.meetings.sight import OPEN, sees, title_of
from agenda.meetings.table_actions import hold_table
from agenda.topics.actions import hold
from agenda.topics.model import Topic, Turn


def take_back_outcome(
    session: Session, item: AgendaItem, by: Actor, now: datetime, version: int | None = None
) -> None:
    """Let an item be open again, and its topic have its turn in this meeting as before; the history tells.

    Raises Changed when someone else saved the item after `version`, and Conflict once the meeting is closed,
    for an item that was withdrawn before it began, or where the topic has gone on: put on another agenda, or
    into a written round.
    """
    meeting = item.meeting
    hold_table(session, meeting, by, now)
    hold_open(session, meeting, now)
    item.expect(version)
    if item.withdrawn_at is not None:
        raise Conflict("item_was_withdrawn", title=item.title)
    if item.outcome is None:
        return
    if item.topic is not None and item.turn is not None:
        hold(session, item.topic)
        if _has_gone_on(item.topic, item.turn):
            raise Conflict("topic_has_gone_on", title=item.title)
        item.turn.result, item.turn.concluded_at = None, None
    before: dict[str, Any] = {"outcome": item.outcome}
    if sees(item, OPEN):
        before["outcome_text"] = item.outcome_text
    item.outcome, item.outcome_text = None, ""
    session.flush()
    about = ("meeting", meeting.id)
    told = {"item": title_of(item, OPEN)}
    audit.record(session, by, now, "outcome_taken_back", about, before, told)
    if item.topic_id is not None:
        about = ("topic", item.topic_id)
        audit.record(session, by, now, "outcome_taken_back", about, before, named(meeting))


def _has_gone_on(topic: Topic, since: Turn) -> bool:
    elsewhere = (
        topic.in_writing_since,
        topic.settled_in_writing_at,
        topic.withdrawn_at,
        topic.merged_into_id,
    )
    return any(elsewhere) or any(turn.id > since.id for turn in topic.turns)
