"""The worker's part of a paper: take what was asked for, set it, and keep it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from agenda.core.problems import Problem
from agenda.core.runtime import Runtime
from agenda.documents.storage import Received
from agenda.publications.model import Paper
from agenda.publications.paper_files import keep, stored
from agenda.publications.papers import draft, wanted_of
from agenda.publications.typesetting import NotTypeset, typeset

log = logging.getLogger("agenda.publications")

# A worker that was not heard of for so long is not working on it any more.
SILENCE = timedelta(seconds=60)
HEARD_EVERY = timedelta(seconds=10)
# A paper that was begun so often without an end is given up.
ATTEMPTS = 3


def make_next(runtime: Runtime, ended: Callable[[], bool] = lambda: False) -> bool:
    """Make the oldest paper that waits; False when there is none. Once `ended` says so, it is left."""
    with runtime.work() as session:
        paper = take(session, runtime.clock())
        if paper is None:
            return False
        paper_id, taken_at = paper.id, paper.started_at
    try:
        with runtime.read() as session:
            found = session.get_one(Paper, paper_id)
            wanted = wanted_of(found)
            made_at = runtime.clock()
            made = draft(session, found.meeting, wanted, made_at)
        lease = _Lease(runtime, paper_id, ended)
        content = typeset(made.page.html, wanted.language, made.page.title, made_at, go_on=lease.go_on)
        kept = keep(runtime.config, content, runtime.clock())
    except NotTypeset as why:
        if why.code == "stopped":
            _give_back(runtime, paper_id, taken_at)
        else:
            log.error("paper %s was not made: %s", paper_id, why.code)
            _finish(runtime, paper_id, taken_at, why.code)
    except Problem as problem:
        _finish(runtime, paper_id, taken_at, problem.code)
    except Exception:
        log.exception("paper %s failed", paper_id)
        _finish(runtime, paper_id, taken_at, "typesetting_failed")
    else:
        _finish(runtime, paper_id, taken_at, "", kept, made.page.title, made.rests_on)
    return True


def take(session: Session, now: datetime) -> Paper | None:
    """Take the oldest paper that waits, or whose worker went silent; None when there is none.

    One whose worker went silent again and again is given up.
    """
    free = or_(Paper.started_at.is_(None), Paper.heard_at < now - SILENCE)
    session.execute(
        update(Paper)
        .where(Paper.finished_at.is_(None), Paper.attempts >= ATTEMPTS, free)
        .values(finished_at=now, failed="typesetting_failed")
    )
    waiting = select(Paper).where(Paper.finished_at.is_(None), free).order_by(Paper.id)
    paper = session.scalars(waiting.limit(1)).first()
    if paper is None:
        return None
    taken = session.scalars(
        update(Paper)
        .where(Paper.id == paper.id, Paper.finished_at.is_(None), free)
        .values(started_at=now, heard_at=now, attempts=Paper.attempts + 1)
        .returning(Paper.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.expire(paper)
    return paper if taken else None


class _Lease:
    """Says now and then that this worker is still at it, and hears whether the paper is still wanted."""

    def __init__(self, runtime: Runtime, paper_id: int, ended: Callable[[], bool]) -> None:
        self.runtime = runtime
        self.paper_id = paper_id
        self.ended = ended
        self.heard_at = runtime.clock()

    def go_on(self) -> bool:
        """Tell whether to go on; asked twice a second."""
        if self.ended():
            return False
        now = self.runtime.clock()
        if now - self.heard_at < HEARD_EVERY:
            return True
        self.heard_at = now
        with self.runtime.work() as session:
            paper = session.get(Paper, self.paper_id)
            if paper is not None:
                paper.heard_at = now
            return paper is not None


def _give_back(runtime: Runtime, paper_id: int, taken_at: datetime | None) -> None:
    """Leave the paper for the next worker: this one was told to stop, which is no failure."""
    with runtime.work() as session:
        paper = session.get(Paper, paper_id)
        if paper is not None and paper.finished_at is None and paper.started_at == taken_at:
            paper.started_at, paper.heard_at = None, None
            paper.attempts -= 1


def _finish(
    runtime: Runtime,
    paper_id: int,
    taken_at: datetime | None,
    failed: str,
    kept: Received | None = None,
    title: str = "",
    rests_on: str = "",
) -> None:
    """Keep the outcome, unless somebody else has taken the paper over meanwhile."""
    with runtime.work() as session:
        paper = session.get(Paper, paper_id)
        if paper is None or paper.finished_at is not None or paper.started_at != taken_at:
            return
        paper.finished_at, paper.failed = runtime.clock(), failed
        paper.title, paper.rests_on = title, rests_on
        paper.file = stored(session, kept, runtime.clock()) if kept else None
