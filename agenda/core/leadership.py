"""One of many workers leads: by an advisory lock on PostgreSQL, by a lock on a file beside SQLite."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from agenda.core.runtime import Runtime

LOCK_KEY = 582_0619  # any number of our own, the same in every worker
# A leader says so often that it is there, and others look so often whether it is; a leader that is silent
# for longer, stopped or cut off, loses its connection and with it the lock. Together under 15 seconds.
PULSE_SECONDS = 3.0
SILENCE_SECONDS = 10


@contextmanager
def leadership(runtime: Runtime) -> Iterator[Callable[[], None] | None]:
    """Give a check that raises once the lead is lost, or None while another worker leads.

    The check is also the sign of life: call it every PULSE_SECONDS.
    """
    if runtime.sessions.is_sqlite:
        with _file_lead(runtime) as lead:
            yield lead
    else:
        with _database_lead(runtime) as lead:
            yield lead


@contextmanager
def _file_lead(runtime: Runtime) -> Iterator[Callable[[], None] | None]:
    runtime.config.var.mkdir(parents=True, exist_ok=True)
    with (runtime.config.var / "worker.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        # The system lets go of the lock when this process ends, however it ends.
        yield lambda: None


@contextmanager
def _database_lead(runtime: Runtime) -> Iterator[Callable[[], None] | None]:
    # A connection of its own: the lock lives and dies with it.
    with runtime.sessions.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        got = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK_KEY}).scalar()
        if not got:
            yield None
            return
        # The server ends a connection that was silent for so long, and the lock goes with it.
        connection.execute(text(f"SET idle_session_timeout = '{SILENCE_SECONDS}s'"))

        def still_there() -> None:
            connection.execute(text("SELECT 1"))

        try:
            yield still_there
        except DBAPIError:
            # The lock went with the connection, and somebody else may hold it by now.
            connection.invalidate()
            raise
        connection.execute(text("RESET idle_session_timeout"))
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK_KEY})
