"""Reminding at once who has not answered a written round, each at most once a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Conflict
from agenda.mail.actions import post
from agenda.mail.model import Letter
from agenda.topics import round_letters as letters
from agenda.topics.round_actions import must_run, record
from agenda.topics.round_model import RoundVoter, WrittenRound
from agenda.topics.round_rules import chase_key
from agenda.topics.round_telling import about, note_unwritable, outgoing, renew_link
from config import Config


def to_chase(session: Session, found: WrittenRound, now: datetime) -> list[RoundVoter]:
    """List who had the question, has not answered, and was not reminded by the secretariat today."""
    silent = [voter for voter in found.asked if voter.said is None and voter.told is not None]
    keys = {_key(voter, now): voter for voter in silent}
    gone = set(session.scalars(select(Letter.key).where(Letter.key.in_(keys))))
    return [voter for key, voter in keys.items() if key not in gone]


def chase(session: Session, config: Config, found: WrittenRound, by: Actor, now: datetime) -> int:
    """Send the question once more to whoever has not answered; how many letters.

    Raises Conflict where nobody is left to remind today.
    """
    must_run(found, by, now)
    number = sum(_chase_one(session, config, voter, now) for voter in to_chase(session, found, now))
    if not number:
        raise Conflict("round_nobody_to_chase")
    record(session, found, by, now, "round_chased", after={"letters": number})
    return number


def _chase_one(session: Session, config: Config, voter: RoundVoter, now: datetime) -> int:
    renew_link(config, voter)
    text = letters.reminder(config, about(config, voter), voter.person.language)
    try:
        post(session, config, outgoing(voter, "round_reminder", _key(voter, now), text), now)
    except ValueError:
        note_unwritable(voter, now)
        return 0
    voter.told = {**(voter.told or {}), "address": voter.person.email}
    return 1


def _key(voter: RoundVoter, now: datetime) -> str:
    return chase_key(voter.id, local_day(now, voter.round.topic.body.time_zone))
