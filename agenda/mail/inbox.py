"""The inbox: each message that came in is kept once, and dealt with or set aside; nothing is lost."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from agenda.core.problems import Changed
from agenda.core.runtime import Runtime
from agenda.mail.model import Incoming
from agenda.mail.understood import IncomingKind, Understood
from config import Config

log = logging.getLogger(__name__)

# What the servers on the way add: the same message that comes along two ways is one message.
_TRACE = re.compile(
    rb"(?im)^(?:received|return-path|delivered-to|x-original-to|envelope-to|authentication-results"
    rb"|arc-[a-z-]+|x-spam[a-z-]*|x-[a-z-]*received[a-z-]*|delivery-date)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*\n?"
)
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class Outcome:
    """What became of a message, why as a code, and whom and what it is about where that is known."""

    fate: Literal["handled", "set_aside"]
    why: str
    person_id: int | None = None
    body_id: int | None = None
    about: tuple[str, int] | None = None


# Deals with a message, or gives None where it is not for this one to deal with.
Handler = Callable[[Session, Config, Incoming, Understood, datetime], Outcome | None]


def fingerprint(message_id: str, content: bytes) -> str:
    """Name a message by its Message-ID and its content without trace headers (RELIABILITY I6)."""
    end = _END_OF_HEAD.search(content)
    head, body = (content[: end.end()], content[end.end() :]) if end else (content, b"")
    kept = _TRACE.sub(b"", head.replace(b"\r\n", b"\n"))
    digest = hashlib.sha256(message_id.encode("utf-8", "replace"))
    for part in (kept.strip(), body.replace(b"\r\n", b"\n").strip()):
        digest.update(b"\0" + hashlib.sha256(part).digest())
    return digest.hexdigest()


def keep(
    session: Session, source: str, content: bytes, size: int, understood: Understood, received_at: datetime
) -> Incoming | None:
    """Keep a message in the caller's transaction; None where it is known already."""
    name = fingerprint(understood.message_id, content)
    if session.scalars(select(Incoming.id).where(Incoming.fingerprint == name)).first() is not None:
        return None
    incoming = Incoming(
        fingerprint=name,
        source=source,
        content=content,
        size=size,
        received_at=received_at,
        kind=understood.kind,
        sender=understood.sender,
        sender_name=understood.sender_name,
        subject=understood.subject,
        understood=understood.as_json(),
        why="",
        note="",
    )
    try:
        with session.begin_nested():
            session.add(incoming)
    except IntegrityError:
        # The same message came along another way between our look and our write.
        return None
    return incoming


def settle_incoming(
    runtime: Runtime, handlers: Sequence[Handler], stopped: Callable[[], bool] = lambda: False
) -> int:
    """Deal with every message that waits, oldest first, each in a transaction of its own; how many.

    The first handler that knows what to do decides. One that fails sets its message aside, and the next
    message is dealt with all the same (RELIABILITY I7).
    """
    number, after = 0, 0
    while not stopped():
        with runtime.read() as session:
            waiting = select(Incoming.id).where(Incoming.settled_at.is_(None), Incoming.id > after)
            found = session.scalars(waiting.order_by(Incoming.id).limit(1)).first()
        if found is None:
            break
        after = found
        number += settle_one(runtime, found, handlers)
    return number


def settle_one(runtime: Runtime, incoming_id: int, handlers: Sequence[Handler]) -> bool:
    """Deal with one message; False where someone else did so already, or it must wait for the next pass."""
    try:
        with runtime.work() as session:
            incoming = _locked(session, incoming_id)
            if incoming is None:
                return False
            _settle(session, runtime, incoming, handlers)
        return True
    except (Changed, OperationalError):
        # Somebody edits what it is about, or the database is away: it waits for the next pass.
        log.warning("message %s waits for the next pass", incoming_id)
        return False
    except Exception:
        # One message that nobody can deal with must not stop the others.
        log.exception("message %s could not be dealt with", incoming_id)
    with runtime.work() as session:
        incoming = _locked(session, incoming_id)
        if incoming is not None:
            _write(incoming, Outcome("set_aside", "could_not_be_handled"), runtime.clock())
    return incoming is not None


def _locked(session: Session, incoming_id: int) -> Incoming | None:
    """Give the message unless it is settled, or another worker is at it."""
    query = select(Incoming).where(Incoming.id == incoming_id, Incoming.settled_at.is_(None))
    return session.scalars(query.with_for_update(skip_locked=True)).one_or_none()


def _settle(session: Session, runtime: Runtime, incoming: Incoming, handlers: Sequence[Handler]) -> None:
    understood, now = Understood.from_json(incoming.understood), runtime.clock()
    for handler in handlers:
        outcome = handler(session, runtime.config, incoming, understood, now)
        if outcome is not None:
            return _write(incoming, outcome, now)
    return _write(incoming, _nobodys(understood), now)


def _nobodys(understood: Understood) -> Outcome:
    if understood.kind is IncomingKind.AUTOMATIC:
        return Outcome("handled", "automatic")
    if understood.kind is IncomingKind.UNREADABLE:
        return Outcome("set_aside", understood.unreadable)
    return Outcome("set_aside", "nobody_known")


def _write(incoming: Incoming, outcome: Outcome, now: datetime) -> None:
    incoming.fate, incoming.why, incoming.settled_at = outcome.fate, outcome.why, now
    incoming.person_id, incoming.body_id = outcome.person_id, outcome.body_id
    incoming.subject_kind, incoming.subject_id = outcome.about or (None, None)
