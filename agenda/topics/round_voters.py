"""Who is asked in a written round that runs: members join it and leave it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Conflict, Invalid, NotFound
from agenda.core.text import clean
from agenda.people.queries import Attendee, attendees_on, seats_of
from agenda.topics.round_actions import LONGEST_NOTE, give_link, must_run, record
from agenda.topics.round_model import RoundCollege, RoundVoter, WrittenRound
from agenda.topics.round_rules import quorum_of_consent
from config import Config


def could_be_asked(session: Session, found: WrittenRound, now: datetime) -> list[Attendee]:
    """List the members who have a vote today and are not asked."""
    asked = {voter.person_id for voter in found.asked}
    return [one for one in _voting(session, found, now) if one.person.id not in asked]


def forgotten(session: Session, found: WrittenRound, now: datetime) -> list[Attendee]:
    """List the members who have a vote today and were never asked."""
    known = {voter.person_id for voter in found.voters}
    return [one for one in _voting(session, found, now) if one.person.id not in known]


def have_left(session: Session, found: WrittenRound, now: datetime) -> list[RoundVoter]:
    """List those who are asked and have no vote in the body any more."""
    voting = {one.person.id for one in _voting(session, found, now)}
    return [voter for voter in found.asked if voter.person_id not in voting]


def add_voter(
    session: Session, config: Config, found: WrittenRound, person_id: int, why: str, by: Actor, now: datetime
) -> RoundVoter:
    """Ask one more member, or one who was taken out once more; the letter follows by itself.

    Who comes back finds the answer of before, unless they speak for another college now. Raises Conflict for
    who is asked already, NotFound for who has no vote today, and Invalid without a reason.
    """
    must_run(found, by, now)
    if any(voter.person_id == person_id for voter in found.asked):
        raise Conflict("round_asked_already")
    member = next((one for one in could_be_asked(session, found, now) if one.person.id == person_id), None)
    if member is None:
        raise NotFound("not_found")
    reason = _reason(why)
    known = next((voter for voter in found.voters if voter.person_id == person_id), None)
    voter = known or RoundVoter(person=member.person, serial=1, reason="", answered_by="")
    if voter.organisation_id != member.organisation.id:
        voter.organisation_id = member.organisation.id
        voter.said, voter.reason, voter.answered_at, voter.answered_by = None, "", None, ""
    voter.removed_at, voter.removed_why = None, ""
    if known is None:
        found.voters.append(voter)
    session.flush()
    give_link(config, voter)
    _count_again(session, found, voter.organisation_id)
    after = {"person": member.person.name, "said": voter.said, "reason": reason}
    record(session, found, by, now, "round_voter_added", after=after)
    return voter


def remove_voter(session: Session, voter: RoundVoter, why: str, by: Actor, now: datetime) -> None:
    """Ask someone no longer: their answer does not count, and they hear why.

    Raises Conflict for who is asked no longer already and for the last of a college, and Invalid without a
    reason or where the college could not reach its quorum any more.
    """
    found = voter.round
    must_run(found, by, now)
    if voter.removed_at is not None:
        raise Conflict("round_removed_already")
    reason = _reason(why)
    if is_last(voter):
        raise Conflict("round_last_of_college")
    voter.removed_at, voter.removed_why = now, reason
    _count_again(session, found, voter.organisation_id)
    after = {"person": voter.person.name, "reason": reason}
    record(session, found, by, now, "round_voter_removed", {"said": voter.said}, after)


def is_last(voter: RoundVoter) -> bool:
    """Tell whether nobody else of this voter's college is asked, so that it would decide nothing."""
    return sum(one.organisation_id == voter.organisation_id for one in voter.round.asked) == 1


def _voting(session: Session, found: WrittenRound, now: datetime) -> list[Attendee]:
    body = found.topic.body
    return [one for one in attendees_on(session, body.id, local_day(now, body.time_zone)) if one.voting]


def _reason(why: str) -> str:
    reason = clean(why).strip()
    if not reason:
        raise Invalid("round_change_needs_reason", field="why")
    if len(reason) > LONGEST_NOTE:
        raise Invalid("round_reason_too_long", field="why", most=LONGEST_NOTE)
    return reason


def _count_again(session: Session, found: WrittenRound, organisation_id: int) -> None:
    """Let the quorum of a college follow how many of it are asked; a college that was absent joins."""
    members = sum(voter.organisation_id == organisation_id for voter in found.asked)
    seats = {seat.organisation_id: seat.quorum for seat in seats_of(session, found.topic.body_id)}
    needed = quorum_of_consent(members, seats.get(organisation_id))
    if needed > members:
        raise Invalid("round_quorum_impossible")
    for college in found.colleges:
        if college.organisation_id == organisation_id:
            college.needed = needed
            return
    found.colleges.append(RoundCollege(organisation_id=organisation_id, needed=needed))
