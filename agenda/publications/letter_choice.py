"""What a letter to the councils can tell about a meeting, and what it tells by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.clock import local_day
from agenda.decisions.model import Commitment, Decision
from agenda.decisions.queries import decisions_of
from agenda.meetings.model import Meeting
from agenda.publications.letter_facts import is_open, item_of, promises_of
from agenda.topics.model import FocusArea


@dataclass(frozen=True)
class Choice:
    """What a letter tells: its subject and day, and the numbers of what was chosen."""

    subject: str
    dated_on: date
    language: str = "nl"
    decisions: Sequence[int] = ()
    commitments: Sequence[int] = ()
    focus_areas: Sequence[int] = ()
    tells_next_meeting: bool = True
    tells_promised_days: bool = True


def offered_decisions(session: Session, meeting: Meeting) -> list[Decision]:
    """List the decisions of a meeting that everybody may read."""
    return [one for one in decisions_of(session, meeting) if is_open(one.item)]


def offered_promises(session: Session, meeting: Meeting) -> list[Commitment]:
    """List the promises that a letter about this meeting can tell."""
    return [one for one in promises_of(session, meeting) if is_open(item_of(session, one))]


def usual_choice(session: Session, meeting: Meeting, now: datetime) -> Choice:
    """Propose what a letter about this meeting tells: all that is in force, and what was promised there."""
    day = local_day(meeting.starts_at or now, meeting.time_zone)
    return Choice(
        subject=f"{meeting.body.name} {day:%d-%m-%Y}",
        dated_on=local_day(now, meeting.time_zone),
        decisions=[one.id for one in offered_decisions(session, meeting) if one.superseded_by_id is None],
        commitments=[one.id for one in offered_promises(session, meeting) if one.meeting_id == meeting.id],
        focus_areas=list(session.scalars(select(FocusArea.id).order_by(FocusArea.position))),
    )
