"""Put a backup back, all of it or nothing, on SQLite and PostgreSQL; no letter leaves unasked after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from agenda import schema
from agenda.backup import loading
from agenda.backup.archive import BROKEN_OFF, DOCUMENTS, check, lines_of, members
from agenda.backup.loading import NotLoaded
from agenda.backup.manifest import Damaged, Manifest
from agenda.backup.sealing import SealedReader, Source, Unsealable, is_sealed
from agenda.backup.values import Unreadable
from agenda.backup.writing import fingerprint
from agenda.core.actor import System
from agenda.core.database import hold_references
from agenda.core.leadership import LeadLost, leadership_throughout
from agenda.core.runtime import Runtime
from agenda.core.vault import SecretLost, opened
from agenda.dates.model import BusyCalendar
from agenda.documents import storage
from agenda.documents.content_rules import NotTaken
from agenda.invitations.model import CalendarPush
from agenda.mail.actions import hold_after_restore
from agenda.retention import erased_people
from agenda.retention.erased_people import Book
from agenda.retention.erasing_again import Again, erase_again

# Of the age format too: what tells them apart comes first.
_BEGINNING = 64
WHY_CLOSED = {
    "wrong_passphrase": "The passphrase does not open this backup.",
    "damaged": "This backup is damaged: it was changed or broken off. Nothing was changed.",
    "another_way": "This file was sealed in another way than with a passphrase of ours.",
}


class NotRestored(Exception):
    """Nothing was changed; the text says, for a person, why."""


@dataclass(frozen=True)
class Restored:
    """What was put back, and what its administrator must know."""

    tables: int
    rows: int
    documents: int
    made_at: datetime
    another_secret: bool
    # Calendars whose addresses can no longer be read, under another secret key.
    lost_calendars: int
    waiting_letters: int
    # Who was erased since the backup was made.
    again: Again
    # What the book of the erased says, and how much of it nobody can read.
    book: Book


def needs_passphrase(path: Path) -> bool:
    """Tell whether a backup is sealed; raises NotRestored where there is no such file."""
    with _open_file(path) as file:
        return is_sealed(file.read(_BEGINNING))


def examine(path: Path, passphrase: str | None) -> Manifest:
    """Read a backup to its end and compare everything in it with its list; raises NotRestored."""
    with _opened(path, passphrase) as source:
        manifest = check(source)
    if not schema.is_known(manifest.head.revision):
        raise NotRestored(
            f"This backup was made by a newer version of the product (revision {manifest.head.revision}): "
            "update the product first. Nothing was changed."
        )
    return manifest


def put_back(
    runtime: Runtime,
    path: Path,
    manifest: Manifest,
    *,
    passphrase: str | None,
    replace: bool,
    real_now: datetime,
    now_in: Callable[[Session], datetime],
) -> Restored:
    """Fill the database and the folder of documents from an examined backup; letters are held from then on.

    One transaction: a crash at any moment leaves the database as it was, and at most contents that nobody
    refers to, which are swept after a day. An older revision is loaded as it was and then brought up to
    date. `replace` throws away what is there. Raises NotRestored.
    """
    try:
        with leadership_throughout(runtime) as lead:
            if lead is None:
                raise NotRestored("The worker is running: stop web and worker first. Nothing was changed.")
            book = _book_of_the_erased(runtime, path.parent)
            with (
                _told_as_one_sentence(),
                _transaction(runtime) as connection,
                _opened(path, passphrase) as source,
            ):
                _make_room(connection, replace)
                _fill(connection, runtime, source, manifest, real_now)
                schema.upgrade_within(connection)
                restored = _finish(connection, runtime, manifest, book, now_in)
                lead()
            _write_down_again(runtime, restored.again)
            return restored
    except LeadLost as error:
        raise NotRestored("The line to the database was lost. Nothing was changed.") from error
    except OSError as error:
        # Of the lock by which a worker is known to run; all others were told of before.
        raise NotRestored(
            f"{error.filename!r} cannot be written: {error.strerror}. Nothing was changed."
        ) from error


@contextmanager
def _told_as_one_sentence() -> Iterator[None]:
    try:
        yield
    except (Unreadable, NotTaken) as error:
        raise NotRestored(f"This backup cannot be read: {error}. Nothing was changed.") from error
    except NotLoaded as error:
        raise NotRestored(f"The database does not take this backup: {error}. Nothing was changed.") from error
    except OperationalError as error:
        why = str(error.orig).splitlines()[0]
        raise NotRestored(
            f"The database could not be filled: {why}. Is there room for it, and are web and worker stopped? "
            "Nothing was changed."
        ) from error
    except OSError as error:
        raise NotRestored(
            f"The contents of documents cannot be written: {error.strerror}. Nothing was changed."
        ) from error


def _book_of_the_erased(runtime: Runtime, beside: Path) -> Book:
    """Read who was erased, here and beside the backup, and keep it here from now on."""
    folder = runtime.config.documents
    try:
        book = erased_people.read(folder) + erased_people.read(beside)
        if book.erasures:
            erased_people.write_down(folder, book.erasures)
    except OSError as error:
        raise NotRestored(
            f"The register of erasures, {erased_people.BOOK} in {str(folder)!r} and {str(beside)!r}, cannot "
            f"be read and kept: {error.strerror}. Nothing was changed."
        ) from error
    return book


def _write_down_again(runtime: Runtime, again: Again) -> None:
    """Keep these erasings too; where the disk has no room, the first ones are known all the same."""
    secret = runtime.config.secret
    lines = [erased_people.erasure_of(secret, one.person_id, one.addresses, one.at) for one in again.erased]
    with suppress(OSError):
        erased_people.write_down(runtime.config.documents, lines)


@contextmanager
def _transaction(runtime: Runtime) -> Iterator[Connection]:
    with runtime.sessions.engine.connect().execution_options(writes=True) as connection:
        hold_references(connection)
        try:
            with connection.begin():
                yield connection
        finally:
            # References are compared on every other connection.
            connection.invalidate()


def _make_room(connection: Connection, replace: bool) -> None:
    if loading.is_another(connection):
        raise NotRestored("The database has tables of something else. Nothing was changed.")
    if not replace and loading.filled_tables(connection):
        raise NotRestored(
            "The database is not empty: --replace throws away what is in it. Nothing was changed."
        )
    loading.empty(connection)


def _fill(
    connection: Connection, runtime: Runtime, source: Source, manifest: Manifest, real_now: datetime
) -> None:
    schema.upgrade_within(connection, manifest.head.revision)
    shapes = [entry.shape for entry in manifest.tables]
    part_of = {part.name: entry.shape for entry in manifest.tables for part in entry.parts}
    awaited = dict(manifest.documents)
    with loading.references_at_the_end(connection):
        loading.clear(connection, reversed(shapes))
        for member in members(source):
            if member.name in part_of:
                loading.load(connection, part_of[member.name], lines_of(member.name, member.content))
            elif member.name.startswith(DOCUMENTS):
                sha256 = member.name.removeprefix(DOCUMENTS)
                most = awaited.pop(sha256)
                with storage.received(runtime.config.documents, member.content, most) as content:
                    if content.sha256 != sha256:
                        raise Damaged(f"the content {sha256} is not what it was")
                    storage.settle(runtime.config.documents, content, real_now)
        if awaited:
            raise Damaged(BROKEN_OFF)
        _must_be_complete(connection, manifest)
        loading.number_on(connection, shapes)


def _must_be_complete(connection: Connection, manifest: Manifest) -> None:
    for entry in manifest.tables:
        found = loading.count(connection, entry.shape)
        if found != entry.rows:
            raise NotLoaded(f"{found} of the {entry.rows} rows of {entry.shape.name!r} arrived")


def _finish(
    connection: Connection,
    runtime: Runtime,
    manifest: Manifest,
    book: Book,
    now_in: Callable[[Session], datetime],
) -> Restored:
    made_at, config = datetime.fromisoformat(manifest.head.made_at), runtime.config
    # Flushed and not committed: the transaction is the connection's.
    session = Session(connection)
    now = now_in(session)
    # Together with all the rest: at no moment is anybody back who was erased.
    again = erase_again(session, book.erasures, made_at, config.secret, config.time_zone, System(), now)
    waiting = hold_after_restore(session, System(), now, made_at)
    lost = _lost_calendars(session, config.secret)
    session.flush()
    loading.must_hold_together(connection)
    return Restored(
        tables=len(manifest.tables),
        rows=sum(entry.rows for entry in manifest.tables),
        documents=len(manifest.documents),
        made_at=made_at,
        another_secret=manifest.head.secret != fingerprint(config.secret),
        lost_calendars=lost,
        waiting_letters=waiting,
        again=again,
        book=book,
    )


def _lost_calendars(session: Session, secret: bytes) -> int:
    """Count the calendars that people must give anew, as they were kept under another secret key."""
    kept = [*session.scalars(select(BusyCalendar.secret)), *session.scalars(select(CalendarPush.secret))]
    return sum(1 for one in kept if one is not None and not _can_be_opened(secret, one))


def _can_be_opened(secret: bytes, kept: bytes) -> bool:
    try:
        opened(secret, kept)
    except SecretLost:
        return False
    return True


@contextmanager
def _opened(path: Path, passphrase: str | None) -> Iterator[Source]:
    """Give what is in a backup, unsealed where it is sealed."""
    try:
        with _open_file(path) as file:
            sealed = is_sealed(file.read(_BEGINNING))
            file.seek(0)
            if sealed and passphrase is None:
                raise NotRestored("This backup is sealed: give its passphrase.")
            yield SealedReader(file, passphrase or "") if sealed else file
    except Unsealable as error:
        raise NotRestored(WHY_CLOSED[error.code]) from error
    except Damaged as error:
        raise NotRestored(f"This backup is not whole: {error}. Nothing was changed.") from error


def _open_file(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise NotRestored(f"{str(path)!r} cannot be read: {error.strerror}.") from error
