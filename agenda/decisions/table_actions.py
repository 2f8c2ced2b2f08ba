"""Noting at the table: what is written down live, and recording it as what came out.

A note is a draft beside the item: it is saved while somebody types, time and again, and changes nothing
else. Recording it gives the item its outcome, and writes the decision down. Whoever saves hands in the
version that was on screen, and the name that the browser gave to the change: sent once more after a lost
connection, a change that arrived before is known by it and not made twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Changed, Conflict, Invalid
from agenda.decisions.actions import record_decision, remove_decision, rewrite_decision
from agenda.decisions.model import Decision, DecisionKind
from agenda.meetings import agenda_actions
from agenda.meetings.model import AgendaItem, ItemKind, ItemOutcome, Meeting
from agenda.meetings.table_actions import HISTORY
from agenda.meetings.table_model import TableNote
from agenda.meetings.table_outcome import take_back_outcome
from agenda.meetings.table_rules import number_of

# With these the words that were noted are a decision of the meeting.
DECIDING = {ItemOutcome.AGREED: DecisionKind.AGREEMENT, ItemOutcome.DECIDED: DecisionKind.DECISION}
# Of these nothing comes out but words for the minutes.
WITHOUT_OUTCOME = (ItemKind.OPENING, ItemKind.CLOSING)


@dataclass(frozen=True)
class Noted:
    """What somebody wrote down of one item."""

    outcome: ItemOutcome | None = None
    decision: str = ""
    remarks: str = ""


def save_note(
    session: Session,
    item: AgendaItem,
    noted: Noted,
    version: int,
    change: str,
    by: Actor,
    now: datetime,
) -> TableNote:
    """Keep what is written down of an item; `version` is that of the note on screen, 0 where there was none.

    Saying the same change again changes nothing. Raises Changed when somebody else saved meanwhile, and
    Conflict once the meeting is closed or cancelled.
    """
    by.must("record", item.meeting.body)
    _hold(session, item.meeting)
    note = note_of(session, item)
    if note is not None and change and note.change == change:
        return note
    if version != (note.version if note else 0):
        raise Changed
    if not has_outcome(item) and (noted.outcome or noted.decision):
        raise Invalid("nothing_comes_of_this_item")
    if note is None:
        note = TableNote(item=item, recorded="")
        session.add(note)
    note.outcome, note.decision, note.remarks = noted.outcome, noted.decision, noted.remarks
    note.change, note.saved_at, note.saved_by = change, now, by.name
    session.flush()
    return note


def has_outcome(item: AgendaItem) -> bool:
    """Tell whether anything can come out of an item at the table, or only words for the minutes."""
    return item.kind not in WITHOUT_OUTCOME and item.withdrawn_at is None


def record_noted(session: Session, item: AgendaItem, by: Actor, now: datetime) -> None:
    """Record what was noted of an item as its outcome, and its words as the decision where it is one.

    Recorded anew, the decision that was recorded from here before reads differently, or goes where nothing is
    decided any more. Raises Invalid without an outcome, and Conflict before the meeting began, once it is
    closed, or where that decision was changed elsewhere meanwhile.
    """
    by.must("record", item.meeting.body)
    note = note_of(session, item)
    if note is None or note.outcome is None:
        raise Invalid("outcome_not_noted")
    decides = note.outcome in DECIDING
    # What stands with a decided item on the page of outcomes is left as it is.
    text = item.outcome_text if decides and item.outcome in DECIDING else "" if decides else note.decision
    agenda_actions.record_outcome(session, item, note.outcome, text, by, now)
    _decide(session, item, note, by, now)
    if note.remarks:
        # Beside the table, which only those see who record: remarks may be about a closed item.
        told = {"number": number_of(item), "remarks": note.remarks}
        audit.record(session, by, now, "remarks_noted", (HISTORY, item.meeting_id), after=told)


def take_back(session: Session, item: AgendaItem, version: int | None, by: Actor, now: datetime) -> None:
    """Let an item be open again: its outcome goes, and the decision recorded from here; notes stay."""
    take_back_outcome(session, item, by, now, version)
    note = note_of(session, item)
    if note is not None and note.recorded:
        remove_decision(session, _recorded(session, item, note), None, by, now)
        note.recorded = ""
        session.flush()


def note_of(session: Session, item: AgendaItem) -> TableNote | None:
    """Give what was noted of an item; None when nothing was."""
    return session.scalars(select(TableNote).where(TableNote.item_id == item.id)).one_or_none()


def is_recorded(item: AgendaItem, note: TableNote) -> bool:
    """Tell whether what was noted is what stands as the outcome."""
    if note.outcome is None or note.outcome is not item.outcome:
        return False
    return note.decision == (note.recorded if note.outcome in DECIDING else item.outcome_text)


def _decide(session: Session, item: AgendaItem, note: TableNote, by: Actor, now: datetime) -> None:
    kind = DECIDING.get(note.outcome) if note.outcome else None
    wanted = note.decision if kind else ""
    decision = _recorded(session, item, note) if note.recorded else None
    if decision is not None and not wanted:
        remove_decision(session, decision, None, by, now)
    elif decision is not None and kind:
        rewrite_decision(session, decision, wanted, None, by, now, kind=kind)
    elif wanted and kind:
        record_decision(session, item.meeting, wanted, item, by, now, kind=kind)
    note.recorded = wanted
    session.flush()


def _recorded(session: Session, item: AgendaItem, note: TableNote) -> Decision:
    query = select(Decision).where(Decision.agenda_item_id == item.id, Decision.text == note.recorded)
    found = session.scalars(query.order_by(Decision.position)).first()
    if found is None:
        raise Conflict("decision_changed_elsewhere")
    return found


def _hold(session: Session, meeting: Meeting) -> None:
    """Keep others from saving the first note of the same item at the same time."""
    session.execute(select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())
    session.refresh(meeting, ["closed_at", "cancelled_at"])
    if meeting.cancelled_at is not None:
        raise Conflict("meeting_cancelled")
    if meeting.closed_at is not None:
        raise Conflict("meeting_closed")
