"""What the members of a written round must hear, and when it ends: derived from what is true."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from agenda.mail.actions import Outgoing, post
from agenda.mail.compose import LetterText, Mailbox
from agenda.topics import round_letters as letters
from agenda.topics.round_actions import conclude_due, give_link
from agenda.topics.round_letters import About, Paper
from agenda.topics.round_model import RoundVoter, WrittenRound
from agenda.topics.round_queries import whole
from agenda.topics.round_rules import Owed, Told, Truth, what_is_owed
from config import Config

log = logging.getLogger(__name__)


def tell_rounds(session: Session, config: Config, now: datetime) -> int:
    """End the rounds whose time is over, and queue every letter that members are owed, once; how many.

    What was told is compared with what is true, so it is safe to run at any moment, twice, or late.
    """
    unfinished = or_(WrittenRound.ended_at.is_(None), WrittenRound.told_at.is_(None))
    # A second worker waits here, and then sees what the first one wrote.
    alone = select(WrittenRound.id).where(unfinished).order_by(WrittenRound.id).with_for_update()
    keys = session.scalars(alone).all()
    if not keys:
        return 0
    query = whole().where(WrittenRound.id.in_(keys), unfinished).order_by(WrittenRound.id)
    rounds = session.scalars(query.execution_options(populate_existing=True)).unique().all()
    return sum(_tell(session, config, found, now) for found in rounds)


def _tell(session: Session, config: Config, found: WrittenRound, now: datetime) -> int:
    conclude_due(session, found, now)
    number = 0
    for voter in found.voters:
        try:
            number += _tell_one(session, config, voter, now)
        except ValueError:
            note_unwritable(voter, now)
    if found.ended_at is not None:
        found.told_at = now
    return number


def _tell_one(session: Session, config: Config, voter: RoundVoter, now: datetime) -> int:
    found, person = voter.round, voter.person
    truth = Truth(found.last_day, found.ending, asked=voter.removed_at is None)
    owed = what_is_owed(_read(voter.told), truth)
    if owed is None:
        return 0
    renew_link(config, voter)
    thread = tuple(voter.told["thread"]) if voter.told else ()
    key = f"round|{found.id}|{voter.id}|{owed.kind}|{owed.told.serial}"
    text = letters.text(config, about(config, voter), person.language, owed)
    post(session, config, outgoing(voter, letters.TEMPLATES[owed.kind], key, text), now)
    voter.told = _written(owed, person.email, (*thread[:1], key))
    voter.told_at = now
    return 1


def renew_link(config: Config, voter: RoundVoter) -> None:
    """Give a new link to whoever has another address.

    Who reads the old mailbox no longer answers for this person.
    """
    if voter.told is not None and voter.told["address"] != voter.person.email:
        voter.serial += 1
        give_link(config, voter)


def outgoing(voter: RoundVoter, kind: str, key: str, text: LetterText) -> Outgoing:
    """Address a letter to a voter, in the thread of what they had before."""
    found, person = voter.round, voter.person
    return Outgoing(
        key=key,
        kind=kind,
        recipient=Mailbox(person.name, person.email),
        text=text,
        person_id=person.id,
        body_id=found.topic.body_id,
        about=("topic", found.topic_id),
        follows=tuple(voter.told["thread"]) if voter.told else (),
    )


def note_unwritable(voter: RoundVoter, now: datetime) -> None:
    """Mark an address that cannot be written, which the screens name; the others need not wait for it."""
    log.warning("round voter %s cannot be told: the address cannot be written", voter.id)
    voter.person.undeliverable_since = voter.person.undeliverable_since or now


def about(config: Config, voter: RoundVoter) -> About:
    """Gather what a letter tells this voter of their round."""
    found = voter.round
    return About(
        topic=found.title,
        body=found.topic.body.name,
        proposal=found.proposal,
        note=found.note,
        papers=tuple(Paper(paper["label"], paper["url"]) for paper in found.papers),
        last_day=found.last_day,
        silence=found.silence,
        zone=found.topic.body.time_zone,
        link=config.base_url + letters.round_path(config, voter.id, voter.serial),
        ending=found.ending,
        reason=found.ended_why if voter.removed_at is None else voter.removed_why,
        ended_at=found.ended_at,
    )


def _read(told: Mapping[str, Any] | None) -> Told | None:
    if told is None:
        return None
    return Told(date.fromisoformat(told["last_day"]), told["serial"], told["ended"])


def _written(owed: Owed, address: str, thread: tuple[str, ...]) -> dict[str, Any]:
    told = owed.told
    return {
        "last_day": told.last_day.isoformat(),
        "serial": told.serial,
        "ended": told.ended,
        "address": address,
        "thread": list(thread),
    }
