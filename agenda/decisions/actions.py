"""What came out: recording decisions, and keeping what councils were promised."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid
from agenda.decisions import ratification_actions as ratification
from agenda.decisions import trail
from agenda.decisions.model import Decision, DecisionKind
from agenda.meetings.agenda_change import hold_open
from agenda.meetings.model import AgendaItem, Meeting


def record_decision(
    session: Session,
    meeting: Meeting,
    text: str,
    item: AgendaItem | None,
    by: Actor,
    now: datetime,
    *,
    kind: DecisionKind = DecisionKind.DECISION,
) -> Decision:
    """Write down one thing the meeting decided; Conflict before it began or once it is closed.

    An agreement is put to the college of each member municipality, within the usual time.
    """
    by.must("record", meeting.body)
    must_be_recordable(session, meeting, now)
    decision = write_down(session, meeting, text, item, kind, now)
    trail.tell(session, by, now, "decision_recorded", decision, {}, {"decision": text})
    return decision


def write_down(
    session: Session, meeting: Meeting, text: str, item: AgendaItem | None, kind: DecisionKind, now: datetime
) -> Decision:
    """Add a decision as the last of its meeting; whoever calls has asked whether that may be done."""
    if not text:
        raise Invalid("decision_empty", field="text")
    decision = Decision(
        meeting=meeting,
        item=item,
        position=_next_position(session, meeting),
        text=text,
        recorded_at=now,
        kind=kind,
    )
    session.add(decision)
    if kind is DecisionKind.AGREEMENT:
        ratification.ask_usual(session, decision)
    session.flush()
    return decision


def rewrite_decision(
    session: Session,
    decision: Decision,
    text: str,
    version: int | None,
    by: Actor,
    now: datetime,
    *,
    kind: DecisionKind | None = None,
) -> None:
    """Put a decision in other words, or let it be of the other kind; the old ones stay in the history.

    Raises Conflict once an organ has spoken about it: what was ratified is not reworded unseen.
    """
    by.must("record", decision.meeting.body)
    decision.expect(version)
    must_be_recordable(session, decision.meeting, now)
    if not text:
        raise Invalid("decision_empty")
    before = {"decision": decision.text, "decision_kind": decision.kind}
    after = {"decision": text, "decision_kind": kind or decision.kind}
    if before == after:
        return
    ratification.must_be_unspoken(decision)
    decision.text = text
    if kind not in (None, decision.kind):
        decision.kind = kind
        if kind is DecisionKind.AGREEMENT:
            ratification.ask_usual(session, decision)
        else:
            decision.ratifications.clear()
    session.flush()
    trail.tell(session, by, now, "decision_rewritten", decision, before, after)


def remove_decision(
    session: Session, decision: Decision, version: int | None, by: Actor, now: datetime
) -> None:
    """Take back a decision that was written down by mistake; not one that reads differently meanwhile.

    Earlier ones whose place it took stand again.
    """
    by.must("record", decision.meeting.body)
    decision.expect(version)
    must_be_recordable(session, decision.meeting, now)
    ratification.must_be_unspoken(decision)
    for earlier in decision.supersedes:
        earlier.superseded_by = None
        trail.tell(session, by, now, "decision_stands_again", earlier)
    session.flush()
    trail.tell(session, by, now, "decision_removed", decision, {"decision": decision.text}, {})
    session.delete(decision)


def must_be_recordable(session: Session, meeting: Meeting, now: datetime) -> None:
    """Raise Conflict unless the meeting has begun and is open, and keep it open until the end of this."""
    hold_open(session, meeting, now)
    if meeting.starts_at is None or meeting.starts_at > now:
        raise Conflict("meeting_not_begun")


def _next_position(session: Session, meeting: Meeting) -> int:
    last = session.scalar(select(func.max(Decision.position)).where(Decision.meeting_id == meeting.id))
    return (last or 0) + 1
