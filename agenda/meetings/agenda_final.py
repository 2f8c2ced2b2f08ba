"""A draft agenda becomes final, and a final one a draft again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict
from agenda.meetings.agenda_change import Change, hold, must_be_changeable
from agenda.meetings.agenda_ready import Unready, ready_check
from agenda.meetings.model import Meeting
from agenda.meetings.paper_actions import limit_papers
from agenda.meetings.version_keeping import keep_first


class AgendaNotReady(Conflict):
    """Something is missing before the agenda can be final; `unready` tells what."""

    def __init__(self, unready: Sequence[Unready]) -> None:
        super().__init__("agenda_not_ready")
        self.unready = tuple(unready)


def finalise(session: Session, meeting: Meeting, by: Actor, now: datetime, seen: str | None = None) -> None:
    """Make the agenda final: everyone who was invited gets it, guests are invited for their own items.

    Raises AgendaNotReady while the ready-check finds something.
    """
    Change(session, meeting, by, now, seen)
    unready = ready_check(meeting)
    if unready:
        raise AgendaNotReady(unready)
    meeting.agenda_final_at = now
    for item in meeting.items:
        limit_papers(session, item, by, now)
    keep_first(session, meeting, by, now)


def back_to_draft(session: Session, meeting: Meeting, by: Actor, now: datetime) -> None:
    """Open a final agenda again, which is possible until the invitations have left with it.

    From then on it changes as agenda_late does it, and everyone hears why. Its version stays.
    """
    by.must("draft_agenda", meeting.body)
    hold(session, meeting)
    must_be_changeable(meeting, now)
    if meeting.agenda_final_at is None:
        raise Conflict("agenda_is_draft")
    if meeting.confirmed_at is not None:
        raise Conflict("agenda_was_sent")
    meeting.agenda_final_at = None
    for item in meeting.items:
        item.number = ""
    audit.record(session, by, now, "agenda_reopened", ("meeting", meeting.id))
