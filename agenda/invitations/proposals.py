"""Other times that attendees ask for (COUNTER): accepted, or declined with a word (CALENDAR-MAIL rule 23)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, NotFound
from agenda.core.text import clean
from agenda.invitations import facts as told_facts
from agenda.invitations import letters
from agenda.invitations.model import Proposal, Told
from agenda.invitations.queries import sent_last
from agenda.mail.actions import Outgoing, post
from agenda.mail.compose import Mailbox
from agenda.mail.model import Incoming
from agenda.mail.understood import Understood
from agenda.meetings import actions as meetings
from agenda.meetings.model import Attendee, Meeting
from agenda.meetings.rules import LONGEST, SHORTEST
from config import Config

KIND = "counter_declined"
LONGEST_REASON = 2_000
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Open:
    """A proposal that waits for the secretary."""

    proposal: Proposal
    attendee: Attendee

    @property
    def minutes(self) -> int:
        """How long the meeting would take."""
        return (self.proposal.ends_at - self.proposal.starts_at) // _MINUTE


def propose(session: Session, incoming: Incoming, understood: Understood, attendee: Attendee) -> bool:
    """Keep the time that an attendee asks for; False where it is no time for a meeting.

    A later proposal of the same attendee takes the place of an earlier one.
    """
    wanted = understood.proposal
    if wanted is None or wanted.starts_at <= incoming.received_at:
        return False
    if not SHORTEST <= (wanted.ends_at - wanted.starts_at) // _MINUTE <= LONGEST:
        return False
    for earlier in _waiting(session, [attendee.id]):
        earlier.settled_at = incoming.received_at
    session.add(
        Proposal(
            attendee_id=attendee.id,
            incoming_id=incoming.id,
            sequence=understood.sequence,
            starts_at=wanted.starts_at,
            ends_at=wanted.ends_at,
            comment=clean(understood.comment or understood.text).strip()[:LONGEST_REASON],
            made_at=incoming.received_at,
        )
    )
    return True


def open_proposals(session: Session, meeting: Meeting, now: datetime) -> list[Open]:
    """List the proposals that still make sense: to the meeting's version of now, and to a time to come."""
    attendees = {one.id: one for one in meeting.attendees if one.removed_at is None}
    if meeting.cancelled_at or meeting.confirmed_at is None:
        return []
    told = _told_sequences(session, attendees)
    return [
        Open(one, attendees[one.attendee_id])
        for one in _waiting(session, list(attendees))
        if one.starts_at > now and one.sequence >= told.get(one.attendee_id, 0)
    ]


def open_proposal(session: Session, meeting: Meeting, proposal_id: int, now: datetime) -> Open:
    """Give one proposal that waits; raises Conflict where it no longer does, NotFound where there is none."""
    known = session.get(Proposal, proposal_id)
    if known is None or known.attendee.meeting_id != meeting.id:
        raise NotFound("not_found")
    found = (one for one in open_proposals(session, meeting, now) if one.proposal.id == proposal_id)
    one = next(found, None)
    if one is None:
        raise Conflict("proposal_overtaken")
    return one


def accept(session: Session, meeting: Meeting, proposal_id: int, by: Actor, now: datetime) -> None:
    """Give the meeting the proposed time; everybody hears of it by itself.

    Raises Conflict where the proposal does not wait any more, and what meetings.actions.set_date raises.
    """
    one = open_proposal(session, meeting, proposal_id, now)
    meetings.set_date(session, meeting, one.proposal.starts_at, one.minutes, by, now, outside_window=True)
    one.proposal.settled_at, one.proposal.accepted = now, True
    _record(session, one, "proposal_accepted", by, now)


def decline(
    session: Session, config: Config, meeting: Meeting, proposal_id: int, why: str, by: Actor, now: datetime
) -> None:
    """Leave the meeting where it is, and let the attendee know; `why` is told along.

    Raises Conflict where the proposal does not wait any more.
    """
    by.must("plan", meeting.body)
    one = open_proposal(session, meeting, proposal_id, now)
    one.proposal.settled_at, one.proposal.accepted = now, False
    _tell(session, config, one, clean(why).strip()[:LONGEST_REASON], now)
    _record(session, one, "proposal_declined", by, now)


def _record(session: Session, one: Open, verb: str, by: Actor, now: datetime) -> None:
    after = {"person": one.attendee.person.name, "starts_at": one.proposal.starts_at}
    audit.record(session, by, now, verb, ("meeting", one.attendee.meeting_id), after=after)


def _tell(session: Session, config: Config, one: Open, why: str, now: datetime) -> None:
    """Queue a DECLINECOUNTER: the entry in the attendee's calendar goes back to what it was."""
    attendee = one.attendee
    told = session.scalars(select(Told).where(Told.attendee_id == attendee.id)).one()
    facts = told_facts.from_json(told.facts)
    sent = replace(sent_last(session, config, told), at=now)
    proposed = (one.proposal.starts_at, one.proposal.ends_at)
    post(
        session,
        config,
        Outgoing(
            key=f"{KIND}:{one.proposal.id}",
            kind=KIND,
            recipient=Mailbox(attendee.person.name, attendee.person.email),
            text=letters.counter_declined(config, facts, sent, proposed, why),
            person_id=attendee.person_id,
            body_id=attendee.meeting.body_id,
            about=("meeting", attendee.meeting_id),
            calendar=letters.counter_declined_calendar(config, facts, sent, why),
            reply_to=letters.reply_to(config, sent.token),
            follows=facts.thread,
            expires_at=facts.appointment.ends_at,
        ),
        now,
    )


def _waiting(session: Session, attendee_ids: Sequence[int]) -> Sequence[Proposal]:
    return session.scalars(
        select(Proposal)
        .where(Proposal.attendee_id.in_(attendee_ids), Proposal.settled_at.is_(None))
        .order_by(Proposal.id)
        .options(joinedload(Proposal.incoming))
    ).all()


def _told_sequences(session: Session, attendees: dict[int, Attendee]) -> dict[int, int]:
    query = select(Told.attendee_id, Told.sequence).where(Told.attendee_id.in_(attendees))
    return {row.attendee_id: row.sequence for row in session.execute(query)}
