"""The mailbox that answers come to, read over IMAP: each message is kept, dealt with, and only then moved."""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.mail.inbox import Handler, fingerprint, keep, settle_one
from agenda.mail.message_head import read_head
from agenda.mail.message_reading import MOST_OCTETS, from_head
from agenda.mail.model import Incoming, MailboxState
from agenda.mail.reading_apart import Reader
from agenda.mail.understood import Understood

log = logging.getLogger(__name__)

HANDLED, SET_ASIDE = "Handled", "Set-aside"
PORTS = {"imap": 143, "imap+starttls": 143, "imaps": 993}
SECONDS = 30.0
# After a failure: 1, 5, 15 minutes, then hourly.
DELAYS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60))
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True)
class Place:
    """Where a mailbox is, out of its address; the password is told to nobody else."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str

    @property
    def name(self) -> str:
        """By what an administrator knows it."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"

    def __repr__(self) -> str:
        return f"Place({self.name})"


@dataclass(frozen=True)
class Fetched:
    """A message as the mailbox has it; where it is huge, its head alone."""

    content: bytes
    size: int

    @property
    def whole(self) -> bool:
        return self.size <= MOST_OCTETS


class MailboxAway(Exception):
    """The mailbox cannot be read now; the text is a code of ours."""


def place_of(url: str) -> Place:
    """Read the address of a mailbox, such as imaps://user:password@mail.example:993/INBOX."""
    parts = urlsplit(url)
    return Place(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


def read_mailbox(
    runtime: Runtime,
    handlers: Sequence[Handler],
    most: int = 200,
    stopped: Callable[[], bool] = lambda: False,
) -> int:
    """Keep, deal with and move what lies in the mailbox, oldest first; how many messages.

    Nothing is configured, or it failed a short while ago: nothing is done. No transaction is open while the
    server is waited for (RELIABILITY I8), and a crash at any step neither loses nor repeats a message (I6).
    """
    if runtime.config.imap_url is None:
        return 0
    place = place_of(runtime.config.imap_url)
    if not _is_due(runtime, place):
        return 0
    number = 0
    try:
        with _opened(place) as box, Reader() as reader:
            prefix = f"imap:{place.name}:{_validity(box, place)}"
            for uid in _uids(box)[:most]:
                if stopped():
                    break
                number += _one(runtime, box, reader, f"{prefix}:{uid}", uid, handlers)
    except MailboxAway as away:
        _note(runtime, place, str(away))
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        # Their texts may repeat what we said, and that may be a password.
        log.warning("mailbox %s: %s", place, type(error).__name__)
        _note(runtime, place, "connection_lost")
    else:
        _note(runtime, place, "")
    return number


def mailbox_state(runtime: Runtime) -> MailboxState | None:
    """Tell how reading the mailbox went last; None where none is configured or it was never tried."""
    if runtime.config.imap_url is None:
        return None
    with runtime.read() as session:
        name = place_of(runtime.config.imap_url).name
        return session.scalars(select(MailboxState).where(MailboxState.name == name)).one_or_none()


def _is_due(runtime: Runtime, place: Place) -> bool:
    with runtime.read() as session:
        state = session.scalars(select(MailboxState).where(MailboxState.name == place.name)).one_or_none()
        return state is None or state.next_at is None or state.next_at <= runtime.clock()


def _note(runtime: Runtime, place: Place, failure: str) -> None:
    """Write down how it went, for the administrator's eyes, and when it is tried again."""
    now = runtime.clock()
    with runtime.work() as session:
        state = session.scalars(select(MailboxState).where(MailboxState.name == place.name)).one_or_none()
        if state is None:
            state = MailboxState(name=place.name, tried_at=now, failure="", failures=0)
            session.add(state)
        state.tried_at, state.failure = now, failure
        state.failures = state.failures + 1 if failure else 0
        state.next_at = _again(state.failures, now)
        if not failure:
            state.read_at = now


def _again(failures: int, now: datetime) -> datetime | None:
    return now + DELAYS[min(failures, len(DELAYS)) - 1] if failures else None


@contextmanager
def _opened(place: Place) -> Iterator[BaseMailBox]:
    box = _connected(place)
    try:
        _sign_in(box, place)
        for folder in (HANDLED, SET_ASIDE):
            if not box.folder.exists(_beside(box, folder)):
                box.folder.create(_beside(box, folder))
        box.folder.set(place.folder)
        yield box
    finally:
        with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            box.logout()


def _sign_in(box: BaseMailBox, place: Place) -> None:
    try:
        box.login(place.user, place.password, place.folder)
    except MailboxLoginError:
        raise MailboxAway("not_authorised") from None
    except ImapToolsError:
        raise MailboxAway("no_such_mailbox") from None


def _connected(place: Place) -> BaseMailBox:
    tls = ssl.create_default_context()
    try:
        if place.scheme == "imaps":
            return MailBox(place.host, place.port, timeout=SECONDS, ssl_context=tls)
        if place.scheme == "imap+starttls":
            return MailBoxStartTls(place.host, place.port, timeout=SECONDS, ssl_context=tls)
        return MailBoxUnencrypted(place.host, place.port, timeout=SECONDS)
    except ssl.SSLError:
        raise MailboxAway("certificate_refused") from None
    except (OSError, imaplib.IMAP4.error, ImapToolsError):
        raise MailboxAway("no_connection") from None


def _beside(box: BaseMailBox, folder: str) -> str:
    """Name a folder where this server wants it: some keep everything below INBOX."""
    known = box.folder.list()
    below = next((one.delim for one in known if one.name.upper().startswith(f"INBOX{one.delim}")), None)
    flat = any(one.name == folder for one in known)
    return f"INBOX{below}{folder}" if below and not flat else folder


def _validity(box: BaseMailBox, place: Place) -> int:
    return box.folder.status(place.folder, ["UIDVALIDITY"])["UIDVALIDITY"]


def _uids(box: BaseMailBox) -> list[str]:
    return sorted(box.uids("UNDELETED", charset=None), key=int)


def _one(
    runtime: Runtime, box: BaseMailBox, reader: Reader, source: str, uid: str, handlers: Sequence[Handler]
) -> int:
    """Keep, deal with and move one message; 0 where it is gone meanwhile or must wait for the next pass."""
    fetched = _fetched(box, uid)
    if fetched is None:
        return 0
    understood = _understood(reader, fetched)
    with runtime.work() as session:
        keep(session, source, fetched.content, fetched.size, understood, runtime.clock())
    name = fingerprint(understood.message_id, fetched.content)
    with runtime.read() as session:
        known = session.scalars(select(Incoming).where(Incoming.fingerprint == name)).one()
    if known.settled_at is None:
        settle_one(runtime, known.id, handlers)
        with runtime.read() as session:
            known = session.get_one(Incoming, known.id)
    if known.fate is None:
        return 0
    _move(box, uid, _beside(box, HANDLED if known.fate == "handled" else SET_ASIDE))
    return 1


def _fetched(box: BaseMailBox, uid: str) -> Fetched | None:
    """Fetch one message without marking it as read: its size first, and of a huge one its head alone."""
    told = _SIZE.search(b" ".join(_said(box, uid, "(RFC822.SIZE)")))
    if told is None:
        return None
    size = int(told[1])
    what = "BODY.PEEK[]" if size <= MOST_OCTETS else "BODY.PEEK[HEADER]"
    pieces = [piece for piece in _answer(box, uid, f"({what})") if isinstance(piece, tuple)]
    return Fetched(pieces[0][1], size) if pieces else None


def _said(box: BaseMailBox, uid: str, what: str) -> list[bytes]:
    return [piece for piece in _answer(box, uid, what) if isinstance(piece, bytes)]


def _answer(box: BaseMailBox, uid: str, what: str) -> list[object]:
    status, answer = box.client.uid("FETCH", uid, what)
    if status != "OK":
        raise MailboxAway("connection_lost")
    return list(answer)


def _understood(reader: Reader, fetched: Fetched) -> Understood:
    if fetched.whole:
        return reader.read(fetched.content)
    return replace(from_head(read_head(fetched.content)), unreadable="too_large")


def _move(box: BaseMailBox, uid: str, folder: str) -> None:
    """Move one message, and expunge no other that somebody marked as deleted."""
    if "MOVE" in box.client.capabilities:
        box.move(uid, folder)
        return
    box.copy(uid, folder)
    box.client.uid("STORE", uid, "+FLAGS", r"(\Deleted)")
    if "UIDPLUS" in box.client.capabilities:
        box.client.uid("EXPUNGE", uid)
