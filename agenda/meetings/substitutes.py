"""A member who cannot come lets somebody of the same college come instead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid
from agenda.meetings.attendance import (
    answer,
    attendance_day,
    invite_again,
    substitute_of,
    take_away_substitute,
)
from agenda.meetings.model import Answer, Attendee, AttendeeRole, Meeting
from agenda.meetings.rules import must_be_possible, state_of
from agenda.people.model import Membership, Person, Role
from agenda.people.queries import on_day


def candidates(session: Session, attendee: Attendee, now: datetime) -> Sequence[Person]:
    """List who can come in a member's place: who sits for the same college somewhere on that day.

    Who is invited already is left out: nobody counts for two.
    """
    if not may_be_replaced(attendee):
        return ()
    day = attendance_day(attendee.meeting, now)
    invited = {one.person_id for one in attendee.meeting.people} - {_id(substitute_of(attendee))}
    query = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == attendee.organisation_id,
            Membership.role == Role.MEMBER,
            on_day(day),
            Person.room.is_(False),
            Person.id.not_in(invited | {attendee.person_id}),
        )
        .distinct()
        .order_by(Person.name, Person.id)
    )
    return session.scalars(query).all()


def may_be_replaced(attendee: Attendee) -> bool:
    """Tell whether somebody can come in this attendee's place: only a member has one of a college."""
    return (
        attendee.role is AttendeeRole.MEMBER
        and attendee.organisation_id is not None
        and attendee.removed_at is None
    )


def name_substitute(
    session: Session, attendee: Attendee, person_id: int, by: Actor, now: datetime
) -> Attendee:
    """Let somebody of the same college come in a member's place; the invitation follows by itself.

    The member's own answer becomes that they cannot come. Who comes in somebody's place may pass that on: the
    new one then takes the place of the member. Raises Conflict where the meeting is not ahead or the attendee
    no longer invited, Invalid for a person who cannot be it.
    """
    member = attendee.substitute_for or attendee
    _alone(session, member.meeting)
    must_be_possible("answer", state_of(member.meeting, now))
    if attendee.removed_at is not None or member.removed_at is not None:
        raise Conflict("no_longer_invited", name=attendee.person.name)
    person = next((one for one in candidates(session, member, now) if one.id == person_id), None)
    if person is None:
        raise Invalid("substitute_impossible")
    known = substitute_of(member)
    if known is not None and known.person_id == person.id:
        return known
    take_away_substitute(member, now)
    chosen = _place(member, person)
    session.flush()
    if member.answer is not Answer.DECLINED or member.answered_revision != member.meeting.revision:
        answer(session, member, Answer.DECLINED, member.answer_remark, now)
    after = {"member": member.person.name, "substitute": person.name}
    audit.record(session, by, now, "substitute_named", ("meeting", member.meeting_id), after=after)
    return chosen


def end_substitution(session: Session, attendee: Attendee, by: Actor, now: datetime) -> None:
    """Let nobody come in this attendee's place any more; who was to come hears of it by themselves."""
    known = take_away_substitute(attendee, now)
    if known is None:
        return
    session.flush()
    after = {"member": attendee.person.name, "substitute": known.person.name}
    audit.record(session, by, now, "substitute_ended", ("meeting", attendee.meeting_id), after=after)


def _alone(session: Session, meeting: Meeting) -> None:
    """Keep others from the meeting's list until the transaction ends, and see what they did to it before."""
    session.scalars(select(Meeting.id).where(Meeting.id == meeting.id).with_for_update()).one()
    session.refresh(meeting, ["attendees"])


def _place(member: Attendee, person: Person) -> Attendee:
    """Put the substitute on the list, in the member's place and with the member's vote."""
    meeting: Meeting = member.meeting
    row = next((one for one in meeting.attendees if one.person_id == person.id), None)
    if row is None:
        row = Attendee(person_id=person.id, person=person, answer=Answer.NEEDS_ACTION, answer_remark="")
        meeting.attendees.append(row)
    else:
        invite_again(row)
    row.role, row.organisation_id, row.voting = AttendeeRole.MEMBER, member.organisation_id, member.voting
    row.by_hand, row.substitute_for_id = True, member.id
    return row


def _id(attendee: Attendee | None) -> int:
    return attendee.person_id if attendee is not None else 0
