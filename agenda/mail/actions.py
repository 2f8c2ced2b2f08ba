"""The outbox's verbs: queue a letter, deliver what is due, and what people may do with a letter."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor, must_be_administrator
from agenda.core.problems import Conflict, Invalid
from agenda.core.runtime import Runtime
from agenda.core.text import one_line
from agenda.mail.compose import Attachment, CalendarPart, LetterText, Mailbox, compose, message_id
from agenda.mail.dkim_signing import signed
from agenda.mail.leases import FORGOTTEN, Sent, lease, settle, withdraw, write
from agenda.mail.model import Hold, Letter
from agenda.mail.queries import held_letters, letter_for, open_hold
from agenda.mail.rules import LEASE, restored_from
from agenda.mail.transports import Permanent, Temporary, Undelivered
from config import Config

log = logging.getLogger(__name__)

# Asked right before a letter leaves: None when it still says what is so, else a code that tells why not.
Check = Callable[[Session, Letter, datetime], str | None]
Checks = Mapping[str, Check]
NO_CHECKS: Checks = MappingProxyType({})


class LeaseLost(Exception):
    """Someone else took this letter over; whatever we find out about it no longer counts."""


@dataclass(frozen=True)
class Outgoing:
    """A letter to be queued.

    key: makes it unique (RELIABILITY I2); the same key again is the same letter.
    body_id: whose secretaries may see it; without one only administrators.
    about: what it is about, such as ("meeting", 5).
    sender_name: stands before our address; by itself the configured name.
    follows: keys of earlier letters in this thread, oldest first.
    lane: letters in one lane leave in order; by itself the recipient's address.
    unsubscribe: where one POST without signing in ends letters such as this (RFC 8058).
    not_before, expires_at: when it may leave, and from when on it helps nobody any more.
    """

    key: str
    kind: str
    recipient: Mailbox
    text: LetterText
    person_id: int | None = None
    body_id: int | None = None
    about: tuple[str, int] | None = None
    calendar: CalendarPart | None = None
    attachments: tuple[Attachment, ...] = ()
    sender_name: str | None = None
    reply_to: Mailbox | None = None
    follows: tuple[str, ...] = ()
    lane: str | None = None
    unsubscribe: str | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None


def post(session: Session, config: Config, outgoing: Outgoing, now: datetime) -> Letter:
    """Queue a letter in the caller's transaction; the same key again gives the letter that is there.

    Its bytes are frozen here, Date and Message-ID included (I3). UnsafeLetter where it cannot be written.
    """
    known = select(Letter).where(Letter.key == outgoing.key)
    letter = session.scalars(known).one_or_none()
    if letter is not None:
        return letter
    letter = _written(config, outgoing, now)
    try:
        with session.begin_nested():
            session.add(letter)
    except IntegrityError:
        # Someone else queued it between our look and our write.
        return session.scalars(known).one()
    return letter


def _written(config: Config, outgoing: Outgoing, now: datetime) -> Letter:
    def identifier(key: str) -> str:
        return message_id(key, config.secret, config.mail_domain)

    thread = [identifier(key) for key in outgoing.follows]
    content = compose(
        outgoing.text,
        sender=Mailbox(outgoing.sender_name or config.mail_name, config.mail_from),
        recipient=outgoing.recipient,
        now=now,
        message_id=identifier(outgoing.key),
        reply_to=outgoing.reply_to,
        in_reply_to=thread[-1] if thread else None,
        references=thread,
        calendar=outgoing.calendar,
        attachments=outgoing.attachments,
        unsubscribe=outgoing.unsubscribe,
    )
    if config.dkim_key is not None:
        content = signed(content, config.dkim_key, config.mail_domain, config.dkim_selector)
    about = outgoing.about or (None, None)
    return Letter(
        key=outgoing.key,
        kind=outgoing.kind,
        lane=outgoing.lane or outgoing.recipient.address.lower(),
        recipient=outgoing.recipient.address.lower(),
        recipient_name=outgoing.recipient.name,
        person_id=outgoing.person_id,
        body_id=outgoing.body_id,
        subject_kind=about[0],
        subject_id=about[1],
        subject=one_line(outgoing.text.subject),
        content=content,
        message_id=identifier(outgoing.key),
        queued_at=now,
        due_at=max(now, outgoing.not_before or now),
        expires_at=outgoing.expires_at,
        attempts=0,
    )


def deliver_one(runtime: Runtime) -> bool:
    """Send the oldest due letter; False when nothing is due."""
    return deliver_all(runtime, most=1) == 1


def deliver_all(
    runtime: Runtime,
    most: int = 1000,
    stopped: Callable[[], bool] = lambda: False,
    checks: Checks = NO_CHECKS,
) -> int:
    """Send what is due, oldest first, at most so many letters; how many were tried.

    Once `stopped` says so, the letter in hand is finished and no further one begun. A letter of a kind that
    has a check is looked at again in the transaction that takes the lease, and withdrawn where that says why.
    At least once (I4, I5): a letter whose fate is unknown goes again under the same Message-ID, flagged
    `maybe_twice`. No transaction is open while the network is waited for (I8).
    """
    letter, tried = None, 0
    if not stopped():
        with runtime.work() as session:
            letter = _next(session, runtime, checks)
    while letter is not None:
        tried += 1
        outcome = _send(runtime, letter)
        # Writing down this one and taking the next is one commit: each waits for the disk.
        with runtime.work() as session:
            if outcome is not None:
                settle(session, letter, outcome, runtime.clock(), runtime.config.demo)
            again = tried < most and not stopped()
            letter = _next(session, runtime, checks) if again else None
    return tried


def _next(session: Session, runtime: Runtime, checks: Checks) -> Letter | None:
    config, now = runtime.config, runtime.clock()
    letter = lease(session, now, config.letters_per_hour, keep_secrets=config.demo)
    check = checks.get(letter.kind) if letter is not None and letter.lease is not None else None
    if letter is not None and check is not None:
        why = check(session, letter, now)
        if why is not None:
            withdraw(letter, why, now)
    return letter


def _send(runtime: Runtime, letter: Letter) -> Sent | Undelivered | None:
    """Give what became of the attempt; None where that is not ours to write down."""
    if letter.lease is None:
        return None
    try:
        runtime.send(letter, _hand_over(runtime, letter))
    except (Temporary, Permanent) as refusal:
        return refusal
    except LeaseLost:
        log.warning("letter %s was taken over before it was handed over", letter.id)
        return None
    return Sent()


def _hand_over(runtime: Runtime, letter: Letter) -> Callable[[], None]:
    def written_down() -> None:
        """Commit that the letter is about to leave (I5), and start its quarter of an hour anew."""
        now = runtime.clock()
        with runtime.work() as session:
            if not write(session, letter, handed_over_at=now, leased_until=now + LEASE):
                raise LeaseLost

    return written_down


def hold(session: Session, by: Actor, now: datetime, why: str) -> None:
    """Let nothing leave until an administrator releases it (I9); harmless where mail is held already."""
    must_be_administrator(by)
    if open_hold(session) is not None:
        return
    held = Hold(held_at=now, why=one_line(why))
    session.add(held)
    session.flush()
    audit.record(session, by, now, "held", ("mail_hold", held.id), {}, {"why": held.why})


def hold_after_restore(session: Session, by: Actor, now: datetime, made_at: datetime) -> int:
    """Let nothing leave from now on, as a backup was put back (I9); how many letters wait.

    made_at: when the backup was made; what left since then is not known here any more.
    """
    release(session, by, now)
    hold(session, by, now, restored_from(made_at))
    waiting = select(func.count()).select_from(Letter).where(Letter.fate.is_(None))
    return session.scalar(waiting) or 0


def discard_waiting(session: Session, by: Actor, now: datetime, why: str, only_older: bool = False) -> int:
    """Let the letters that are held never leave, each with the reason in its history; how many.

    `only_older`: only those that were written before everything was held, such as those of a backup.
    Raises Conflict where nothing is held, and Invalid without a reason.
    """
    must_be_administrator(by)
    held = open_hold(session)
    if held is None:
        raise Conflict("nothing_is_held")
    if not one_line(why):
        raise Invalid("reason_missing")
    found = held_letters(session, now, before=held.held_at if only_older else None)
    for letter in found:
        _discard(session, letter, by, now, why)
    return len(found)


def release(session: Session, by: Actor, now: datetime) -> None:
    """Let letters leave again; harmless where nothing is held."""
    must_be_administrator(by)
    held = open_hold(session)
    if held is None:
        return
    held.released_at = now
    audit.record(session, by, now, "released", ("mail_hold", held.id))


def retry(session: Session, letter_id: int, by: Actor, now: datetime) -> Letter:
    """Let a letter that failed, expired or was discarded go again, or one that waits go now."""
    letter = letter_for(session, letter_id, by, to_change=True)
    if letter.fate == "sent":
        raise Conflict("letter_sent_already")
    if letter.fate == "withdrawn":
        raise Conflict("letter_withdrawn")
    _must_not_be_leaving(letter, now)
    if letter.content == FORGOTTEN or (letter.expires_at is not None and letter.expires_at <= now):
        raise Conflict("letter_too_late")
    before = _facts(letter)
    letter.fate = letter.settled_at = None
    letter.due_at, letter.attempts = now, 0
    audit.record(session, by, now, "retried", ("letter", letter.id), before, _facts(letter))
    return letter


def discard(session: Session, letter_id: int, by: Actor, now: datetime, why: str) -> Letter:
    """Let a letter that did not leave yet never leave; the reason is kept."""
    letter = letter_for(session, letter_id, by, to_change=True)
    if letter.fate is not None:
        raise Conflict("letter_settled_already")
    _must_not_be_leaving(letter, now)
    _discard(session, letter, by, now, why)
    return letter


def _discard(session: Session, letter: Letter, by: Actor, now: datetime, why: str) -> None:
    before = _facts(letter)
    letter.fate, letter.settled_at, letter.lease, letter.leased_until = "discarded", now, None, None
    after = _facts(letter) | {"why": one_line(why)}
    audit.record(session, by, now, "discarded", ("letter", letter.id), before, after)


def _must_not_be_leaving(letter: Letter, now: datetime) -> None:
    if letter.leased_until is not None and letter.leased_until > now:
        raise Conflict("letter_leaving")


def _facts(letter: Letter) -> dict[str, Any]:
    return {"fate": letter.fate, "attempts": letter.attempts, "due_at": letter.due_at}
