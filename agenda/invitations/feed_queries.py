"""What stands in a feed, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from agenda.accounts.actors import actor_for
from agenda.core.actor import Actor
from agenda.core.audit import AuditEntry
from agenda.core.clock import local_day
from agenda.core.problems import NotFound
from agenda.invitations import facts as told_facts
from agenda.invitations.feeds import CANCELLED_STAYS, PAST_STAYS, Entry, in_name_of_body
from agenda.invitations.model import Alarm, Feed, Told
from agenda.invitations.own_items import as_printed
from agenda.invitations.rules import Appointment, PersonalItem
from agenda.mail.tokens import same_token, token_hash
from agenda.meetings.model import Attendee, AttendeeRole, Meeting
from agenda.meetings.rules import current_answer
from agenda.meetings.sight import sight_of, title_of
from agenda.meetings.timing import timetable
from agenda.people.model import Body, Membership, Person
from agenda.people.queries import on_day
from config import Config

LONGEST_STAY = max(CANCELLED_STAYS, PAST_STAYS)


def feed_behind(session: Session, config: Config, token: str, now: datetime) -> Feed:
    """Give the feed of a secret address; NotFound alike for one that never was, was revoked, or is no longer
    theirs.

    The look-up is by hash, so that its time tells nothing of the token (CALENDAR-MAIL rule 35).
    """
    feed = session.scalars(
        select(Feed)
        .where(Feed.token_hash == token_hash(token), Feed.revoked_at.is_(None))
        .options(joinedload(Feed.person), joinedload(Feed.body))
    ).one_or_none()
    genuine = feed is not None and same_token(token, feed.token_hash)
    if feed is None or not genuine or not _still_theirs(session, config, feed, now):
        raise NotFound("not_found")
    return feed


def feeds_of(session: Session, person_id: int) -> Sequence[Feed]:
    """List a person's feeds that work, oldest first."""
    query = select(Feed).where(Feed.person_id == person_id, Feed.revoked_at.is_(None))
    return session.scalars(query.order_by(Feed.id).options(joinedload(Feed.body))).all()


def made_of(session: Session, config: Config, now: datetime) -> str:
    """Name the state of the world that a feed is made of: every change is written into the trail.

    The day is part of it, for with time meetings leave the feed.
    """
    newest = session.scalar(select(func.max(AuditEntry.id))) or 0
    return f"{newest}:{local_day(now, config.time_zone)}"


def entries(session: Session, feed: Feed, now: datetime) -> list[Entry]:
    """List what stands in a feed; the number of queries does not grow with the meetings."""
    if feed.body_id is None:
        return _of_person(session, feed.person_id, now)
    return _of_body(session, feed.body_id, feed.person, now)


def _of_person(session: Session, person_id: int, now: datetime) -> list[Entry]:
    query = (
        select(Told)
        .join(Told.attendee)
        .join(Attendee.meeting)
        .where(Attendee.person_id == person_id, Meeting.starts_at > now - LONGEST_STAY)
        .options(joinedload(Told.attendee).joinedload(Attendee.meeting))
    )
    alarm = alarm_of(session, person_id)
    return [replace(_entry(told), alarm=alarm) for told in session.scalars(query)]


def alarm_of(session: Session, person_id: int) -> int:
    """Tell how many minutes before a meeting a person's calendar warns them; 0 for not by us."""
    found = session.get(Alarm, person_id)
    return found.minutes if found else 0


def _entry(told: Told) -> Entry:
    attendee = told.attendee
    return Entry(
        meeting_id=attendee.meeting_id,
        facts=told_facts.from_json(told.facts),
        sequence=told.sequence,
        told_at=told.told_at,
        cancelled=told.cancelled,
        removed=bool(told.facts.get("removed")),
        answer=current_answer(attendee, attendee.meeting).value,
    )


def _of_body(session: Session, body_id: int, reader: Person, now: datetime) -> list[Entry]:
    """List the meetings of a body as its members were told last, with the whole agenda where it is final.

    What is closed stands there under a neutral title for whom it is not.
    """
    query = (
        select(Told)
        .join(Told.attendee)
        .join(Attendee.meeting)
        .where(
            Meeting.body_id == body_id,
            Meeting.starts_at > now - LONGEST_STAY,
            Attendee.role.in_((AttendeeRole.MEMBER, AttendeeRole.SECRETARIAT)),
        )
        .order_by(Told.told_at, Told.id)
        .options(
            joinedload(Told.attendee).joinedload(Attendee.meeting).selectinload(Meeting.items),
            joinedload(Told.attendee).joinedload(Attendee.meeting).joinedload(Meeting.body),
        )
    )
    newest: dict[int, Told] = {}
    for told in session.scalars(query):
        # Who was taken off the list alone says nothing of the meeting.
        if not told.facts.get("removed"):
            newest[told.attendee.meeting_id] = told
    by = actor_for(session, reader, local_day(now, session.get_one(Body, body_id).time_zone))
    return [_for_reader(told, reader.language, by) for told in newest.values()]


def _for_reader(told: Told, language: str, by: Actor) -> Entry:
    entry, meeting = _entry(told), told.attendee.meeting
    entry = replace(entry, facts=replace(entry.facts, language=language))
    sight = sight_of(meeting, by)
    known = entry.facts.appointment
    plain = Appointment(known.starts_at, known.ends_at, known.venue, known.title, tentative=known.tentative)
    if meeting.agenda_final_at is None:
        return in_name_of_body(entry, plain)
    items = tuple(
        PersonalItem(title_of(slot.item, sight), slot.start, slot.item.minutes)
        for slot in timetable(known.starts_at, meeting.minutes, as_printed(meeting.items))
        if slot.start is not None and slot.item.withdrawn_at is None
    )
    return in_name_of_body(entry, replace(plain, items=items, agenda_known=True))


def _still_theirs(session: Session, config: Config, feed: Feed, now: datetime) -> bool:
    """Tell whether the owner still sits in the body; one's own meetings are always one's own."""
    if feed.body_id is None:
        return True
    today = local_day(now, config.time_zone)
    seat = select(Membership.id).where(
        Membership.person_id == feed.person_id, Membership.body_id == feed.body_id, on_day(today)
    )
    return session.scalars(seat.limit(1)).first() is not None
