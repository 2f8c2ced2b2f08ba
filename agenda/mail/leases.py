"""Who is at work on a letter, and who may write down what became of it.

A lease lasts a quarter of an hour and has a fencing token (RELIABILITY I4): a worker that was slow or
presumed dead finds its token gone, and writes nothing. True on SQLite, and for several workers on PostgreSQL.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Integer, Select, Table, Update, and_, bindparam, not_, or_, select, update
from sqlalchemy.orm import Session, aliased

from agenda.core.database import UtcDateTime
from agenda.mail.model import Hold, Letter
from agenda.mail.rules import LEASE, RATE_PERIOD, SIGN_IN_LANE, is_given_up, next_try
from agenda.mail.transports import Permanent, Undelivered

# What is left of a letter with a sign-in link: its bytes are of no use to anyone but a thief.
FORGOTTEN = b""
LETTERS = cast(Table, Letter.__table__)
LETS_SIGN_IN = Letter.lane.startswith(SIGN_IN_LANE, autoescape=True)


class Sent:
    """The outcome of an attempt that went well."""


@lru_cache
def _due() -> Select[Letter]:
    """Choose the oldest letter due at `now`; how much its reader had is asked of that one only."""
    now = bindparam("now", type_=UtcDateTime())
    older = aliased(Letter)
    waits_for_older = select(older.id).where(
        older.lane == Letter.lane, older.settled_at.is_(None), older.id < Letter.id
    )
    # Who releases what is held must be able to sign in.
    asked_for_meanwhile = and_(LETS_SIGN_IN, Letter.queued_at >= Hold.held_at)
    return (
        select(Letter)
        .where(
            Letter.settled_at.is_(None),
            or_(Letter.leased_until.is_(None), Letter.leased_until <= now),
            Letter.due_at <= now,
            ~waits_for_older.exists(),
            ~select(Hold.id).where(Hold.released_at.is_(None), not_(asked_for_meanwhile)).exists(),
        )
        .order_by(Letter.due_at, Letter.id)
        .limit(1)
        # On PostgreSQL several workers look at once; each takes another letter.
        .with_for_update(skip_locked=True, of=Letter)
    )


@lru_cache
def _sent_lately() -> Select[datetime | None]:
    """Choose when the letter before the last `back` ones was sent to a `recipient` since `lately`, if any."""
    return (
        select(Letter.settled_at)
        .where(
            Letter.recipient == bindparam("recipient"),
            Letter.settled_at > bindparam("lately", type_=UtcDateTime()),
            Letter.fate == "sent",
            not_(LETS_SIGN_IN),
        )
        .order_by(Letter.settled_at.desc())
        .offset(bindparam("back", type_=Integer()))
        .limit(1)
    )


def lease(
    session: Session, now: datetime, letters_per_hour: int, keep_secrets: bool = False
) -> Letter | None:
    """Take the oldest due letter for ourselves; one that is given up comes back settled, without a lease.

    One whose reader had `letters_per_hour` letters in the last hour is put off until that is no longer so.
    """
    while (letter := session.scalars(_due(), {"now": now}).one_or_none()) is not None:
        enough_until = _enough_until(session, letter, now, letters_per_hour)
        if enough_until is None:
            break
        letter.due_at = enough_until
    if letter is None:
        return None
    if is_given_up(letter, now):
        letter.fate, letter.settled_at = "expired", now
        letter.lease = letter.leased_until = None
        if _is_secret(letter) and not keep_secrets:
            letter.content = FORGOTTEN
        return letter
    # The worker that had it ended between handing over and hearing the answer.
    letter.maybe_twice = letter.maybe_twice or letter.handed_over_at is not None
    letter.attempts += 1
    letter.lease, letter.leased_until = secrets.token_hex(16), now + LEASE
    return letter


def _enough_until(session: Session, letter: Letter, now: datetime, letters_per_hour: int) -> datetime | None:
    """Tell until when its reader has had enough letters; None where it may leave now."""
    if _is_secret(letter):
        return None
    facts = {"recipient": letter.recipient, "lately": now - RATE_PERIOD, "back": letters_per_hour - 1}
    sent = session.scalar(_sent_lately(), facts)
    return None if sent is None else sent + RATE_PERIOD


def withdraw(letter: Letter, why: str, now: datetime) -> None:
    """Let a letter that is ours never leave, for what it says is no longer so; `why` is a code."""
    letter.fate, letter.settled_at, letter.last_error = "withdrawn", now, why
    letter.lease = letter.leased_until = None


def settle(
    session: Session, letter: Letter, outcome: Sent | Undelivered, now: datetime, keep_secrets: bool = False
) -> None:
    """Write down what became of an attempt, where the letter is still ours.

    Of a letter that lets its reader sign in nothing is kept once its fate is known, unless `keep_secrets`
    as in the demonstration, where all post is open.
    """
    facts = _became(letter, outcome, now)
    if "fate" in facts and _is_secret(letter) and not keep_secrets:
        facts["content"] = FORGOTTEN
    write(session, letter, **facts)


def _became(letter: Letter, outcome: Sent | Undelivered, now: datetime) -> dict[str, Any]:
    facts: dict[str, Any] = {"lease": None, "leased_until": None}
    if isinstance(outcome, Sent):
        return facts | {"fate": "sent", "settled_at": now, "last_error": None}
    facts["last_error"] = str(outcome)
    if not outcome.in_doubt:
        facts["handed_over_at"] = None
    again = None if isinstance(outcome, Permanent) else next_try(letter.attempts, now)
    if again is not None:
        return facts | {"due_at": again}
    return facts | {"fate": "failed" if isinstance(outcome, Permanent) else "expired", "settled_at": now}


def _is_secret(letter: Letter) -> bool:
    return letter.lane.startswith(SIGN_IN_LANE)


@lru_cache
def _ours() -> Update:
    return (
        update(LETTERS)
        .where(LETTERS.c.id == bindparam("its_id"), LETTERS.c.lease == bindparam("our_token"))
        .where(LETTERS.c.settled_at.is_(None))
    )


def write(session: Session, letter: Letter, **facts: Any) -> bool:
    """Write only where the fencing token is still ours (I4); False where it is not."""
    given = {"its_id": letter.id, "our_token": letter.lease, **facts}
    return session.connection().execute(_ours(), given).rowcount == 1
