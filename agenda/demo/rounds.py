"""The written rounds of the demonstration: one that settled its topic, and one that still runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from agenda.accounts.actors import actor_for
from agenda.core.clock import local_day
from agenda.people.model import Person
from agenda.topics.model import Topic
from agenda.topics.round_actions import open_round
from agenda.topics.round_answers import answer
from agenda.topics.round_model import RoundVoter, Said, WrittenRound
from agenda.topics.round_telling import tell_rounds
from config import Config

Row = Mapping[str, Any]


def hold_rounds(
    session: Session,
    config: Config,
    rows: Iterable[Row],
    topics: Mapping[str, Topic],
    people: Mapping[str, Person],
) -> None:
    """Open each round, let its letters leave, and let people answer; the worker looks once afterwards."""
    for row in rows:
        found = _opened(session, config, row, topics[row["topic"]], people[row["opened_by"]])
        tell_rounds(session, config, row["opened_at"])
        for given in row["answers"]:
            voter = _voter(found, people[given["person"]])
            answer(session, voter, Said(given["said"]), "", given["at"])
        tell_rounds(session, config, row["looked_at"])


def _opened(session: Session, config: Config, row: Row, topic: Topic, person: Person) -> WrittenRound:
    opened_at = row["opened_at"]
    by = actor_for(session, person, local_day(opened_at, topic.body.time_zone))
    return open_round(session, config, topic.id, row["last_day"], by, opened_at, note=row["note"])


def _voter(found: WrittenRound, person: Person) -> RoundVoter:
    return next(voter for voter in found.voters if voter.person_id == person.id)
