"""Who is invited to a meeting, and what they answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.accounts.rules import By
from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Conflict, Invalid
from agenda.core.text import clean
from agenda.meetings.model import AgendaItem, Answer, Attendee, AttendeeRole, Meeting
from agenda.meetings.rules import AHEAD, must_be_possible, state_of
from agenda.people.model import Membership, Person, Role
from agenda.people.queries import attendees_on, on_day
from agenda.topics.model import TopicGuest

LONGEST_REMARK = 2_000


class Place(NamedTuple):
    """As what someone is invited."""

    role: AttendeeRole
    organisation_id: int | None
    voting: bool = False


def refresh_attendees(session: Session, meeting: Meeting, now: datetime) -> None:
    """Make the list of attendees what memberships on the meeting's day and its topics say.

    One person with two roles is invited once, in the role that votes. Readers are not invited.
    Whom the secretary put on or off the list by hand stays there. Without a date the first day
    of the window counts. Nothing changes once the meeting is held, closed or cancelled.
    """
    if state_of(meeting, now) not in AHEAD:
        return
    session.flush()
    expected = _expected(session, meeting, attendance_day(meeting, now))
    known = {attendee.person_id: attendee for attendee in meeting.attendees}
    for person_id, attendee in known.items():
        if attendee.by_hand:
            continue
        if person_id not in expected:
            attendee.removed_at = attendee.removed_at or now
            continue
        _take_place(attendee, expected[person_id])
        if attendee.removed_at:
            invite_again(attendee)
    for person_id in sorted(expected.keys() - known.keys()):
        meeting.attendees.append(_new(person_id, expected[person_id]))
    session.flush()
    for attendee in meeting.attendees:
        if attendee.removed_at is not None:
            take_away_substitute(attendee, now)


def attendance_day(meeting: Meeting, now: datetime) -> date:
    """Give the day whose memberships count."""
    if meeting.starts_at:
        return local_day(meeting.starts_at, meeting.time_zone)
    today = local_day(now, meeting.time_zone)
    return max(meeting.window_from, today) if meeting.window_from else today


def _expected(session: Session, meeting: Meeting, day: date) -> dict[int, Place]:
    places = {
        seated.person.id: Place(_role(seated.role), seated.organisation.id, seated.voting)
        for seated in attendees_on(session, meeting.body_id, day)
        if seated.role is not Role.READER
    }
    guests = set(
        session.scalars(
            select(TopicGuest.person_id)
            .join(AgendaItem, AgendaItem.topic_id == TopicGuest.topic_id)
            .where(AgendaItem.meeting_id == meeting.id, AgendaItem.withdrawn_at.is_(None))
        )
    )
    guests -= places.keys()
    homes = _homes(session, guests, day)
    return places | {guest: Place(AttendeeRole.GUEST, homes.get(guest)) for guest in guests} | _hall(meeting)


def _hall(meeting: Meeting) -> dict[int, Place]:
    """Give the hall of the host, where it has a mailbox and the meeting is in it."""
    host = meeting.host
    if host is None or host.room_id is None or meeting.venue != host.venue:
        return {}
    return {host.room_id: Place(AttendeeRole.ROOM, host.id)}


def _role(role: Role) -> AttendeeRole:
    return AttendeeRole.MEMBER if role is Role.MEMBER else AttendeeRole.SECRETARIAT


def _homes(session: Session, people: set[int], day: date) -> dict[int, int]:
    """Find for which organisation each of these people sits somewhere on that day."""
    homes: dict[int, int] = {}
    if people:
        query = select(Membership.person_id, Membership.organisation_id)
        for person_id, organisation_id in session.execute(
            query.where(Membership.person_id.in_(people), on_day(day)).order_by(Membership.id)
        ):
            homes.setdefault(person_id, organisation_id)
    return homes


def _new(person_id: int, place: Place, by_hand: bool = False) -> Attendee:
    return Attendee(
        person_id=person_id,
        organisation_id=place.organisation_id,
        role=place.role,
        voting=place.voting,
        by_hand=by_hand,
        answer=Answer.NEEDS_ACTION,
        answer_remark="",
    )


def _take_place(attendee: Attendee, place: Place) -> None:
    attendee.role = place.role
    attendee.organisation_id = place.organisation_id
    attendee.voting = place.voting


def substitute_of(attendee: Attendee) -> Attendee | None:
    """Give who comes in this attendee's place now, if anyone does."""
    return next(
        (
            one
            for one in attendee.meeting.attendees
            if one.substitute_for_id == attendee.id and one.removed_at is None
        ),
        None,
    )


