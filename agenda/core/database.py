"""Sessions: one transaction each, and on SQLite one writer at a time."""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, sessionmaker
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

from agenda.core.problems import Changed, NotFound

BUSY_MILLISECONDS = 10_000
# How a server that is gone is noticed, where the address does not say otherwise (libpq's own names): one that
# does not take us in, one that no longer answers on a line that is still open.
SERVER_GONE = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
    "application_name": "agenda",
}
# Nobody waits for ever: for another's rows, or for somebody who holds them and was stopped or cut off.
LOCK_SECONDS, ABANDONED_SECONDS = 20, 60
POOL_SECONDS = 10
# What a key column holds on PostgreSQL; asked for more, databases raise instead of finding nothing.
LARGEST_KEY = 2**31 - 1
Row = TypeVar("Row")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in, UTC out; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite keeps no zone: what went in was UTC.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _words(kind: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in kind]


class Base(DeclarativeBase):
    """Every table of the product."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    # Enumerations are kept as their plain words: readable in the database, and a new word
    # needs no change of type on PostgreSQL.
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own form
        datetime: UtcDateTime,
        enum.Enum: Enum(enum.Enum, native_enum=False, length=40, values_callable=_words),
    }


class Versioned:
    """A row that two people may edit: its version rises with every change."""

    version: Mapped[int] = mapped_column()

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy hands in the class
        return {"version_id_col": cls.version}

    def expect(self, version: int | None) -> None:
        """Raise Changed unless this is still the version that the person saw."""
        if version is not None and version != self.version:
            raise Changed


class CommitInDoubt(OperationalError):
    """The connection was lost while it was being committed: it may be kept, and it may not."""


class Unfit(SQLAlchemyError):
    """The database is of another version, which does not go with this code: nothing of it was touched."""


class Sessions:
    """The database: `work()` to write, `read()` to look.

    statement_seconds: on PostgreSQL a statement that takes longer is ended; None for no bound.
    fits: asked at the beginning of each transaction; where it says no, that raises Unfit.
    """

    def __init__(
        self,
        url: str,
        statement_seconds: int | None = None,
        fits: Callable[[Connection], bool] | None = None,
    ) -> None:
        self.engine = _engine(url, statement_seconds)
        self._factory = sessionmaker(self.engine, expire_on_commit=False)
        self._fits = fits
        # SQLite has one writer: waiting here in line keeps the slowest write at tens of
        # milliseconds, where its own busy handler lets some wait for a second.
        self._writer: threading.RLock | None = threading.RLock() if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def work(self) -> Iterator[Session]:
        """Give one writing transaction: committed at the end, undone on any error.

        Raises Changed when someone else changed a row between our look and our write, CommitInDoubt when
        the database went away at the very end.
        """
        with self._writer or nullcontext(), self._factory() as session:
            if self.is_sqlite:
                session.connection(execution_options={"writes": True})
            try:
                self._must_fit(session)
                yield session
                session.flush()
                _commit(session)
            except StaleDataError as error:
                session.rollback()
                raise Changed from error
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give one transaction to look in; whatever it changed is thrown away."""
        # Closing rolls back; unlike rollback() it leaves what was read readable afterwards.
        with self._factory() as session:
            self._must_fit(session)
            yield session

    def _must_fit(self, session: Session) -> None:
        if self._fits is not None and not self._fits(session.connection()):
            raise Unfit("the database is of another version")

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def _commit(session: Session) -> None:
    try:
        session.commit()
    except DBAPIError as error:
        if error.orig is None or not error.connection_invalidated:
            raise
        raise CommitInDoubt(
            error.statement, error.params, error.orig, hide_parameters=True, connection_invalidated=True
        ) from error


def _engine(url: str, statement_seconds: int | None = None) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(
            url,
            connect_args=_patience(make_url(url), statement_seconds),
            # A connection from before a failover is found out before it is used, not by the reader.
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=10,
            pool_timeout=POOL_SECONDS,
            hide_parameters=True,
        )
    database = make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    # A failure is written into the log: what people wrote, and links that open doors, are not.
    engine = create_engine(url, connect_args={"check_same_thread": False}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _patience(url: URL, statement_seconds: int | None) -> dict[str, str]:
    """Give how long to wait for the server; what the address itself says goes first."""
    bounds = {
        "lock_timeout": LOCK_SECONDS,
        "idle_in_transaction_session_timeout": ABANDONED_SECONDS,
        "statement_timeout": statement_seconds,
    }
    options = " ".join(f"-c {name}={seconds}s" for name, seconds in bounds.items() if seconds is not None)
    return {
        name: value for name, value in (SERVER_GONE | {"options": options}).items() if name not in url.query
    }


def engine_for_migrations(url: str) -> Engine:
    """Make an engine that holds no connection between uses."""
    if make_url(url).get_backend_name() == "sqlite":
        return _engine(url)
    # A change of a table that waits makes everybody after it wait: it gives up, and is tried again.
    return create_engine(
        url, poolclass=NullPool, connect_args=SERVER_GONE | {"options": f"-c lock_timeout={LOCK_SECONDS}s"}
    )


def hold_references(connection: Connection) -> None:
    """Let SQLite copy or fill a table that others point at, until `must_hold_together`; before a transaction.

    It would not drop the old table, whose rows they name.
    """
    if connection.dialect.name == "sqlite":
        # On the driver's own connection: inside a transaction the setting is passed over in silence.
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - an open connection has one
        driver.execute("PRAGMA foreign_keys=OFF")


def must_hold_together(connection: Connection) -> None:
    """Raise RuntimeError where a row points at nothing any more."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"rows point at nothing: {broken[:5]}")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN is deferred, and two of those that both read first lose updates.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_MILLISECONDS}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def get(session: Session, kind: type[Row], key: int) -> Row:
    """Give the row with this key; NotFound when there is none."""
    row = session.get(kind, key) if 0 < key <= LARGEST_KEY else None
    if row is None:
        raise NotFound("not_found")
    return row
