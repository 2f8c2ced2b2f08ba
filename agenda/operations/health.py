"""Whether this process may be sent traffic, and whether the work behind it goes on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from agenda import schema
from agenda.core.runtime import Runtime
from agenda.operations.model import JobState
from agenda.operations.queues import jobs, late_queues, queues
from agenda.operations.rules import Queue, job_is_late


@dataclass(frozen=True)
class Job:
    """How one job fares now."""

    state: JobState
    late: bool

    @property
    def failing(self) -> bool:
        return self.state.failures > 0


@dataclass(frozen=True)
class Health:
    """What can be seen from here. `ready`: pages can be served; `well`: all work behind them goes on."""

    database: bool
    schema: bool
    documents: bool
    jobs: Sequence[Job]
    queues: Sequence[Queue]
    now: datetime

    @property
    def ready(self) -> bool:
        return self.database and self.schema

    @property
    def troubles(self) -> int:
        """Count what is late, failing or away; a database on which no worker ever worked is one too."""
        late = sum(queue.is_late(self.now) for queue in self.queues)
        return late + _troubled(self.jobs) + (not self.documents) + (self.ready and not self.jobs)

    @property
    def well(self) -> bool:
        return self.ready and not self.troubles

    def as_json(self) -> dict[str, Any]:
        """Say it to a program, without a name or an address of anybody."""
        return {
            "status": "well" if self.well else "degraded" if self.ready else "not ready",
            "database": self.database,
            "schema": self.schema,
            "documents": self.documents,
            "jobs": {
                job.state.name: {
                    "last_success": job.state.succeeded_at.isoformat() if job.state.succeeded_at else None,
                    "failures": job.state.failures,
                    "late": job.late,
                }
                for job in self.jobs
            },
            "queues": {
                queue.name: {
                    "waiting": queue.waiting,
                    "lag_seconds": int(queue.lag(self.now).total_seconds()),
                    "late": queue.is_late(self.now),
                }
                for queue in self.queues
            },
        }


def look(runtime: Runtime, now: datetime) -> Health:
    """Look at everything that must work; never raises."""
    documents = _can_write(runtime)
    try:
        if schema.refusal(runtime.sessions):
            return Health(True, False, documents, (), (), now)
        with runtime.read() as session:
            found = _jobs(session, now)
            waiting = queues(session, runtime.config.time_zone, now)
    except (SQLAlchemyError, OSError):
        return Health(False, False, documents, (), (), now)
    return Health(True, True, documents, found, waiting, now)


def troubles(session: Session, runtime: Runtime, now: datetime) -> int:
    """Count what `Health.troubles` counts, in two questions, for a page that is being served anyway."""
    found = _jobs(session, now)
    late = late_queues(session, runtime.config.time_zone, now)
    return late + _troubled(found) + (not _can_write(runtime)) + (not found)


def _jobs(session: Session, now: datetime) -> list[Job]:
    return [Job(one, job_is_late(one.succeeded_at, one.ran_at, one.late_after, now)) for one in jobs(session)]


def _troubled(found: Iterable[Job]) -> int:
    return sum(job.late or job.failing for job in found)


def _can_write(runtime: Runtime) -> bool:
    folder = runtime.config.documents
    # It is made with the first paper.
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK | os.X_OK)
