"""One of many workers leads: by an advisory lock on PostgreSQL, by a lock on a file beside SQLite."""

from __future__ import annotations

import fcntl
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from agenda.core.runtime import Runtime

LOCK_KEY = 582_0619  # any number of our own, the same in every worker
TELLING_KEY = LOCK_KEY + 1
# A leader says so often that it is there, and others look so often whether it is; a leader that is silent
# for longer, stopped or cut off, loses its connection and with it the lock. Together under 15 seconds.
PULSE_SECONDS = 3.0
SILENCE_SECONDS = 10


class LeadLost(Exception):
    """Another worker may lead by now."""


@contextmanager
def leadership(runtime: Runtime) -> Iterator[Callable[[], None] | None]:
    """Give a check that raises LeadLost once the lead is lost, or None while another worker leads.

    The check is also the sign of life: call it every PULSE_SECONDS. Threads may call it at once.
    """
    if runtime.sessions.is_sqlite:
        with _file_lead(runtime) as lead:
            yield lead
    else:
        with _database_lead(runtime) as lead:
            yield lead


@contextmanager
def leadership_throughout(runtime: Runtime) -> Iterator[Callable[[], None] | None]:
    """Give what `leadership` gives, and the signs of life too, for one long piece of work.

    Before what cannot be undone the work calls the check: the lead may be lost all the same.
    """
    with leadership(runtime) as lead:
        if lead is None:
            yield None
            return
        ended = threading.Event()
        keeper = threading.Thread(target=_keep, args=(lead, ended), daemon=True)
        keeper.start()
        try:
            yield lead
        finally:
            ended.set()
            keeper.join()


def _keep(lead: Callable[[], None], ended: threading.Event) -> None:
    with suppress(LeadLost):
        while not ended.wait(PULSE_SECONDS):
            lead()


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
        pulse = _Pulse(connection)
        try:
            yield pulse.beat
        except BaseException:
            # The lock goes with the connection: kept for another use, it would go on holding it.
            connection.invalidate()
            raise
        # Where the line is gone by now, so is the lock; what was done while leading is done.
        with suppress(OperationalError):
            connection.execute(text("RESET idle_session_timeout"))
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK_KEY})


class _Pulse:
    """The sign of life on the connection that holds the lock."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.one_at_a_time = threading.Lock()
        self.lost = False

    def beat(self) -> None:
        """Raise LeadLost where the server does not answer, also where it never does."""
        with self.one_at_a_time:
            if self.lost:
                raise LeadLost
            answers: queue.SimpleQueue[bool] = queue.SimpleQueue()
            # On a line that is open and dead the driver waits for ever: a thread waits in our place.
            threading.Thread(target=self._ask, args=(answers,), daemon=True).start()
            # An answer that comes later changes nothing: by then another may lead.
            try:
                self.lost = not answers.get(timeout=SILENCE_SECONDS)
            except queue.Empty:
                self.lost = True
            if self.lost:
                raise LeadLost

    def _ask(self, answers: queue.SimpleQueue[bool]) -> None:
        try:
            self.connection.execute(text("SELECT 1"))
        except Exception:  # noqa: BLE001 - given up meanwhile, it may break anyhow
            answers.put(False)
        else:
            answers.put(True)


def one_tells_at_a_time(session: Session) -> None:
    """Wait until no other transaction queues letters to attendees; from then on what it wrote is seen.

    A leader that was stopped in the middle and goes on meets the next one here.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": TELLING_KEY})
