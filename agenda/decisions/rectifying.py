"""Rectification: correcting what was recorded after its meeting was closed; both readings stay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid
from agenda.decisions import trail
from agenda.decisions.actions import write_down
from agenda.decisions.model import Decision, DecisionKind, Rectification
from agenda.meetings.after_closing import correct_outcome, outcomes_leave
from agenda.meetings.agenda_change import named
from agenda.meetings.model import AgendaItem, ItemOutcome, Meeting
from agenda.meetings.sight import OPEN, sees

# The names under which readings are kept.
OUTCOME, OUTCOME_TEXT, DECISION = "outcome", "outcome_text", "decision"


def rectify_outcome(
    session: Session,
    item: AgendaItem,
    outcome: ItemOutcome,
    text: str,
    why: str,
    version: int | None,
    by: Actor,
    now: datetime,
) -> list[Rectification]:
    """Correct what came of an item, with the reason; its topic's turn follows.

    Raises Conflict while the meeting is not closed, and Invalid without a reason or a difference.
    """
    meeting = item.meeting
    by.must("record", meeting.body)
    item.expect(version)
    _must_be_closed(meeting)
    readings = ((OUTCOME, item.outcome or "", outcome), (OUTCOME_TEXT, item.outcome_text, text))
    changed = [(field, str(old), str(new)) for field, old, new in readings if old != new]
    _check(changed, why)
    made = [_rectification(meeting, field, old, new, why, by, now) for field, old, new in changed]
    for one in made:
        one.item_id = item.id
    correct_outcome(session, item, outcome, text, now)
    _keep(session, meeting, made, now)
    before = {field: old for field, old, _new in changed}
    after = {field: new for field, _old, new in changed} | {"rectified_why": why}
    trail.tell_of_item(session, by, now, "outcome_rectified", item, before, after)
    if item.topic_id is not None and sees(item, OPEN):
        about = ("topic", item.topic_id)
        audit.record(session, by, now, "outcome_rectified", about, before, after | named(meeting))
    return made


def rectify_decision(
    session: Session,
    decision: Decision,
    text: str,
    why: str,
    version: int | None,
    by: Actor,
    now: datetime,
) -> Rectification:
    """Correct the words of a decision, with the reason.

    Raises Conflict while the meeting is not closed, and Invalid without a reason or a difference.
    """
    meeting = decision.meeting
    by.must("record", meeting.body)
    decision.expect(version)
    _must_be_closed(meeting)
    if not text.strip():
        raise Invalid("decision_empty", field="text")
    changed = [(DECISION, decision.text, text)] if decision.text != text else []
    _check(changed, why)
    made = _rectification(meeting, DECISION, decision.text, text, why, by, now)
    made.decision_id, made.item_id = decision.id, decision.agenda_item_id
    before, decision.text = decision.text, text
    _keep(session, meeting, [made], now)
    after = {"decision": text, "rectified_why": why}
    trail.tell(session, by, now, "decision_rectified", decision, {"decision": before}, after)
    return made


def add_left_out(
    session: Session,
    meeting: Meeting,
    text: str,
    item: AgendaItem | None,
    kind: DecisionKind,
    why: str,
    by: Actor,
    now: datetime,
) -> Decision:
    """Write down a decision that was left out, with the reason; it comes last, so that no number changes.

    Raises Conflict while the meeting is not closed, and Invalid without a reason.
    """
    by.must("record", meeting.body)
    session.refresh(meeting, ["closed_at", "version"], with_for_update=True)
    _must_be_closed(meeting)
    _check([(DECISION, "", text)], why)
    decision = write_down(session, meeting, text, item, kind, now)
    made = _rectification(meeting, DECISION, "", text, why, by, now)
    made.decision_id, made.item_id = decision.id, decision.agenda_item_id
    _keep(session, meeting, [made], now)
    after = {"decision": text, "rectified_why": why}
    trail.tell(session, by, now, "decision_added_later", decision, {}, after)
    return decision


def _must_be_closed(meeting: Meeting) -> None:
    if meeting.closed_at is None:
        raise Conflict("meeting_still_open")


def _check(changed: list[tuple[str, str, str]], why: str) -> None:
    if not why.strip():
        raise Invalid("rectification_why_missing", field="why")
    if not changed:
        raise Invalid("rectification_same", field="text")


def _rectification(
    meeting: Meeting, field: str, before: str, after: str, why: str, by: Actor, now: datetime
) -> Rectification:
    return Rectification(
        meeting_id=meeting.id,
        field=field,
        before=before,
        after=after,
        why=why.strip(),
        made_at=now,
        made_by=by.name,
    )


def _keep(session: Session, meeting: Meeting, made: list[Rectification], now: datetime) -> None:
    session.add_all(made)
    # Opened again, the corrected reading could be overwritten without a word.
    outcomes_leave(meeting, now)
    session.flush()
