"""Who must still answer a written round."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.reminders import rules
from agenda.reminders.rules import Occasion
from agenda.topics.model import Topic
from agenda.topics.round_model import RoundVoter, WrittenRound
from agenda.topics.round_queries import deadline


def of_rounds(session: Session, now: datetime) -> Iterator[Occasion]:
    """Give an occasion for each member who was asked and has not answered, until the deadline."""
    query = (
        select(RoundVoter)
        .join(WrittenRound, RoundVoter.round_id == WrittenRound.id)
        .where(
            WrittenRound.ended_at.is_(None),
            RoundVoter.said.is_(None),
            RoundVoter.removed_at.is_(None),
            RoundVoter.told_at.is_not(None),
        )
        .options(joinedload(RoundVoter.round).joinedload(WrittenRound.topic).joinedload(Topic.body))
        .order_by(RoundVoter.id)
    )
    for voter in session.scalars(query):
        if voter.told_at is not None and now < deadline(voter.round):
            yield _of_voter(voter.round, voter, voter.told_at)


def _of_voter(found: WrittenRound, voter: RoundVoter, told_at: datetime) -> Occasion:
    return Occasion(
        kind=rules.ROUND_UNANSWERED,
        subject_kind="written_round",
        subject_id=found.id,
        body_id=found.topic.body_id,
        zone=found.topic.body.time_zone,
        day=found.last_day,
        since=told_at,
        people=frozenset({voter.person_id}),
        path=f"/rounds/{found.id}",
        facts={"topic": found.title, "day": found.last_day, "voter": voter.id, "serial": voter.serial},
    )
