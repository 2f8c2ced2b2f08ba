"""What voters must hear of polls: letters and tentative entries, derived from what is true."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Conflict
from agenda.dates import poll_letters as letters
from agenda.dates.model import Choice, DatePoll, Slot, SlotHold, Voter
from agenda.dates.poll_actions import ending_of, give_link, must_be_open
from agenda.dates.poll_letters import About, End, Entry
from agenda.dates.poll_rules import (
    Ending,
    Hold,
    Owed,
    Told,
    Truth,
    hold_owed,
    remind_key,
    vote_token,
    what_is_owed,
)
from agenda.mail.actions import Outgoing, post
from agenda.mail.compose import Mailbox
from agenda.mail.model import Letter
from agenda.mail.tokens import reply_address
from agenda.meetings.model import Meeting
from agenda.meetings.rules import ends_at
from config import Config

log = logging.getLogger(__name__)
OPTION = {"nl": "Optie", "en": "Option"}

# The holds of one voter by slot.
Holds = Mapping[int, SlotHold]


def tell_voters(session: Session, config: Config, now: datetime) -> int:
    """Queue every letter and calendar entry that voters are owed, once each; how many.

    What was told is compared with what is true, so it is safe to run at any moment, twice, or late. A poll
    that a date set by hand or a cancelled meeting has overtaken is closed in the same pass.
    """
    query = (
        select(DatePoll)
        .where(or_(DatePoll.closed_at.is_(None), DatePoll.settled_at.is_(None)))
        .order_by(DatePoll.id)
        # A second worker waits here, and then sees what the first one wrote.
        .with_for_update(of=DatePoll)
    )
    polls = session.scalars(query).all()
    if not polls:
        return 0
    _load(session, polls)
    holds = _holds(session, polls)
    return sum(_tell(session, config, poll, holds, now) for poll in polls)


def remind(session: Session, config: Config, voter: Voter, by: Actor, now: datetime) -> None:
    """Send one voter who has not answered everything the question once more, at most once a day."""
    poll = voter.poll
    by.must("plan", poll.meeting.body)
    must_be_open(poll, now)
    said = {vote.slot_id for vote in voter.votes}
    left = [slot.starts_at for slot in _ahead(poll, now) if slot.id not in said]
    if voter.removed_at is not None or not left:
        raise Conflict("poll_nothing_to_remind")
    key = remind_key(voter.id, local_day(now, poll.meeting.time_zone))
    if session.scalars(select(Letter.id).where(Letter.key == key)).first() is not None:
        raise Conflict("poll_reminded_today", name=voter.person.name)
    about = _about(config, voter)
    text = letters.reminder(config, about, voter.person.language, left)
    post(session, config, _outgoing(voter, "poll_reminder", key, text), now)
    after = {"person": voter.person.name}
    audit.record(session, by, now, "poll_reminded", ("meeting", poll.meeting_id), after=after)


def _load(session: Session, polls: Iterable[DatePoll]) -> None:
    """Read all that telling needs, in a number of queries that does not grow."""
    query = (
        select(DatePoll)
        .where(DatePoll.id.in_([poll.id for poll in polls]))
        .options(
            joinedload(DatePoll.meeting).joinedload(Meeting.body),
            selectinload(DatePoll.slots),
            selectinload(DatePoll.voters).joinedload(Voter.person),
            selectinload(DatePoll.voters).selectinload(Voter.votes),
        )
        .execution_options(populate_existing=True)
    )
    session.scalars(query).all()


def _holds(session: Session, polls: Iterable[DatePoll]) -> Mapping[int, Holds]:
    query = (
        select(SlotHold)
        .join(Voter, SlotHold.voter_id == Voter.id)
        .where(Voter.poll_id.in_([poll.id for poll in polls]))
    )
    found: defaultdict[int, dict[int, SlotHold]] = defaultdict(dict)
    for hold in session.scalars(query):
        found[hold.voter_id][hold.slot_id] = hold
    return found


def _tell(session: Session, config: Config, poll: DatePoll, holds: Mapping[int, Holds], now: datetime) -> int:
    ending = ending_of(poll, now)
    number = 0
    for voter in poll.voters:
        try:
            number += _tell_one(session, config, voter, ending, now)
            number += _hold_all(session, config, voter, ending, holds.get(voter.id, {}), now)
        except ValueError:
            # One address that cannot be written must not keep the others waiting; the screens name it.
            log.warning("voter %s cannot be told: the address cannot be written", voter.id)
            voter.person.undeliverable_since = voter.person.undeliverable_since or now
    if ending is not None:
        poll.closed_at = poll.closed_at or now
        poll.settled_at = now
    return number


def _tell_one(session: Session, config: Config, voter: Voter, ending: Ending | None, now: datetime) -> int:
    poll = voter.poll
    moments = tuple(slot.starts_at for slot in poll.slots if slot.dropped_at is None)
    truth = Truth(
        moments, poll.deadline, voter.removed_at is None, ending, poll.meeting.confirmed_at is not None
    )
    owed = what_is_owed(_read(voter.told), truth)
    if owed is None:
        return 0
    if voter.told is not None and voter.told["address"] != voter.person.email and voter.removed_at is None:
        # Who reads the old mailbox no longer answers for this person.
        voter.serial += 1
        give_link(config, voter)
    end = End(
        ending,
        removed=voter.removed_at is not None,
        reason=poll.closed_why or poll.meeting.cancelled_why,
        starts_at=poll.meeting.starts_at if ending is Ending.DATED else None,
    )
    text = letters.text(config, _about(config, voter), voter.person.language, owed, end)
    key = f"poll|{poll.id}|{voter.id}|{owed.kind}|{owed.told.serial}"
    thread = tuple(voter.told["thread"]) if voter.told else ()
    post(session, config, _outgoing(voter, letters.TEMPLATES[owed.kind], key, text, thread), now)
    voter.told = _written(owed, voter.person.email, (*thread[:1], key))
    voter.told_at = now
    return 1


def _hold_all(
    session: Session,
    config: Config,
    voter: Voter,
    ending: Ending | None,
    known: Holds,
    now: datetime,
) -> int:
    poll = voter.poll
    refused = {vote.slot_id for vote in voter.votes if vote.choice is Choice.NO}
    here = poll.holds and ending is None and voter.removed_at is None
    number = 0
    for slot in _ahead(poll, now, dropped=True):
        wanted = here and slot.dropped_at is None and slot.id not in refused
        row = known.get(slot.id)
        owed = hold_owed(Hold(row.sequence, row.cancelled) if row else None, wanted)
        if owed is None:
            continue
        uid = row.uid if row else letters.hold_uid(config, poll.opened_at, poll.id, slot.id, voter.id)
        _post_hold(session, config, voter, slot, uid, owed, now)
        kept = row or SlotHold(voter_id=voter.id, slot_id=slot.id, uid=uid)
        kept.sequence, kept.cancelled, kept.told_at = owed.sequence, owed.cancelled, now
        session.add(kept)
        number += 1
    return number


def _post_hold(
    session: Session, config: Config, voter: Voter, slot: Slot, uid: str, owed: Hold, now: datetime
) -> None:
    person, meeting = voter.person, voter.poll.meeting
    about = _about(config, voter)
    entry = Entry(
        uid=uid,
        sequence=owed.sequence,
        cancelled=owed.cancelled,
        starts_at=slot.starts_at,
        summary=f"{OPTION.get(person.language, OPTION['nl'])}: {meeting.body.name}",
        reader=Mailbox(person.name, person.email),
        language=person.language,
        at=now,
        reply_to=reply_address(vote_token(config.secret, voter.id, voter.serial), config.mail_from),
    )
    outgoing = Outgoing(
        key=f"{uid}|{owed.sequence}|{'CANCEL' if owed.cancelled else 'REQUEST'}|{person.email.lower()}",
        kind=letters.NO_HOLD if owed.cancelled else letters.HOLD,
        recipient=entry.reader,
        text=letters.hold_text(config, about, entry),
        person_id=person.id,
        body_id=meeting.body_id,
        about=("meeting", meeting.id),
        calendar=letters.hold_calendar(config, about, entry),
        reply_to=Mailbox(config.mail_name, entry.reply_to),
        # After that it helps nobody.
        expires_at=ends_at(slot.starts_at, voter.poll.minutes),
    )
    post(session, config, outgoing, now)


def _outgoing(voter: Voter, kind: str, key: str, text: Any, thread: tuple[str, ...] = ()) -> Outgoing:
    meeting, person = voter.poll.meeting, voter.person
    return Outgoing(
        key=key,
        kind=kind,
        recipient=Mailbox(person.name, person.email),
        text=text,
        person_id=person.id,
        body_id=meeting.body_id,
        about=("meeting", meeting.id),
        follows=thread,
    )


def _about(config: Config, voter: Voter) -> About:
    poll = voter.poll
    return About(
        meeting=poll.meeting.title,
        minutes=poll.minutes,
        moments=tuple(slot.starts_at for slot in poll.slots if slot.dropped_at is None),
        deadline=poll.deadline,
        note=poll.note,
        holds=poll.holds,
        zone=poll.meeting.time_zone,
        link=config.base_url + letters.vote_path(config, voter.id, voter.serial),
    )


def _ahead(poll: DatePoll, now: datetime, dropped: bool = False) -> list[Slot]:
    return [slot for slot in poll.slots if slot.starts_at > now and (dropped or slot.dropped_at is None)]


def _read(told: Mapping[str, Any] | None) -> Told | None:
    if told is None:
        return None
    moments = tuple(datetime.fromisoformat(moment) for moment in told["moments"])
    return Told(moments, datetime.fromisoformat(told["deadline"]), told["serial"], told["ended"])


def _written(owed: Owed, address: str, thread: tuple[str, ...]) -> dict[str, Any]:
    told = owed.told
    return {
        "moments": [moment.isoformat() for moment in told.moments],
        "deadline": told.deadline.isoformat(),
        "serial": told.serial,
        "ended": told.ended,
        "address": address,
        "thread": list(thread),
    }
