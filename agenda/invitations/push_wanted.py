"""Which meetings must stand in a person's own calendar: those that they were told of and that are to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from agenda.invitations import facts as told_facts
from agenda.invitations import letters
from agenda.invitations.facts import Facts
from agenda.invitations.feed_queries import alarm_of
from agenda.invitations.model import AnswerToken, Told
from agenda.invitations.push_rules import Wanted
from agenda.invitations.standing import PARTSTATS
from agenda.mail.itip import Partstat
from agenda.meetings.model import Attendee, Meeting
from agenda.meetings.states import ends_at_in_sql
from config import Config


def wanted(session: Session, config: Config, person_id: int, now: datetime) -> list[Wanted]:
    """List the meetings to come as this person was told them; the number of queries does not grow."""
    query = (
        select(Told)
        .join(Told.attendee)
        .join(Attendee.meeting)
        .where(Attendee.person_id == person_id, Meeting.starts_at.is_not(None), ends_at_in_sql() > now)
        .order_by(Meeting.starts_at, Told.id)
        .options(joinedload(Told.attendee))
    )
    told = session.scalars(query).all()
    serials = _serials(session, [one.attendee_id for one in told])
    alarm = alarm_of(session, person_id)
    return [_one(config, one, serials.get(one.attendee_id, 1), alarm) for one in told]


def _one(config: Config, told: Told, serial: int, alarm: int) -> Wanted:
    # In their own calendar it warns as they want it now, whatever they wanted when they were told.
    facts = replace(told_facts.from_json(told.facts), alarm=alarm)
    attendee = told.attendee
    sent = letters.as_sent(config, told, serial)
    partstat = _partstat(attendee, facts)
    return Wanted(
        attendee_id=attendee.id,
        uid=facts.uid,
        mailbox=facts.address,
        content=letters.stored(config, facts, sent, partstat),
        sequence=told.sequence,
        partstat=partstat,
        cancelled=told.cancelled,
    )


def _partstat(attendee: Attendee, facts: Facts) -> Partstat:
    """Give the answer to the version that this person knows."""
    return PARTSTATS[attendee.answer] if attendee.answered_revision == facts.revision else "needs-action"


def _serials(session: Session, attendee_ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(AnswerToken.attendee_id, func.max(AnswerToken.serial))
        .where(AnswerToken.attendee_id.in_(attendee_ids))
        .group_by(AnswerToken.attendee_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
