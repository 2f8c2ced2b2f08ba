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
from agenda.meetings.attendance import refresh_attendees
from agenda.meetings.model import Meeting
from agenda.meetings.paper_actions import limit_papers


class AgendaNotReady(Conflict):
    """Something is missing before the agenda can be final; `unready` tells what."""

    def __init__(self, unready: Sequence[Unready]) -> None:
        super().__init__("agenda_not_ready")
        self.unready = tuple(unready)


def finalise(session: Session, meeting: Meeting, by: Actor, now: datetime, seen: str | None = None) -> None:
    """Make the agenda final: everyone who was invited gets it, guests are invited for their own items.

    Raises AgendaNotReady while the ready-check finds something.
    """
    change = Change(session, meeting, by, now, seen)
    unready = ready_check(meeting)
    if unready:
        raise AgendaNotReady(unready)
    meeting.agenda_final_at = now
    meeting.agenda_revision += 1
    refresh_attendees(session, meeting, now)
    for item in meeting.items:
        limit_papers(session, item, by, now)
    change.record("agenda_final", after={"agenda_revision": meeting.agenda_revision})


def back_to_draft(session: Session, meeting: Meeting, by: Actor, now: datetime) -> None:
    """Open a final agenda again; what people were told stays true until it is final anew."""
    by.must("draft_agenda", meeting.body)
    hold(session, meeting)
    must_be_changeable(meeting, now)
    if meeting.agenda_final_at is None:
        raise Conflict("agenda_is_draft")
    meeting.agenda_final_at = None
    audit.record(session, by, now, "agenda_reopened", ("meeting", meeting.id))
