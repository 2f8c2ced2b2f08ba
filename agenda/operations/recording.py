"""Write down how a job went, often enough to know that it is well, and not at every look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.operations.model import JobState

# A run that did nothing, after one that did nothing, is written down once in so long.
QUIET = timedelta(seconds=30)
LONGEST_ERROR = 2_000


@dataclass(frozen=True)
class Run:
    """One run of a job: by which worker, when it ended, how long it took, what it did, why it failed."""

    job: str
    worker: str
    late_after: timedelta
    ended_at: datetime
    took: timedelta
    done: int
    error: str = ""


def record(session: Session, run: Run) -> None:
    """Keep how a job went; nothing is written for one more quiet run soon after another."""
    state = session.scalars(select(JobState).where(JobState.name == run.job)).one_or_none()
    if state is not None and _is_one_more_quiet(state, run):
        return
    if state is None:
        state = JobState(name=run.job, worker=run.worker, failures=0, error="", ran_at=run.ended_at)
        session.add(state)
    state.worker, state.ran_at = run.worker, run.ended_at
    state.late_after_seconds = int(run.late_after.total_seconds())
    state.milliseconds, state.done = int(run.took.total_seconds() * 1000), run.done
    if run.error:
        state.failed_at, state.error = run.ended_at, run.error[:LONGEST_ERROR]
        state.failures += 1
    else:
        state.succeeded_at, state.failures = run.ended_at, 0


def ran_since(session: Session, job: str, moment: datetime, now: datetime) -> bool:
    """Tell whether a job succeeded after a moment.

    A success from after now, by a clock that was set back since, is none.
    """
    found = session.scalar(select(JobState.succeeded_at).where(JobState.name == job))
    return found is not None and moment < found <= now


def _is_one_more_quiet(state: JobState, run: Run) -> bool:
    if run.error or run.done or state.failures or state.succeeded_at is None:
        return False
    return timedelta(0) <= run.ended_at - state.ran_at < QUIET
