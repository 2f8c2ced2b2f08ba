"""Who must still answer a poll."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.clock import local_day
from agenda.dates.model import DatePoll, Voter
from agenda.dates.poll_actions import ending_of
from agenda.dates.poll_queries import unanswered
from agenda.meetings.model import Meeting
from agenda.reminders import rules
from agenda.reminders.about_meetings import about_meeting
from agenda.reminders.rules import Occasion


def of_polls(session: Session, now: datetime, meeting_id: int | None = None) -> Iterator[Occasion]:
    """Give an occasion for each voter with a moment left, until the deadline; of one meeting if asked."""
    query = (
        select(DatePoll)
        .where(DatePoll.closed_at.is_(None), DatePoll.deadline > now)
        .options(
            joinedload(DatePoll.meeting).joinedload(Meeting.body),
            selectinload(DatePoll.slots),
            selectinload(DatePoll.voters).selectinload(Voter.votes),
        )
    )
    if meeting_id is not None:
        query = query.where(DatePoll.meeting_id == meeting_id)
    for poll in session.scalars(query):
        if ending_of(poll, now) is None:
            yield from (
                _of_voter(poll, voter, voter.told_at)
                for voter in poll.voters
                if voter.removed_at is None and voter.told_at is not None and unanswered(voter, now)
            )


def _of_voter(poll: DatePoll, voter: Voter, told_at: datetime) -> Occasion:
    meeting = poll.meeting
    return about_meeting(
        meeting,
        rules.POLL_UNANSWERED,
        local_day(poll.deadline, meeting.time_zone),
        told_at,
        {voter.person_id},
        day=poll.deadline,
        voter=voter.id,
        serial=voter.serial,
    )
