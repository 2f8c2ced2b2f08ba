"""Answers that come by mail find their way to the attendee whose token they bear, and change nothing else."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.problems import Conflict
from agenda.invitations import answer_rules, proposals
from agenda.invitations import facts as told_facts
from agenda.invitations.actions import send_current
from agenda.invitations.answer_rules import Known, Meaning
from agenda.invitations.model import AnswerToken, Reply, Told
from agenda.invitations.standing import uid_of
from agenda.mail.authenticity import checked
from agenda.mail.inbox import Outcome
from agenda.mail.model import Incoming
from agenda.mail.tokens import same_token, token_hash, tokens_in
from agenda.mail.understood import IncomingKind, Understood
from agenda.meetings.attendance import answer as keep_answer
from agenda.meetings.model import Answer, Attendee, Meeting
from agenda.meetings.rules import current_answer
from agenda.people.model import Person
from config import Config

ANSWERS = {
    "ACCEPTED": Answer.ACCEPTED,
    "DECLINED": Answer.DECLINED,
    "TENTATIVE": Answer.TENTATIVE,
}
PARTSTATS = {answer: partstat for partstat, answer in ANSWERS.items()}
_UID = re.compile(r"meeting-(\d{1,9})-\d{14}@")


def handle(
    session: Session, config: Config, incoming: Incoming, understood: Understood, now: datetime
) -> Outcome | None:
    """Do what a message asks of a meeting; None where it is about none of ours.

    Who wrote it is known by the token in the address (CALENDAR-MAIL rule 19). Without one nothing changes by
    itself: the secretary sees it, with what we make of it.
    """
    rows = _tokens(session, config, understood)
    owners = {row.attendee_id for row in rows}
    if len(owners) > 1:
        return Outcome("set_aside", "two_owners")
    if not rows:
        return _without_token(session, config, understood)
    attendee = rows[0].attendee
    if all(row.revoked_at is not None for row in rows):
        return _outcome(attendee, "set_aside", "address_no_longer_valid")
    return _of_owner(session, config, incoming, understood, attendee, now)


def _tokens(session: Session, config: Config, understood: Understood) -> list[AnswerToken]:
    """Find the tokens in the addresses; by their hash, so that the time it takes tells nothing (rule 32)."""
    written = tokens_in(understood.addressed, config.mail_domain)
    hashes = {token_hash(token): token for token in written}
    rows = session.scalars(select(AnswerToken).where(AnswerToken.token_hash.in_(hashes))).all()
    return [row for row in rows if same_token(hashes[row.token_hash], row.token_hash)]


def _of_owner(
    session: Session,
    config: Config,
    incoming: Incoming,
    understood: Understood,
    attendee: Attendee,
    now: datetime,
) -> Outcome:
    told = session.scalars(select(Told).where(Told.attendee_id == attendee.id)).one_or_none()
    if told is None:
        return _outcome(attendee, "set_aside", "other_meeting")
    kind = understood.kind
    if kind is IncomingKind.REPLY:
        return _reply(session, config, incoming, understood, (attendee, told), now)
    if kind is IncomingKind.COUNTER:
        return _counter(session, incoming, understood, attendee, told)
    if kind is IncomingKind.REFRESH:
        return _refresh(session, config, incoming, attendee, now)
    if kind is IncomingKind.CALENDAR:
        return _outcome(attendee, "handled", "changes_nothing")
    if kind is IncomingKind.AUTOMATIC:
        return _outcome(attendee, "handled", "automatic")
    if kind is IncomingKind.UNREADABLE:
        return _outcome(attendee, "set_aside", understood.unreadable)
    return _outcome(attendee, "set_aside", "words")


def _reply(
    session: Session,
    config: Config,
    incoming: Incoming,
    understood: Understood,
    owner: tuple[Attendee, Told],
    now: datetime,
) -> Outcome:
    attendee, told = owner
    verdict = checked(understood.authentication, config.authserv_id, understood.sender)
    found = answer_rules.meaning(understood, _known(attendee, told), verdict, incoming.received_at)
    if found.fate in {"stranger", "delegate", "other_meeting"} or found.answer is None:
        return _outcome(attendee, "set_aside", found.fate)
    if found.fate == "nothing":
        return _outcome(attendee, "handled", "no_answer_yet")
    why: str = "answered" if found.fate == "counts" else found.fate
    if found.fate == "counts" and not _count(session, attendee, told, found, now):
        why = "no_longer_asked"
    elif found.fate == "older":
        _show_older(session, attendee, found, now)
    session.add(_kept(incoming, attendee, found, counted=why == "answered"))
    return _outcome(attendee, "handled", why)


def _known(attendee: Attendee, told: Told) -> Known:
    facts = told_facts.from_json(told.facts)
    current = attendee.answered_revision is not None and attendee.answered_revision >= facts.revision
    last = (attendee.answered_at, PARTSTATS[attendee.answer]) if current and attendee.answered_at else None
    return Known(facts.uid, facts.address, told.sequence, facts.appointment.starts_at, last)


def _count(session: Session, attendee: Attendee, told: Told, found: Meaning, now: datetime) -> bool:
    """Let an answer count as if it was given on the page; False where nothing is asked any more."""
    # Where the meeting changed and the update has not left yet, this answers what the attendee knows.
    return _answer(session, attendee, found, told_facts.from_json(told.facts).revision, now)


def _show_older(session: Session, attendee: Attendee, found: Meaning, now: datetime) -> None:
    """Show an answer to an older version as such, while there is none to this one (rule 20)."""
    if current_answer(attendee, attendee.meeting) is not Answer.NEEDS_ACTION:
        return
    query = select(Reply.sequence, Reply.dtstamp, Reply.partstat).where(Reply.attendee_id == attendee.id)
    earlier = [(row.sequence, row.dtstamp, row.partstat) for row in session.execute(query)]
    if any(one > (found.sequence, found.dtstamp, found.partstat) for one in earlier):
        return
    on_page = attendee.answered_at not in {dtstamp for _, dtstamp, _ in earlier}
    if on_page and attendee.answered_at is not None and attendee.answered_at >= found.dtstamp:
        return
    _answer(session, attendee, found, attendee.meeting.revision - 1, now)


def _answer(session: Session, attendee: Attendee, found: Meaning, revision: int, now: datetime) -> bool:
    """Let an attendee say it to that version of the meeting; False where nothing is asked any more."""
    said = found.answer
    if said is None or said.partstat not in ANSWERS:
        return False
    try:
        keep_answer(session, attendee, ANSWERS[said.partstat], said.comment or "", now, revision)
    except Conflict:
        return False
    # When it was written counts for what comes later, not when we got round to it (rule 20).
    attendee.answered_at = found.dtstamp
    return True


def _kept(incoming: Incoming, attendee: Attendee, found: Meaning, *, counted: bool) -> Reply:
    said = found.answer
    return Reply(
        attendee_id=attendee.id,
        incoming_id=incoming.id,
        sequence=found.sequence,
        dtstamp=found.dtstamp,
        partstat=found.partstat,
        comment=(said.comment if said else None) or "",
        received_at=incoming.received_at,
        counted=counted,
        flags=list(found.flags),
    )


def _counter(
    session: Session, incoming: Incoming, understood: Understood, attendee: Attendee, told: Told
) -> Outcome:
    if understood.uid != told_facts.from_json(told.facts).uid:
        return _outcome(attendee, "set_aside", "other_meeting")
    if not proposals.propose(session, incoming, understood, attendee):
        return _outcome(attendee, "set_aside", "proposal_unclear")
    return _outcome(attendee, "handled", "proposed")


def _refresh(
    session: Session, config: Config, incoming: Incoming, attendee: Attendee, now: datetime
) -> Outcome:
    earlier = session.scalars(
        select(Incoming.settled_at).where(
            Incoming.kind == IncomingKind.REFRESH,
            Incoming.why == "sent_again",
            Incoming.person_id == attendee.person_id,
            Incoming.subject_kind == "meeting",
            Incoming.subject_id == attendee.meeting_id,
        )
    )
    if not answer_rules.may_be_sent_again([moment for moment in earlier if moment], now):
        return _outcome(attendee, "handled", "asked_too_often")
    try:
        send_current(session, config, attendee, now)
    except Conflict:
        return _outcome(attendee, "handled", "nothing_to_repeat")
    return _outcome(attendee, "handled", "sent_again")


def _without_token(session: Session, config: Config, understood: Understood) -> Outcome | None:
    """Tell the secretary whose message this may be: by the meeting's UID and the sender's address."""
    if understood.kind in {IncomingKind.AUTOMATIC, IncomingKind.DELIVERY}:
        return None
    meeting = _meeting_of(session, config, understood.uid)
    person = session.scalars(select(Person).where(Person.email == understood.sender)).one_or_none()
    if meeting is None and person is None:
        return None
    return Outcome(
        "set_aside",
        "no_token",
        person_id=person.id if person else None,
        body_id=meeting.body_id if meeting else None,
        about=("meeting", meeting.id) if meeting else None,
    )


def _meeting_of(session: Session, config: Config, uid: str) -> Meeting | None:
    found = _UID.match(uid)
    meeting = session.get(Meeting, int(found[1])) if found else None
    return meeting if meeting is not None and uid_of(meeting, config.mail_domain) == uid else None


def _outcome(attendee: Attendee, fate: Any, why: str) -> Outcome:
    return Outcome(
        fate,
        why,
        person_id=attendee.person_id,
        body_id=attendee.meeting.body_id,
        about=("meeting", attendee.meeting_id),
    )
