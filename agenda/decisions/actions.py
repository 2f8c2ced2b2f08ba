"""What came out: recording decisions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid
from agenda.decisions.model import Decision
from agenda.meetings.model import AgendaItem, Meeting


def record_decision(
    session: Session, meeting: Meeting, text: str, item: AgendaItem | None, by: Actor, now: datetime
) -> Decision:
    """Write down one thing the meeting decided; Conflict before it began or once it is closed."""
    by.must("record", meeting.body)
    _must_be_recordable(meeting, now)
    if not text:
        raise Invalid("decision_empty")
    decision = Decision(
        meeting_id=meeting.id,
        agenda_item_id=item.id if item else None,
        position=_next_position(session, meeting),
        text=text,
        recorded_at=now,
    )
    session.add(decision)
    session.flush()
    audit.record(session, by, now, "decision_recorded", ("meeting", meeting.id), after={"decision": text})
    return decision


def rewrite_decision(
    session: Session, decision: Decision, text: str, version: int | None, by: Actor, now: datetime
) -> None:
    """Put a decision in other words; the old ones stay in the history."""
    by.must("record", decision.meeting.body)
    decision.expect(version)
    _must_be_recordable(decision.meeting, now)
    if not text:
        raise Invalid("decision_empty")
    if text == decision.text:
        return
    before, decision.text = decision.text, text
    subject = ("meeting", decision.meeting_id)
    audit.record(session, by, now, "decision_rewritten", subject, {"decision": before}, {"decision": text})


def remove_decision(
    session: Session, decision: Decision, version: int | None, by: Actor, now: datetime
) -> None:
    """Take back a decision that was written down by mistake; not one that reads differently meanwhile."""
    by.must("record", decision.meeting.body)
    decision.expect(version)
    _must_be_recordable(decision.meeting, now)
    subject = ("meeting", decision.meeting_id)
    audit.record(session, by, now, "decision_removed", subject, before={"decision": decision.text})
    session.delete(decision)


def _must_be_recordable(meeting: Meeting, now: datetime) -> None:
    if meeting.cancelled_at is not None:
        raise Conflict("meeting_cancelled")
    if meeting.closed_at is not None:
        raise Conflict("meeting_closed")
    if meeting.starts_at is None or meeting.starts_at > now:
        raise Conflict("meeting_not_begun")


def _next_position(session: Session, meeting: Meeting) -> int:
    last = session.scalar(select(func.max(Decision.position)).where(Decision.meeting_id == meeting.id))
    return (last or 0) + 1
