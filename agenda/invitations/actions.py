"""Who is told what, when it is true: invitations, updates and cancellations; and what people answer."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor, System
from agenda.core.problems import Conflict
from agenda.invitations import facts as told_facts
from agenda.invitations import letters, push_actions, push_rules, rules, standing
from agenda.invitations.failures import note_failures
from agenda.invitations.letters import Sent
from agenda.invitations.model import AnswerToken, Told
from agenda.invitations.rules import Owed
from agenda.invitations.settling import forget, settled
from agenda.invitations.standing import Standing
from agenda.mail.actions import Outgoing, post
from agenda.mail.compose import Mailbox
from agenda.mail.model import Letter
from agenda.mail.tokens import token_hash
from agenda.meetings import actions as meetings
from agenda.meetings.model import Answer, Attendee, AttendeeRole, Meeting
from agenda.meetings.rules import current_answer, ends_at, is_to_come
from config import Config

log = logging.getLogger(__name__)

# Who heard of a meeting so short a while ago is not asked again.
PEACE = timedelta(days=1)


def tell_everyone(session: Session, config: Config, now: datetime) -> int:
    """Queue every letter that attendees are owed, once each and once it has settled; how many.

    What was told is compared with what is true, so it is safe to run at any moment, twice, or late.
    Undelivered letters are reported to the secretaries in the same pass. Someone whose address failed
    before is told all the same: it may work again, and the secretary sees its fate.
    """
    note_failures(session, config, now)
    found = standing.of_all(session, config.mail_domain, now)
    for one in found:
        if one.owed is None:
            _keep_answer(one)
    owing = settled(session, config, [one for one in found if one.owed is not None], now)
    return _tell(session, config, owing, System(), now)


def tell_now(session: Session, config: Config, meeting: Meeting, by: Actor, now: datetime) -> int:
    """Queue at once what a meeting's attendees are owed, without waiting for more changes; how many letters.

    Raises Conflict when everyone has been told, or the invitations did not leave yet.
    """
    by.must("invite", meeting.body)
    owing = []
    if meeting.confirmed_at is not None and is_to_come(meeting, now):
        owing = standing.owing_of(session, config.mail_domain, meeting)
    if not owing:
        raise Conflict("nothing_to_send")
    forget(session, meeting)
    return _tell(session, config, owing, by, now)


def invite(
    session: Session, config: Config, meeting: Meeting, by: Actor, now: datetime, version: int | None = None
) -> int:
    """Confirm a meeting and queue its invitations in one transaction; how many letters.

    Raises what meetings.actions.confirm raises.
    """
    meetings.confirm(session, meeting, by, now, version)
    session.flush()
    owing = standing.owing_of(session, config.mail_domain, meeting)
    return _tell(session, config, owing, by, now)


def send_again(
    session: Session, config: Config, meeting: Meeting, attendee_id: int, by: Actor, now: datetime
) -> str:
    """Send one attendee the invitation once more, and give their name.

    Raises Conflict when this person was never told, is no longer invited, or is about to hear something else.
    """
    by.must("invite", meeting.body)
    one = _send_current(session, config, meeting, attendee_id, now)
    name = one.attendee.person.name
    audit.record(session, by, now, "sent_again", ("meeting", meeting.id), after={"person": name})
    return name


def ask_again(session: Session, config: Config, meeting: Meeting, by: Actor, now: datetime) -> int:
    """Send the invitation once more to who was invited and has not answered; how many letters.

    Who heard of the meeting less than a day ago is left in peace. Raises Conflict where nobody is left.
    """
    by.must("invite", meeting.body)
    silent = [
        one
        for one in standing.of_meeting(session, config.mail_domain, meeting)
        if one.told is not None
        and one.invited
        and one.owed is None
        and one.attendee.role is not AttendeeRole.ROOM
        and current_answer(one.attendee, meeting) is Answer.NEEDS_ACTION
        and now - one.told.told_at >= PEACE
    ]
    if not silent or not is_to_come(meeting, now):
        raise Conflict("nobody_to_ask")
    tokens = _tokens(session, config, silent, now)
    for one in silent:
        if one.told is not None:
            owed = rules.repeated(standing.as_known(one.told))
            _tell_one(session, config, one, owed, tokens[one.attendee.id], now)
    after = {"invitation": len(silent)}
    audit.record(session, by, now, "asked_again", ("meeting", meeting.id), after=after)
    return len(silent)


def send_current(session: Session, config: Config, attendee: Attendee, now: datetime) -> None:
    """Send an attendee who lost it the invitation as it stands; raises Conflict as `send_again` does."""
    _send_current(session, config, attendee.meeting, attendee.id, now)
    after = {"person": attendee.person.name}
    audit.record(session, System(), now, "sent_again", ("meeting", attendee.meeting_id), after=after)


def _send_current(
    session: Session, config: Config, meeting: Meeting, attendee_id: int, now: datetime
) -> Standing:
    found = {one.attendee.id: one for one in standing.of_meeting(session, config.mail_domain, meeting)}
    one = found.get(attendee_id)
    to_come = is_to_come(meeting, now)
    if one is None or one.told is None or one.owed is not None or not one.invited or not to_come:
        raise Conflict("nothing_to_repeat")
    owed = rules.repeated(standing.as_known(one.told))
    _tell_one(session, config, one, owed, _token(session, config, one, now), now)
    return one


def _keep_answer(one: Standing) -> None:
    """Let an answer stand when a change was undone before anyone heard of it."""
    if one.told is None or one.known is None or one.known.revision == one.meeting.revision:
        return
    if not one.invited:
        return
    if one.attendee.answered_revision == one.known.revision:
        one.attendee.answered_revision = one.meeting.revision
    one.told.facts = one.told.facts | {"revision": one.meeting.revision}


def _tell(session: Session, config: Config, owing: list[Standing], by: Actor, now: datetime) -> int:
    tokens = _tokens(session, config, owing, now)
    told: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for one in owing:
        if one.owed is None:
            continue
        try:
            _tell_one(session, config, one, one.owed, tokens[one.attendee.id], now)
        except ValueError:
            # One address that cannot be written must not keep the others waiting; the screens name it.
            log.warning("attendee %s cannot be told: the address cannot be written", one.attendee.id)
            one.attendee.person.undeliverable_since = one.attendee.person.undeliverable_since or now
            continue
        told[one.meeting.id][one.owed.kind] += 1
    for meeting_id, kinds in told.items():
        audit.record(session, by, now, "told", ("meeting", meeting_id), after=dict(kinds))
    return sum(kinds.total() for kinds in told.values())


def _tell_one(
    session: Session, config: Config, one: Standing, owed: Owed, token: str, now: datetime
) -> Letter:
    """Queue one letter and write down what was told (RELIABILITY I1)."""
    meeting, person = one.meeting, one.attendee.person
    facts = one.facts(owed)
    sent = Sent(meeting.id, owed.sequence, now, token, cancelled=owed.told.cancelled, removed=owed.removed)
    carried_before = one.told is not None and not one.told.facts.get("in_own_calendar")
    by_mail = push_rules.carries_entry(
        carried_before=carried_before, reaches=push_actions.reaches(session, person.id, now)
    )
    sent = replace(sent, in_own_calendar=not by_mail)
    key = rules.letter_key(facts.uid, facts.address, owed)
    letter = post(
        session,
        config,
        Outgoing(
            key=key,
            kind=letters.TEMPLATES.get(owed.kind, owed.kind),
            recipient=Mailbox(person.name, person.email),
            text=letters.text(config, facts, owed, sent),
            person_id=person.id,
            body_id=meeting.body_id,
            about=("meeting", meeting.id),
            calendar=letters.calendar(config, facts, sent) if by_mail else None,
            reply_to=letters.reply_to(config, token),
            follows=facts.thread,
            # After the meeting it helps nobody.
            expires_at=max(owed.told.appointment.ends_at, _end(meeting)),
        ),
        now,
    )
    if one.only_window_moved and one.attendee.answered_revision == meeting.revision:
        # The answer was to the guest's earlier time: it is kept, and shown as such.
        one.attendee.answered_revision = meeting.revision - 1
    told = one.told or Told(attendee_id=one.attendee.id)
    told.sequence, told.serial, told.cancelled = owed.sequence, owed.told.serial, owed.told.cancelled
    told.told_at, told.message_id = now, letter.message_id
    told.facts = told_facts.as_json(_with_letter(facts, key)) | {
        "removed": owed.removed,
        "in_own_calendar": sent.in_own_calendar,
    }
    session.add(told)
    return letter


def _with_letter(facts: told_facts.Facts, key: str) -> told_facts.Facts:
    return replace(facts, thread=(*facts.thread[:1], key))


def _end(meeting: Meeting) -> datetime:
    if meeting.starts_at is None:
        raise ValueError("nobody is told of a meeting without a date")
    return ends_at(meeting.starts_at, meeting.minutes)


def _token(session: Session, config: Config, one: Standing, now: datetime) -> str:
    return _tokens(session, config, [one], now)[one.attendee.id]


def _tokens(session: Session, config: Config, owing: Iterable[Standing], now: datetime) -> dict[int, str]:
    """Give each attendee's token; a new one where there is none, or where the address changed meanwhile."""
    attendees = {one.attendee.id: one for one in owing}
    kept: dict[int, AnswerToken] = {}
    if attendees:
        query = select(AnswerToken).where(AnswerToken.attendee_id.in_(attendees)).order_by(AnswerToken.serial)
        kept = {row.attendee_id: row for row in session.scalars(query)}
    tokens = {}
    for attendee_id, one in attendees.items():
        row = kept.get(attendee_id)
        moved = one.known is not None and one.known.address != one.attendee.person.email
        if row is not None and row.revoked_at is None and moved:
            # Who reads the old mailbox no longer answers for this person.
            row.revoked_at = now
        serial = row.serial if row and row.revoked_at is None else (row.serial + 1 if row else 1)
        tokens[attendee_id] = rules.answer_token(config.secret, attendee_id, serial)
        if row is None or row.revoked_at is not None:
            session.add(
                AnswerToken(
                    attendee_id=attendee_id,
                    serial=serial,
                    token_hash=token_hash(tokens[attendee_id]),
                    made_at=now,
                )
            )
    return tokens
