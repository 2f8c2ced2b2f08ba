"""What members answer in a written round, by their own link or through the secretariat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from agenda.accounts.rules import By
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid
from agenda.core.text import clean
from agenda.topics.round_actions import locked, must_be_open, must_run, record
from agenda.topics.round_model import RoundVoter, Said
from agenda.topics.round_rules import LONGEST_REASON


def answer(session: Session, voter: RoundVoter, said: Said, reason: str, now: datetime) -> None:
    """Keep what a member says; saying it again changes nothing.

    Raises Conflict when the round takes no answers any more or they are asked no longer, and Invalid for a
    wish to discuss without the reason, or with one that is too long.
    """
    must_be_open(locked(session, voter.round_id), now)
    _keep(session, voter, said, reason, "", _themselves(voter), now)


def answer_for(
    session: Session, voter: RoundVoter, said: Said, reason: str, by: Actor, now: datetime
) -> None:
    """Keep what a member said by telephone; who wrote it down stands with it."""
    must_run(locked(session, voter.round_id), by, now)
    _keep(session, voter, said, reason, by.name, by, now)


def _keep(
    session: Session, voter: RoundVoter, said: Said, reason: str, written_by: str, by: Actor, now: datetime
) -> None:
    if voter.removed_at is not None:
        raise Conflict("round_not_asked")
    why = clean(reason).strip() if said is Said.DISCUSS else ""
    if said is Said.DISCUSS and not why:
        raise Invalid("round_reason_missing", field="reason")
    if len(why) > LONGEST_REASON:
        raise Invalid("round_reason_too_long", field="reason", most=LONGEST_REASON)
    if (voter.said, voter.reason) == (said, why):
        return
    before = {"said": voter.said, "reason": voter.reason or None}
    voter.said, voter.reason, voter.answered_at, voter.answered_by = said, why, now, written_by
    after = {"said": said, "reason": why or None}
    if written_by:
        after |= {"person": voter.person.name}
    record(
        session, voter.round, by, now, "round_answered_for" if written_by else "round_answered", before, after
    )


def _themselves(voter: RoundVoter) -> By:
    return By(person_id=voter.person_id, name=voter.person.name)