def take_away_substitute(attendee: Attendee, now: datetime) -> Attendee | None:
    """Let nobody come in this attendee's place any more, and tell who was to come."""
    known = substitute_of(attendee)
    if known is not None:
        known.removed_at = now
    return known


def invite_again(attendee: Attendee) -> None:
    """Put somebody on the list again who was on it before."""
    # What was said to the earlier invitation is no answer to the new one.
    attendee.removed_at = None
    attendee.answer = Answer.NEEDS_ACTION
    attendee.answered_revision = None
    attendee.answered_at = None
    attendee.answer_remark = ""
    attendee.substitute_for_id = None


def add_attendee(session: Session, meeting: Meeting, person: Person, by: Actor, now: datetime) -> Attendee:
    """Invite one more person: in their own place if they have one in the body, else as a guest."""
    by.must("plan", meeting.body)
    must_be_possible("change_attendees", state_of(meeting, now))
    attendee = next((known for known in meeting.attendees if known.person_id == person.id), None)
    if attendee and attendee.removed_at is None:
        raise Conflict("already_invited", name=person.name)
    day = attendance_day(meeting, now)
    place = _expected(session, meeting, day).get(person.id)
    by_hand = place is None
    if place is None:
        place = Place(AttendeeRole.GUEST, _homes(session, {person.id}, day).get(person.id))
    if attendee is None:
        attendee = _new(person.id, place)
        meeting.attendees.append(attendee)
    else:
        _take_place(attendee, place)
        invite_again(attendee)
    attendee.by_hand = by_hand
    session.flush()
    audit.record(session, by, now, "attendee_added", ("meeting", meeting.id), after={"person": person.name})
    return attendee


def remove_attendee(session: Session, attendee: Attendee, by: Actor, now: datetime) -> None:
    """Take someone off the list; the row stays, so that they can be told."""
    meeting = attendee.meeting
    by.must("plan", meeting.body)
    must_be_possible("change_attendees", state_of(meeting, now))
    if attendee.removed_at:
        raise Conflict("no_longer_invited", name=attendee.person.name)
    attendee.removed_at = now
    attendee.by_hand = True
    take_away_substitute(attendee, now)
    before = {"person": attendee.person.name}
    audit.record(session, by, now, "attendee_removed", ("meeting", meeting.id), before=before)


def answer(
    session: Session,
    attendee: Attendee,
    said: Answer,
    remark: str,
    now: datetime,
    revision: int | None = None,
) -> None:
    """Keep what an attendee says to the meeting as it is now; saying it again changes nothing.

    `revision`: which version they had before them, where that is an earlier one.

    Raises Conflict when the meeting no longer takes place, is over, has not been sent yet, or
    the attendee is no longer invited; Invalid for an answer that is none.
    """
    meeting = attendee.meeting
    must_be_possible("answer", state_of(meeting, now))
    if attendee.removed_at:
        raise Conflict("no_longer_invited", name=attendee.person.name)
    if said is Answer.NEEDS_ACTION:
        raise Invalid("answer_missing")
    remark = clean(remark).strip()[:LONGEST_REMARK]
    given = (said, remark, meeting.revision if revision is None else revision)
    if given == (attendee.answer, attendee.answer_remark, attendee.answered_revision):
        return
    before = {"answer": attendee.answer, "remark": attendee.answer_remark}
    attendee.answer, attendee.answer_remark, attendee.answered_revision = given
    attendee.answered_at = now
    if said is not Answer.DECLINED and given[2] == meeting.revision:
        # Who comes after all needs nobody in their place: a college counts nobody twice.
        take_away_substitute(attendee, now)
    by = By(person_id=attendee.person_id, name=attendee.person.name)
    after = {"answer": said, "remark": remark}
    audit.record(session, by, now, "answered", ("meeting", meeting.id), before, after)
