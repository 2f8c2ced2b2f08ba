"""Answers by mail to an option in a voter's calendar: they are answers to that moment of the poll."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.problems import Conflict, NotFound
from agenda.dates.model import Choice, SlotHold, Vote, Voter
from agenda.dates.poll_answers import vote
from agenda.mail.inbox import Outcome
from agenda.mail.model import Incoming
from agenda.mail.tokens import same_token, token_hash, tokens_in
from agenda.mail.understood import IncomingKind, Understood
from config import Config

CHOICES = {"ACCEPTED": Choice.YES, "TENTATIVE": Choice.IF_NEED_BE, "DECLINED": Choice.NO}


def handle_option(
    session: Session, config: Config, incoming: Incoming, understood: Understood, now: datetime
) -> Outcome | None:
    """Keep the answer to an option as the voter's answer to its moment; None where it is about none of ours.

    As with invitations the token in the address says whose it is (CALENDAR-MAIL rule 19), and somebody else's
    name changes nothing (rule 22).
    """
    voter = _voter(session, config, understood)
    if voter is None:
        return None
    about = ("meeting", voter.poll.meeting_id)
    body_id = voter.poll.meeting.body_id

    def outcome(why: str) -> Outcome:
        aside = why in {"stranger", "other_meeting", "words"}
        return Outcome("set_aside" if aside else "handled", why, voter.person_id, body_id, about)

    if understood.kind is IncomingKind.AUTOMATIC:
        return outcome("automatic")
    if understood.kind is IncomingKind.CALENDAR:
        return outcome("changes_nothing")
    if understood.kind is not IncomingKind.REPLY:
        return outcome("words")
    return outcome(_answered(session, voter, incoming, understood, now))


def _voter(session: Session, config: Config, understood: Understood) -> Voter | None:
    hashes = {token_hash(token): token for token in tokens_in(understood.addressed, config.mail_domain)}
    # Of two answers at once the second one sees what the first one said.
    query = select(Voter).where(Voter.token_hash.in_(hashes)).with_for_update()
    found = session.scalars(query).all()
    genuine = [
        voter
        for voter in found
        if voter.token_hash is not None and same_token(hashes[voter.token_hash], voter.token_hash)
    ]
    return genuine[0] if len(genuine) == 1 else None


def _answered(
    session: Session, voter: Voter, incoming: Incoming, understood: Understood, now: datetime
) -> str:
    query = select(SlotHold).where(SlotHold.voter_id == voter.id, SlotHold.uid == understood.uid)
    hold = session.scalars(query).one_or_none()
    if hold is None:
        return "other_meeting"
    own = voter.person.email.lower()
    answer = next((one for one in understood.answers if own in {one.attendee, understood.sender}), None)
    if answer is None:
        return "stranger"
    choice = CHOICES.get(answer.partstat)
    if choice is None:
        return "no_answer_yet"
    written = min(understood.dtstamp or incoming.received_at, incoming.received_at)
    known = _vote(voter, hold)
    if known is not None and written < known.at:
        return "superseded"
    try:
        vote(session, voter, hold.slot_id, choice, now)
    except (Conflict, NotFound):
        return "no_longer_asked"
    kept = _vote(voter, hold)
    if kept is not None:
        # When it was written counts for what comes later, not when we got round to it (rule 20).
        kept.at = written
    return "option_answered"


def _vote(voter: Voter, hold: SlotHold) -> Vote | None:
    return next((one for one in voter.votes if one.slot_id == hold.slot_id), None)
