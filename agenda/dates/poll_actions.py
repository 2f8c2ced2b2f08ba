"""What is done with a poll, from its opening to the choice of a moment; one verb a function."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid, NotFound
from agenda.core.text import clean
from agenda.dates.model import DatePoll, Slot, Voter
from agenda.dates.poll_rules import Ending, vote_token
from agenda.mail.tokens import token_hash
from agenda.meetings import actions as meetings
from agenda.meetings.model import Attendee, AttendeeRole, Meeting
from agenda.meetings.rules import AHEAD, state_of
from config import Config

MOST_MOMENTS = 40
LONGEST_NOTE = 2_000


@dataclass(frozen=True)
class Asked:
    """What is asked in a poll, of whom, until when; `people` holds attendees' persons."""

    moments: tuple[datetime, ...]
    people: frozenset[int]
    deadline: datetime
    note: str = ""
    open_answers: bool = False
    holds: bool = False


def ending_of(poll: DatePoll, now: datetime) -> Ending | None:
    """Tell how a poll ended; None while it is open.

    A date that was set by hand or a meeting that was cancelled ends it, also before anyone wrote that down.
    """
    if any(slot.chosen_at for slot in poll.slots):
        return Ending.CHOSEN
    if poll.closed_at and poll.closed_why:
        return Ending.WITHDRAWN
    meeting = poll.meeting
    if meeting.cancelled_at:
        return Ending.CANCELLED
    if poll.closed_at or state_of(meeting, now) not in AHEAD:
        return Ending.DATED
    overtaken = meeting.starts_at is not None and meeting.starts_at != poll.moves_from
    return Ending.DATED if overtaken else None


def open_poll(
    session: Session, config: Config, meeting: Meeting, asked: Asked, by: Actor, now: datetime
) -> DatePoll:
    """Ask people which moments suit; the letters follow by themselves.

    Raises Conflict while another poll of this meeting is open or the meeting is not ahead, and Invalid
    for too few or past moments, nobody to ask, or a deadline that is past or after the first moment.
    """
    by.must("plan", meeting.body)
    if state_of(meeting, now) not in AHEAD:
        raise Conflict("poll_meeting_not_ahead")
    _check_moments(asked.moments, now)
    _check_deadline(asked.deadline, asked.moments, now)
    attendees = [a for a in meeting.people if a.person_id in asked.people]
    if not attendees:
        raise Invalid("poll_nobody_asked")
    known = session.scalars(
        select(DatePoll).where(DatePoll.meeting_id == meeting.id, DatePoll.closed_at.is_(None))
    ).one_or_none()
    if known is not None:
        if ending_of(known, now) is None:
            raise Conflict("poll_open_already")
        known.closed_at = now
        session.flush()
    poll = DatePoll(
        meeting=meeting,
        opened_at=now,
        deadline=asked.deadline,
        minutes=meeting.minutes,
        moves_from=meeting.starts_at,
        note=clean(asked.note).strip()[:LONGEST_NOTE],
        open_answers=asked.open_answers,
        holds=asked.holds,
        slots=[Slot(starts_at=moment, added_at=now) for moment in sorted(set(asked.moments))],
        voters=[_voter(attendee) for attendee in attendees],
    )
    try:
        with session.begin_nested():
            session.add(poll)
    except IntegrityError as error:
        raise Conflict("poll_open_already") from error
    for voter in poll.voters:
        give_link(config, voter)
    after = {"moments": len(poll.slots), "voters": len(poll.voters), "deadline": poll.deadline}
    record_poll(session, poll, by, now, "poll_opened", after=after)
    return poll


def give_link(config: Config, voter: Voter) -> None:
    """Keep the hash of a voter's secret."""
    voter.token_hash = token_hash(vote_token(config.secret, voter.id, voter.serial))


def usually_asked(attendee: Attendee) -> bool:
    """Tell whether someone is asked unless the secretary says otherwise: not the secretariat."""
    return attendee.role is not AttendeeRole.SECRETARIAT


def change_deadline(session: Session, poll: DatePoll, deadline: datetime, by: Actor, now: datetime) -> None:
    """Give people more time, or less; they hear of it."""
    _must_change(poll, by, now)
    _check_deadline(deadline, [slot.starts_at for slot in _standing(poll) if slot.starts_at > now], now)
    before, poll.deadline = poll.deadline, deadline
    if before != deadline:
        record_poll(session, poll, by, now, "poll_deadline", {"deadline": before}, {"deadline": deadline})


def add_moment(session: Session, poll: DatePoll, moment: datetime, by: Actor, now: datetime) -> None:
    """Ask about one more moment; one that was taken out comes back with what was said of it."""
    _must_change(poll, by, now)
    standing = [slot.starts_at for slot in _standing(poll)]
    if moment in standing:
        raise Conflict("poll_moment_known")
    _check_moments((*standing, moment), now, added=moment)
    if moment < poll.deadline:
        raise Invalid("poll_moment_before_deadline", deadline=poll.deadline)
    known = next((slot for slot in poll.slots if slot.starts_at == moment), None)
    if known is not None:
        known.dropped_at = None
    else:
        poll.slots.append(Slot(starts_at=moment, added_at=now))
    record_poll(session, poll, by, now, "poll_moment_added", after={"moment": moment})


