"""The worker: APScheduler says when to look, the tables say what is due."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from agenda import schema, steps
from agenda.core.database import Unfit
from agenda.core.leadership import PULSE_SECONDS, LeadLost, leadership
from agenda.core.logs import masked
from agenda.core.runtime import Runtime
from agenda.core.supervisor import Supervisor
from agenda.operations.recording import Run, ran_since, record

log = logging.getLogger("agenda.worker")

# A job that did not end so long after it was told to is stuck: nothing but ending its process helps.
GRACE_SECONDS = 120.0


class Stuck(Exception):
    """A job does not end, and nothing can end it but the end of this process."""


@dataclass(frozen=True)
class Job:
    """Something the worker does again and again.

    seconds: from one look to the next, give or take `jitter`. limit: after so many seconds it is told to
    stop; the next look goes on. alone: only the worker that leads does it; what takes leases of its own is
    done by all side by side. rarely: not again so soon after it succeeded, in whichever worker.
    """

    name: str
    step: steps.Step
    seconds: int
    jitter: int = 0
    limit: int = 60
    alone: bool = False
    rarely: timedelta | None = None

    @property
    def late_after(self) -> timedelta:
        """Tell after how long without success something is wrong."""
        usual = timedelta(seconds=2 * (self.seconds + self.jitter) + self.limit + PULSE_SECONDS)
        return usual + (self.rarely or timedelta())


JOBS = (
    Job("tell", steps.tell, seconds=5, jitter=1, alone=True),
    Job("remind", steps.remind, seconds=20, jitter=5, alone=True),
    Job("deliver", steps.deliver, seconds=2, limit=120),
    Job("calendars", steps.read, seconds=10, jitter=3, limit=180),
    Job("push", steps.push, seconds=10, jitter=3, limit=300),
    Job("plan", steps.plan, seconds=2, limit=1800),
    Job("papers", steps.make_papers, seconds=2, limit=900),
    Job("mailbox", steps.fetch, seconds=20, jitter=5, limit=120, alone=True),
    Job("inbox", steps.settle, seconds=5, jitter=1, limit=120),
    Job("texts", steps.read_papers, seconds=3, limit=300),
    Job("search", steps.refresh_search, seconds=3, limit=300, alone=True),
    Job("retention", steps.retain, seconds=300, jitter=60, limit=600, alone=True, rarely=timedelta(days=1)),
    Job("sweep", steps.sweep, seconds=60, jitter=20, alone=True, rarely=timedelta(hours=1)),
)


class Turns:
    """Some jobs at work in this process, until told to stop."""

    def __init__(
        self,
        runtime: Runtime,
        jobs: Iterable[Job],
        name: str = "",
        still_ours: Callable[[], None] = lambda: None,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        self.runtime = runtime
        self.jobs = tuple(jobs)
        # Raises LeadLost before a job that is not ours to do any more.
        self.still_ours = still_ours
        # Told while jobs are waited for that end in their own time.
        self.alive = alive
        self.worker = name or f"{socket.gethostname()}:{os.getpid()}"
        self.ended = threading.Event()
        self._since: dict[str, float] = {}

    @contextmanager
    def going(self) -> Iterator[None]:
        """Do the jobs in turn; at the end each finishes what it has in hand."""
        scheduler = self.scheduler()
        scheduler.start()
        try:
            yield
        finally:
            self.ended.set()
            # What is stuck is not waited for: its process ends.
            while self._since and not self._stuck():
                self.alive()
                time.sleep(0.05)
            scheduler.shutdown(wait=not self._stuck())
            self.check()

    def scheduler(self) -> BackgroundScheduler:
        """Make the scheduler of these jobs; nothing runs before it is started."""
        scheduler = BackgroundScheduler(
            timezone="UTC",
            # The default grace of one second silently drops runs (RELIABILITY).
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for job in self.jobs:
            scheduler.add_job(
                self.perform,
                "interval",
                args=[job],
                seconds=job.seconds,
                jitter=job.jitter or None,
                id=job.name,
            )
        scheduler.add_listener(report, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        return scheduler

    def perform(self, job: Job) -> None:
        """Do a job once, and write down how it went; a failure ends this run and no other."""
        if self.ended.is_set() or not self._may_begin() or self._was_done(job):
            return
        began = self._since[job.name] = time.monotonic()
        structlog.contextvars.bind_contextvars(job=job.name, run=secrets.token_hex(4), worker=self.worker)

        def stopped() -> bool:
            return self.ended.is_set() or time.monotonic() - began > job.limit

        done, error = 0, ""
        try:
            done = job.step(self.runtime, stopped)
        except Exception as failure:
            error = masked(traceback.format_exception_only(failure)[-1].strip())
            # Here and not in a listener: here the line still knows of which run it is.
            log.exception("job %s failed", job.name)
        finally:
            try:
                self._record(job, time.monotonic() - began, done, error)
            finally:
                # Only now: writing it down can hang too, where the line to the database is dead.
                del self._since[job.name]
                structlog.contextvars.clear_contextvars()

    def _may_begin(self) -> bool:
        # After a halt of minutes everything is due at once, before anybody noticed that the lead is gone.
        try:
            self.still_ours()
        except LeadLost:
            return False
        return True

    def check(self) -> None:
        """Raise Stuck when a job goes on long after it was told to stop."""
        stuck = self._stuck()
        if stuck:
            raise Stuck(", ".join(stuck))

    def _stuck(self) -> list[str]:
        limits = {job.name: job.limit for job in self.jobs}
        now, running = time.monotonic(), dict(self._since)
        return [name for name, began in running.items() if now - began > limits[name] + GRACE_SECONDS]

    def _was_done(self, job: Job) -> bool:
        if job.rarely is None:
            return False
        now = self.runtime.clock()
        with self.runtime.read() as session:
            return ran_since(session, job.name, now - job.rarely, now)

    def _record(self, job: Job, seconds: float, done: int, error: str) -> None:
        run = Run(
            job=job.name,
            worker=self.worker,
            late_after=job.late_after,
            ended_at=self.runtime.clock(),
            took=timedelta(seconds=seconds),
            done=done,
            error=error,
        )
        try:
            with self.runtime.work() as session:
                record(session, run)
        except SQLAlchemyError:
            log.warning("how job %s went could not be written down", job.name)


def report(event: JobEvent) -> None:
    """Write down a job that failed or could not run; the next run looks again."""
    error = getattr(event, "exception", None)
    if error is not None:
        log.error("job %s failed", event.job_id, exc_info=error)
    elif event.code == EVENT_JOB_MAX_INSTANCES:
        # What makes a pack is asked every two seconds whether there is another: that is no fault.
        log.debug("job %s is still running", event.job_id)
    else:
        log.warning("job %s was missed", event.job_id)


def run(runtime: Runtime, stop: threading.Event, supervisor: Supervisor | None = None) -> None:
    """Work until told to stop; what only one may do is done by the worker that leads.

    A database that is away for a while ends the lead and not the worker. Raises Stuck when a job does not
    end: whoever started this process ends it, and starts another. Raises Unfit, with the sentence that says
    why, once the database is of a version that this code does not go with. `supervisor` hears that it is at
    work, and from then on that it is alive, as long as its jobs end in time.
    """
    told = supervisor or Supervisor()
    shared = Turns(runtime, (job for job in JOBS if not job.alone), alive=told.alive)

    def pulse() -> None:
        # Who has a job that hangs is not alive.
        shared.check()
        told.alive()

    with shared.going():
        log.info("worker is at work")
        told.at_work()
        while not stop.is_set():
            refused = _refusal(runtime)
            if refused:
                raise Unfit(refused)
            try:
                with leadership(runtime) as still_there:
                    if still_there is not None:
                        _lead(runtime, stop, still_there, pulse)
            except LeadLost:
                log.warning("the lead is lost; another worker may have it by now")
            except DBAPIError:
                log.exception("the database does not answer; the lead is given up")
            pulse()
            stop.wait(PULSE_SECONDS)
        told.ending()


def _lead(
    runtime: Runtime, stop: threading.Event, still_there: Callable[[], None], pulse: Callable[[], None]
) -> None:
    log.info("worker leads")
    # They end when the lead is lost too: a letter in hand is finished, no further one begun.
    jobs = (job for job in JOBS if job.alone)
    alone = Turns(runtime, jobs, still_ours=still_there, alive=pulse)
    with alone.going():
        while not stop.wait(PULSE_SECONDS):
            still_there()
            alone.check()
            pulse()
            if _refusal(runtime):
                return


def _refusal(runtime: Runtime) -> str | None:
    try:
        return schema.refusal(runtime.sessions)
    except SQLAlchemyError:
        # What is away may come back as it was; meanwhile nothing is touched.
        return None
