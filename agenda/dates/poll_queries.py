"""Finding polls and voters, and what calendars say of a poll's moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.clock import local_day
from agenda.core.problems import NotFound
from agenda.dates.busy import Blocks
from agenda.dates.known import Known, busy_of
from agenda.dates.model import DatePoll, Slot, Voter
from agenda.dates.poll_actions import ending_of
from agenda.dates.starts import minute_after, minute_before
from agenda.mail.tokens import token_hash
from agenda.meetings.model import Attendee, AttendeeRole, Meeting
from agenda.meetings.rules import ends_at

Hint = Literal["busy", "free"]
DAY = timedelta(days=1)


def latest_poll(session: Session, meeting_id: int) -> DatePoll | None:
    """Give the last poll of a meeting, open or not."""
    query = select(DatePoll.id).where(DatePoll.meeting_id == meeting_id).order_by(DatePoll.id.desc()).limit(1)
    found = session.scalars(query).first()
    return whole(session, found) if found else None


def by_token(session: Session, token: str) -> Voter:
    """Give the voter behind a link; NotFound where it is wrong, old, or of someone who was taken out."""
    query = select(Voter).where(Voter.token_hash == token_hash(token), Voter.removed_at.is_(None))
    voter = session.scalars(query).one_or_none()
    if voter is None:
        raise NotFound("not_found")
    whole(session, voter.poll_id)
    return voter


def voter_of(session: Session, meeting_id: int, person_id: int | None) -> Voter | None:
    """Give someone as a voter in the last poll of a meeting."""
    poll = latest_poll(session, meeting_id)
    asked = poll.voters if poll else []
    return next((one for one in asked if one.person_id == person_id and one.removed_at is None), None)


def invited(session: Session, meeting_id: int) -> Sequence[Attendee]:
    """List who is invited to a meeting, and so can be asked: members first, the secretariat last."""
    query = (
        select(Attendee)
        .where(
            Attendee.meeting_id == meeting_id,
            Attendee.removed_at.is_(None),
            Attendee.role != AttendeeRole.ROOM,
        )
        .options(joinedload(Attendee.person), joinedload(Attendee.organisation))
        .order_by(Attendee.voting.desc(), Attendee.organisation_id, Attendee.id)
    )
    return sorted(session.scalars(query), key=lambda one: one.role is AttendeeRole.SECRETARIAT)


def asked_of(session: Session, person_id: int | None, now: datetime) -> list[Voter]:
    """List the open polls in which someone has moments left to answer, as the voter they are."""
    query = (
        select(Voter)
        .join(DatePoll, Voter.poll_id == DatePoll.id)
        .where(Voter.person_id == person_id, Voter.removed_at.is_(None), DatePoll.closed_at.is_(None))
        .options(
            joinedload(Voter.poll).joinedload(DatePoll.meeting),
            joinedload(Voter.poll).selectinload(DatePoll.slots),
            selectinload(Voter.votes),
        )
        .order_by(DatePoll.deadline)
    )
    return [
        voter
        for voter in session.scalars(query)
        if ending_of(voter.poll, now) is None and unanswered(voter, now)
    ]


def unanswered(voter: Voter, now: datetime) -> list[Slot]:
    """Give the moments ahead that a voter has not answered."""
    said = {vote.slot_id for vote in voter.votes}
    return [
        slot
        for slot in voter.poll.slots
        if slot.dropped_at is None and slot.starts_at > now and slot.id not in said
    ]


def whole(session: Session, poll_id: int) -> DatePoll:
    query = (
        select(DatePoll)
        .where(DatePoll.id == poll_id)
        .options(
            joinedload(DatePoll.meeting).joinedload(Meeting.body),
            selectinload(DatePoll.slots),
            selectinload(DatePoll.voters).joinedload(Voter.person),
            selectinload(DatePoll.voters).joinedload(Voter.organisation),
            selectinload(DatePoll.voters).selectinload(Voter.votes),
        )
    )
    return session.scalars(query).one()


def standing(poll: DatePoll) -> list[Slot]:
    return sorted(
        (slot for slot in poll.slots if slot.dropped_at is None or slot.chosen_at),
        key=lambda slot: slot.starts_at,
    )


def known_of(session: Session, poll: DatePoll, people: Sequence[int]) -> Mapping[int, Known]:
    slots = standing(poll)
    if not slots:
        return {}
    zone = poll.meeting.time_zone
    first, last = (local_day(slot.starts_at, zone) for slot in (slots[0], slots[-1]))
    return busy_of(session, people, first, last + DAY, poll.meeting_id)


def hint_of(known: Known | None, starts_at: datetime, minutes: int) -> Hint | None:
    if known is None or not known.has_calendar:
        return None
    return "busy" if _is_busy(known.blocks, starts_at, minutes) else "free"


def _is_busy(blocks: Blocks, starts_at: datetime, minutes: int) -> bool:
    begin, end = minute_before(starts_at), minute_after(ends_at(starts_at, minutes))
    return bool(np.any((blocks[:, 0] < end) & (blocks[:, 1] > begin)))
