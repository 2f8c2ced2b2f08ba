"""What voters answer, by their own link or by telephone; one verb a function."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from agenda.accounts.rules import By
from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import NotFound
from agenda.core.text import clean
from agenda.dates.model import Choice, Slot, Vote, Voter
from agenda.dates.poll_actions import answerable, must_be_open, record_poll
from agenda.meetings.attendance import LONGEST_REMARK


def vote(session: Session, voter: Voter, slot_id: int, choice: Choice, now: datetime) -> None:
    """Keep what a voter says of one moment; saying it again changes nothing.

    Raises Conflict when the poll is closed, or the moment was taken out or has passed; NotFound for a
    moment of another poll.
    """
    _must_take_answers(session, voter, now)
    _keep(session, voter, answerable(voter.poll, slot_id, now), choice, now)


def vote_the_rest(
    session: Session, voter: Voter, choices: Iterable[tuple[int, Choice]], now: datetime
) -> None:
    """Keep an answer for each of these moments that has none yet."""
    _must_take_answers(session, voter, now)
    known = {vote.slot_id for vote in voter.votes}
    for slot_id, choice in choices:
        if slot_id not in known:
            _keep(session, voter, answerable(voter.poll, slot_id, now), choice, now)


def remark(session: Session, voter: Voter, text: str, now: datetime) -> None:
    """Keep what a voter wants to add."""
    _must_take_answers(session, voter, now)
    said = clean(text).strip()[:LONGEST_REMARK]
    if said == voter.remark:
        return
    before, voter.remark = voter.remark, said
    audit.record(
        session,
        _themselves(voter),
        now,
        "poll_remark",
        ("date_poll", voter.poll_id),
        {"remark": before},
        {"remark": said},
    )


def vote_for(
    session: Session, voter: Voter, choices: dict[int, Choice | None], by: Actor, now: datetime
) -> None:
    """Keep what someone said by telephone; None leaves a moment as it is."""
    by.must("plan", voter.poll.meeting.body)
    _must_take_answers(session, voter, now)
    said = {
        slot_id: choice
        for slot_id, choice in choices.items()
        if choice is not None and choice is not said_of(voter, slot_id)
    }
    for slot_id, choice in said.items():
        _keep(session, voter, answerable(voter.poll, slot_id, now), choice, now)
    if said:
        after = {"person": voter.person.name, "answers": len(said)}
        record_poll(session, voter.poll, by, now, "poll_answered_for", after=after)


def _must_take_answers(session: Session, voter: Voter, now: datetime) -> None:
    # Two taps at once come one after the other, and the second sees what the first one said.
    session.refresh(voter, ["removed_at", "remark", "answered_at", "votes"], with_for_update=True)
    if voter.removed_at is not None:
        raise NotFound("not_found")
    must_be_open(voter.poll, now)


def said_of(voter: Voter, slot_id: int) -> Choice | None:
    return next((vote.choice for vote in voter.votes if vote.slot_id == slot_id), None)


def _keep(session: Session, voter: Voter, slot: Slot, choice: Choice, now: datetime) -> None:
    before = said_of(voter, slot.id)
    if before is choice:
        return
    if before is None:
        voter.votes.append(Vote(slot_id=slot.id, choice=choice, at=now))
    else:
        kept = next(vote for vote in voter.votes if vote.slot_id == slot.id)
        kept.choice, kept.at = choice, now
    voter.answered_at = now
    audit.record(
        session,
        _themselves(voter),
        now,
        "poll_answered",
        ("date_poll", voter.poll_id),
        {"choice": before} if before else {},
        {"moment": slot.starts_at, "choice": choice},
    )


def _themselves(voter: Voter) -> By:
    return By(person_id=voter.person_id, name=voter.person.name)
