"""The worker: APScheduler says when to look, the tables say what is due."""

from __future__ import annotations

import fcntl
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from agenda.core.runtime import Runtime
from agenda.dates.calendar_reading import read_calendars
from agenda.dates.option_replies import handle_option
from agenda.dates.poll_telling import tell_voters
from agenda.documents import storage
from agenda.documents.queries import is_stored
from agenda.documents.text_reading import read_texts
from agenda.invitations.actions import tell_everyone
from agenda.invitations.answers import handle
from agenda.invitations.push_writing import write_calendars
from agenda.mail.actions import deliver_all
from agenda.mail.bounces import note_delivery
from agenda.mail.inbox import Handler, settle_incoming
from agenda.mail.mailbox import read_mailbox
from agenda.planner.run_working import plan_next
from agenda.publications.making import make_next
from agenda.reminders.actions import remind_everyone
from agenda.search.indexing import bring_up_to_date
from agenda.topics.round_telling import tell_rounds

log = logging.getLogger("agenda.worker")

LOCK_KEY = 582_0619  # any number of our own, the same in every worker
TELL_SECONDS = 5
REMIND_SECONDS = 20
DELIVER_SECONDS = 2
CALENDAR_SECONDS = 10
PUSH_SECONDS = 10
PLAN_SECONDS = 2
PAPER_SECONDS = 2
MAILBOX_SECONDS = 20
SWEEP_SECONDS = 3600
TEXT_SECONDS = 3
SEARCH_SECONDS = 3
# Who may deal with what came in, in this order.
HANDLERS: tuple[Handler, ...] = (note_delivery, handle_option, handle)
WAIT_FOR_LEAD_SECONDS = 5.0
LETTERS_A_TURN = 500


def tell(runtime: Runtime) -> int:
    """Queue what attendees, voters and members of written rounds must be told; how many letters."""
    with runtime.work() as session:
        rounds = tell_rounds(session, runtime.config, runtime.clock())
    # A poll's options leave calendars before the invitation to the chosen moment comes.
    with runtime.work() as session:
        voters = tell_voters(session, runtime.config, runtime.clock())
    with runtime.work() as session:
        return rounds + voters + tell_everyone(session, runtime.config, runtime.clock())


def remind(runtime: Runtime) -> int:
    """Queue the reminders that are due; how many letters."""
    with runtime.work() as session:
        return remind_everyone(session, runtime.config, runtime.clock())


def deliver(runtime: Runtime, stop: threading.Event | None = None) -> int:
    """Send the letters that are due; how many were tried. Told to stop, it finishes the one in hand."""
    stopped = (stop or threading.Event()).is_set
    return deliver_all(runtime, most=LETTERS_A_TURN, stopped=stopped)


def read(runtime: Runtime, stop: threading.Event | None = None) -> int:
    """Read the calendars that are due; how many were tried."""
    return read_calendars(runtime, stopped=(stop or threading.Event()).is_set)


def push(runtime: Runtime, stop: threading.Event | None = None) -> int:
    """Write the people's own calendars that are due; how many were tried."""
    return write_calendars(runtime, stopped=(stop or threading.Event()).is_set)


def plan(runtime: Runtime, stop: threading.Event | None = None) -> int:
    """Do the searches for fewer meetings that wait; how many. Told to stop, one is left for another time."""
    ended = (stop or threading.Event()).is_set
    done = 0
    while not ended() and plan_next(runtime, ended):
        done += 1
    return done


def make_papers(runtime: Runtime, stop: threading.Event | None = None) -> int:
    """Make the papers that were asked for; how many. Told to stop, the rest is left for another time."""
    ended = (stop or threading.Event()).is_set
    done = 0
    while not ended() and make_next(runtime, ended):
        done += 1
    return done


def receive(runtime: Runtime, stop: threading.Event | None = None) -> int:
    """Read the mailbox, and deal with what was kept and still waits; how many messages."""
    stopped = (stop or threading.Event()).is_set
    fetched = read_mailbox(runtime, HANDLERS, stopped=stopped)
    return fetched + settle_incoming(runtime, HANDLERS, stopped=stopped)


def sweep(runtime: Runtime) -> int:
    """Remove contents of a day old that no document has, from uploads that failed; how many."""
    with runtime.read() as session:
        return storage.sweep(
            runtime.config.documents, lambda sha256: is_stored(session, sha256), runtime.clock()
        )


