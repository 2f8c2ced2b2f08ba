"""What can still happen to the outcomes of a meeting once it is closed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from agenda.meetings.agenda_actions import TURNS
from agenda.meetings.model import AgendaItem, ItemOutcome, Meeting
from agenda.topics.actions import conclude_turn


def outcomes_leave(meeting: Meeting, now: datetime) -> None:
    """Note that what was recorded is known outside the secretariat: the meeting cannot be opened again.

    For whoever sends, adopts or ratifies it, in the same transaction; harmless when it had left already.
    """
    if meeting.outcomes_left_at is None:
        meeting.outcomes_left_at = now


def correct_outcome(
    session: Session, item: AgendaItem, outcome: ItemOutcome, text: str, now: datetime
) -> None:
    """Let an item have another outcome, and its topic the turn that belongs to it.

    The decisions room asks permission and keeps both readings.
    """
    item.outcome, item.outcome_text = outcome, text
    if item.turn is not None:
        conclude_turn(session, item.turn, TURNS[outcome], now)
