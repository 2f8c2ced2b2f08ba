"""Make a backup while everyone works on: all tables as of one moment, then the contents they name."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Table, func, select

from agenda.backup.archive import ArchiveWriter
from agenda.backup.manifest import Damaged, Head
from agenda.backup.new_file import NotWritten, new_file
from agenda.backup.sealing import SealedWriter, Sink
from agenda.backup.values import Shape, kind_of, line
from agenda.core.database import Sessions
from agenda.documents.model import DocumentVersion, StoredFile
from agenda.documents.storage import place_of
from agenda.people.model import Person
from agenda.retention import erased_people
from agenda.retention.erased_people import Erasure
from agenda.tables import Base
from config import Config

# Made anew from the others by the worker; its words stand in tables of each database's own kind.
DERIVED = frozenset({"search_entry"})
# Letters and messages hold attachments: a handful together would be more than memory is for.
ROWS_AT_A_TIME, LARGE_ROWS_AT_A_TIME = 50, 1
FINGERPRINT = b"which secret key a backup belongs to"
NAMED = 3


@dataclass(frozen=True)
class Written:
    """What is in a backup that was made."""

    tables: int
    rows: int
    documents: int
    size: int


def back_up(
    sessions: Sessions,
    config: Config,
    path: Path,
    now: datetime,
    passphrase: str | None = None,
    replace: bool = False,
) -> Written:
    """Write all that the product keeps into one file, which is there whole or not at all.

    Nobody has to wait for it. Who was erased is written down beside it, for a restore to erase them again.
    Raises NotWritten, also where the content of a document is not on the disk.
    """
    with new_file(path, replace) as file:
        try:
            sealed = SealedWriter(file, passphrase) if passphrase is not None else None
            written = _write(sessions, config, sealed or file, now)
            if sealed is not None:
                sealed.close()
        except Damaged as error:
            raise NotWritten(f"The backup was not made: {error}.") from error
        except OSError as error:
            raise NotWritten(f"The backup was not made: {error.strerror or error}.") from error
        size = file.tell()
    _keep_the_erased(sessions, config, path.parent)
    return Written(*written, size=size)


def fingerprint(secret: bytes) -> str:
    """Tell a secret key from another one, and nothing more of it: it has at least 32 random characters."""
    return hmac.new(secret, FINGERPRINT, hashlib.sha256).hexdigest()[:16]


def tables() -> list[Table]:
    """List what a backup holds: every table, those that others point at first."""
    return [one for one in Base.metadata.sorted_tables if one.name not in DERIVED]


def shape_of(one: Table) -> Shape:
    """Tell how a table's rows are written down."""
    columns = {column.name: kind_of(column.type) for column in one.columns}
    return Shape(one.name, columns, tuple(column.name for column in one.primary_key))


def _write(sessions: Sessions, config: Config, sink: Sink, now: datetime) -> tuple[int, int, int]:
    with _one_moment(sessions) as connection:
        # A content is on the disk before its row is committed, and stays as long as the row: what is named
        # now can be copied later, and the database is let go of meanwhile.
        documents = _documents(connection, config.documents)
        archive = ArchiveWriter(sink, _head(connection, config, now))
        rows = sum(archive.add_table(shape, _lines(connection, shape)) for shape in map(shape_of, tables()))
    for sha256, size in documents:
        with _content(config.documents, sha256) as content:
            archive.add_document(sha256, size, content)
    archive.close()
    return len(tables()), rows, len(documents)


def _keep_the_erased(sessions: Sessions, config: Config, folder: Path) -> None:
    """Copy the book of the erased, and whom only the database knows: after a crash, or from before it."""
    with sessions.read() as session:
        query = select(Person.id, Person.erased_at).where(Person.erased_at.is_not(None)).order_by(Person.id)
        erased = [(number, at) for number, at in session.execute(query) if at is not None]
    try:
        known = {(one.person, one.at) for one in erased_people.read(config.documents).erasures}
        missing = [Erasure(number, at) for number, at in erased if (number, at) not in known]
        if missing:
            erased_people.write_down(config.documents, missing)
        if missing or known:
            erased_people.write_down(folder, erased_people.read(config.documents).erasures)
    except OSError as error:
        raise NotWritten(
            f"The backup was made, and who was erased could not be written down beside it, in "
            f"{str(folder / erased_people.BOOK)!r}: {error.strerror}."
        ) from error


def _one_moment(sessions: Sessions) -> Connection:
    """Give a connection that sees the database as it is at its first question, whatever is written since."""
    connection = sessions.engine.connect()
    if sessions.is_sqlite:
        # A transaction in the write-ahead log does so by itself.
        return connection
    return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _head(connection: Connection, config: Config, now: datetime) -> Head:
    revision = MigrationContext.configure(connection).get_current_revision()
    return Head(revision or "", now.isoformat(), connection.dialect.name, fingerprint(config.secret))


def _lines(connection: Connection, shape: Shape) -> Iterator[bytes]:
    at_a_time = LARGE_ROWS_AT_A_TIME if "bytes" in shape.columns.values() else ROWS_AT_A_TIME
    clause = shape.clause
    query = select(*shape.read_as).order_by(*(clause.c[name] for name in shape.key))
    with connection.execute(query, execution_options={"yield_per": at_a_time}) as found:
        for one in found.mappings():
            yield line(shape, dict(one))


def _documents(connection: Connection, folder: Path) -> list[tuple[str, int]]:
    """List the contents, once it is sure that they are all there."""
    found = connection.execute(select(StoredFile.sha256, StoredFile.size).order_by(StoredFile.sha256))
    listed = [(sha256, size) for sha256, size in found]
    missing = [sha256 for sha256, _ in listed if not place_of(folder, sha256).is_file()]
    if missing:
        names = ", ".join(_named(connection, sha256) for sha256 in missing[:NAMED])
        others = f" and {len(missing) - NAMED} others" if len(missing) > NAMED else ""
        raise Damaged(f"contents are not in {folder}: {names}{others}. Put them back from an earlier backup")
    return listed


def _named(connection: Connection, sha256: str) -> str:
    """Name a content by its hash, and by what its document is called."""
    query = (
        select(func.min(DocumentVersion.file_name))
        .join(StoredFile, StoredFile.id == DocumentVersion.file_id)
        .where(StoredFile.sha256 == sha256)
    )
    name = connection.scalar(query)
    return f"{sha256} ({name})" if name else sha256


def _content(folder: Path, sha256: str) -> IO[bytes]:
    try:
        return place_of(folder, sha256).open("rb")
    except OSError as error:
        raise Damaged(f"the content {sha256} cannot be read: {error.strerror}") from error