def drop_moment(session: Session, poll: DatePoll, slot_id: int, by: Actor, now: datetime) -> None:
    """Take a moment out; what was said of it stays. One moment at least remains."""
    _must_change(poll, by, now)
    slot = answerable(poll, slot_id, None)
    if len(_standing(poll)) == 1:
        raise Conflict("poll_last_moment")
    slot.dropped_at = now
    record_poll(session, poll, by, now, "poll_moment_dropped", {"moment": slot.starts_at})


def add_voter(
    session: Session, config: Config, poll: DatePoll, attendee: Attendee, by: Actor, now: datetime
) -> None:
    """Ask one more attendee, or one who was taken out once more: with the link of before worthless."""
    _must_change(poll, by, now)
    known = next((voter for voter in poll.voters if voter.person_id == attendee.person_id), None)
    if attendee.meeting_id != poll.meeting_id or attendee.removed_at is not None:
        raise NotFound("not_found")
    if known is not None and known.removed_at is None:
        raise Conflict("poll_asked_already", name=attendee.person.name)
    voter = known or _voter(attendee)
    if known is None:
        poll.voters.append(voter)
    else:
        voter.removed_at, voter.serial = None, voter.serial + 1
    session.flush()
    give_link(config, voter)
    record_poll(session, poll, by, now, "poll_voter_added", after={"person": attendee.person.name})


def remove_voter(session: Session, voter: Voter, by: Actor, now: datetime) -> None:
    """Ask someone no longer; their link opens nothing from here on."""
    _must_change(voter.poll, by, now)
    if voter.removed_at is None:
        voter.removed_at = now
        record_poll(session, voter.poll, by, now, "poll_voter_removed", {"person": voter.person.name})


def withdraw(session: Session, poll: DatePoll, why: str, by: Actor, now: datetime) -> None:
    """Close a poll without a choice; everyone who was asked reads the reason."""
    _must_change(poll, by, now)
    if not clean(why).strip():
        raise Invalid("reason_missing")
    poll.closed_at, poll.closed_why = now, clean(why).strip()[:LONGEST_NOTE]
    record_poll(session, poll, by, now, "poll_withdrawn", after={"reason": poll.closed_why})


def choose(
    session: Session,
    poll: DatePoll,
    slot_id: int,
    by: Actor,
    now: datetime,
    *,
    send: bool = True,
    version: int | None = None,
) -> None:
    """Close the poll on this moment and date the meeting; invitations and calendars follow by themselves.

    With `send` a meeting that was not confirmed is; without, nobody hears of the date yet. Raises what
    set_date and confirm raise, such as Conflict without a venue: then nothing is changed.
    """
    _must_change(poll, by, now)
    poll.expect(version)
    slot = answerable(poll, slot_id, now)
    meeting = poll.meeting
    meetings.set_date(session, meeting, slot.starts_at, poll.minutes, by, now, outside_window=True)
    if send and meeting.confirmed_at is None:
        meetings.confirm(session, meeting, by, now)
    poll.closed_at = slot.chosen_at = now
    record_poll(session, poll, by, now, "poll_chosen", after={"moment": slot.starts_at})


def locked(session: Session, poll_id: int) -> DatePoll:
    """Give a poll that nobody else changes until this transaction ends; the second of two sees the first."""
    query = select(DatePoll).where(DatePoll.id == poll_id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def must_be_open(poll: DatePoll, now: datetime) -> None:
    """Raise Conflict, with how it ended, unless the poll is open."""
    ending = ending_of(poll, now)
    if ending is not None:
        raise Conflict(f"poll_{ending.value}_already")


def _must_change(poll: DatePoll, by: Actor, now: datetime) -> None:
    by.must("plan", poll.meeting.body)
    must_be_open(poll, now)


def _voter(attendee: Attendee) -> Voter:
    return Voter(
        person=attendee.person,
        organisation_id=attendee.organisation_id,
        voting=attendee.voting,
        serial=1,
        remark="",
    )


def _standing(poll: DatePoll) -> list[Slot]:
    return [slot for slot in poll.slots if slot.dropped_at is None]


def answerable(poll: DatePoll, slot_id: int, now: datetime | None) -> Slot:
    """Give a moment that still stands in the poll and, where `now` is given, is ahead."""
    slot = next((slot for slot in poll.slots if slot.id == slot_id), None)
    if slot is None:
        raise NotFound("not_found")
    if slot.dropped_at is not None:
        raise Conflict("poll_moment_dropped")
    if now is not None and slot.starts_at <= now:
        raise Conflict("poll_moment_passed")
    return slot


def _check_moments(moments: Collection[datetime], now: datetime, added: datetime | None = None) -> None:
    if not moments:
        raise Invalid("poll_no_moments")
    if len(moments) > MOST_MOMENTS:
        raise Invalid("poll_too_many_moments", most=MOST_MOMENTS)
    if (added or min(moments)) <= now:
        raise Invalid("moment_has_passed")


def _check_deadline(deadline: datetime, moments: Collection[datetime], now: datetime) -> None:
    if deadline <= now:
        raise Invalid("poll_deadline_passed")
    if moments and deadline > min(moments):
        raise Invalid("poll_deadline_after_moment", first=min(moments))


def record_poll(
    session: Session,
    poll: DatePoll,
    by: Actor,
    now: datetime,
    verb: str,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    audit.record(session, by, now, verb, ("meeting", poll.meeting_id), before, after)