def read_papers(runtime: Runtime, stop: threading.Event | None = None) -> int:
    """Read the text of papers that wait; how many. Told to stop, one is left for another time."""
    return read_texts(runtime, stopped=(stop or threading.Event()).is_set)


def refresh_search(runtime: Runtime, stop: threading.Event | None = None) -> int:
    """Let the search find everything as it is now; how many things were new or changed."""
    return bring_up_to_date(runtime, stopped=(stop or threading.Event()).is_set)


def tick(runtime: Runtime) -> dict[str, int]:
    """Do one pass of all that is due: what came in, invitations, reminders, letters, calendars both ways."""
    return {
        "received": receive(runtime),
        "told": tell(runtime),
        "reminded": remind(runtime),
        "delivered": deliver(runtime),
        "calendars": read(runtime),
        "pushed": push(runtime),
        "planned": plan(runtime),
        "swept": sweep(runtime),
        "papers": make_papers(runtime),
        "papers read": read_papers(runtime),
        "made findable": refresh_search(runtime),
    }


def scheduler_for(runtime: Runtime, stop: threading.Event) -> BackgroundScheduler:
    """Make the scheduler with its handful of jobs; nothing runs before it is started."""
    scheduler = BackgroundScheduler(
        timezone="UTC",
        # The default grace of one second silently drops runs (RELIABILITY).
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(tell, "interval", args=[runtime], seconds=TELL_SECONDS, id="tell")
    scheduler.add_job(remind, "interval", args=[runtime], seconds=REMIND_SECONDS, id="remind")
    scheduler.add_job(deliver, "interval", args=[runtime, stop], seconds=DELIVER_SECONDS, id="deliver")
    scheduler.add_job(read, "interval", args=[runtime, stop], seconds=CALENDAR_SECONDS, id="calendars")
    scheduler.add_job(push, "interval", args=[runtime, stop], seconds=PUSH_SECONDS, id="push")
    scheduler.add_job(plan, "interval", args=[runtime, stop], seconds=PLAN_SECONDS, id="plan")
    scheduler.add_job(make_papers, "interval", args=[runtime, stop], seconds=PAPER_SECONDS, id="papers")
    scheduler.add_job(receive, "interval", args=[runtime, stop], seconds=MAILBOX_SECONDS, id="mailbox")
    scheduler.add_job(sweep, "interval", args=[runtime], seconds=SWEEP_SECONDS, id="sweep")
    scheduler.add_job(read_papers, "interval", args=[runtime, stop], seconds=TEXT_SECONDS, id="texts")
    scheduler.add_job(refresh_search, "interval", args=[runtime, stop], seconds=SEARCH_SECONDS, id="search")
    scheduler.add_listener(report, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
    return scheduler


def report(event: JobEvent) -> None:
    """Write down a job that failed or could not run; the next run looks again."""
    error = getattr(event, "exception", None)
    if error is not None:
        log.error("job %s failed", event.job_id, exc_info=error)
    else:
        log.warning("job %s was missed or still running", event.job_id)


def run(runtime: Runtime, stop: threading.Event) -> None:
    """Work until told to stop; of several workers one leads and the others wait.

    A database that is away for a while ends the lead and not the worker.
    """
    while not stop.is_set():
        try:
            with leadership(runtime) as lead:
                if lead is not None:
                    _lead(runtime, stop, lead)
        except DBAPIError:
            log.exception("the database does not answer; the lead is given up")
        stop.wait(WAIT_FOR_LEAD_SECONDS)


def _lead(runtime: Runtime, stop: threading.Event, still_there: Callable[[], None]) -> None:
    log.info("worker leads")
    # Set when the lead is lost too: a letter in hand is finished, no further one begun.
    ended = threading.Event()
    scheduler = scheduler_for(runtime, ended)
    scheduler.start()
    try:
        while not stop.wait(WAIT_FOR_LEAD_SECONDS):
            still_there()
    finally:
        ended.set()
        scheduler.shutdown(wait=True)


@contextmanager
def leadership(runtime: Runtime) -> Iterator[Callable[[], None] | None]:
    """Give a check that raises once the lead is lost, or None while another worker leads."""
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

        def still_there() -> None:
            connection.execute(text("SELECT 1"))

        try:
            yield still_there
        except DBAPIError:
            # The lock went with the connection, and somebody else may hold it by now.
            connection.invalidate()
            raise
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK_KEY})
