"""The worker's part of a paper: take what was asked for, set it, and keep it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from agenda.core.problems import Problem
from agenda.core.runtime import Runtime
from agenda.core.waiting_work import give_back, still_mine, take_oldest
from agenda.publications.lease import Lease, Made
from agenda.publications.letter_printing import draft_copy
from agenda.publications.model import Paper, PaperKind
from agenda.publications.pack_making import make_pack
from agenda.publications.paper_files import keep, stored
from agenda.publications.papers import OF_MEETING, draft, wanted_of
from agenda.publications.typesetting import NotTypeset, typeset

log = logging.getLogger("agenda.publications")

# A worker that was not heard of for so long is not working on it any more.
SILENCE = timedelta(seconds=60)
# A paper that was begun so often without an end is given up.
ATTEMPTS = 3


def make_next(runtime: Runtime, ended: Callable[[], bool] = lambda: False) -> bool:
    """Make the oldest paper that waits; False when there is none. Once `ended` says so, it is left."""
    with runtime.work() as session:
        paper = take(session, runtime.clock())
        if paper is None:
            return False
        paper_id, taken_at = paper.id, paper.started_at
    lease = Lease(runtime, paper_id, ended)
    try:
        with runtime.read() as session:
            kind = session.get_one(Paper, paper_id).kind
        made = (make_pack if kind is PaperKind.PACK else _make)(runtime, paper_id, lease)
    except NotTypeset as why:
        if why.code == "stopped":
            with runtime.work() as session:
                give_back(session, Paper, paper_id, taken_at)
        else:
            log.error("paper %s was not made: %s", paper_id, why.code)
            _finish(runtime, paper_id, taken_at, why.code)
    except Problem as problem:
        _finish(runtime, paper_id, taken_at, problem.code)
    except Exception:
        log.exception("paper %s failed", paper_id)
        _finish(runtime, paper_id, taken_at, "typesetting_failed")
    else:
        _finish(runtime, paper_id, taken_at, "", made)
    return True


def _make(runtime: Runtime, paper_id: int, lease: Lease) -> Made:
    """Set a paper as things stand now, and keep it."""
    with runtime.read() as session:
        found = session.get_one(Paper, paper_id)
        made_at = runtime.clock()
        if found.copy is not None:
            drafted = draft_copy(session, found.copy)
        else:
            drafted = draft(session, found.meeting, wanted_of(found), made_at)
        language = found.language
    page = drafted.page
    content = typeset(page.html, language, page.title, made_at, styles=drafted.styles, go_on=lease.go_on)
    kept = keep(runtime.config, content, runtime.clock())
    return Made(kept, page.title, drafted.rests_on, holds=drafted.holds)


def take(session: Session, now: datetime) -> Paper | None:
    """Take the oldest paper that waits, or whose worker went silent; None when there is none.

    Packs come last: those of all readers together take minutes, and nobody waits that long for an agenda.
    One whose worker went silent again and again is given up.
    """
    return take_oldest(
        session,
        Paper,
        now,
        waits=Paper.finished_at.is_(None),
        silence=SILENCE,
        attempts=ATTEMPTS,
        given_up={"finished_at": now, "failed": "typesetting_failed"},
        last=Paper.kind == PaperKind.PACK,
        started_at=now,
    )


def _finish(
    runtime: Runtime, paper_id: int, taken_at: datetime | None, failed: str, made: Made | None = None
) -> None:
    """Keep the outcome, unless somebody else has taken the paper over meanwhile."""
    with runtime.work() as session:
        paper = still_mine(session, Paper, paper_id, taken_at)
        if paper is None:
            return
        paper.finished_at, paper.failed = runtime.clock(), failed
        if made is None:
            return
        paper.title, paper.rests_on = made.title, made.rests_on
        paper.limited, paper.holds, paper.left_out = made.limited, made.holds, made.left_out
        # What a pack or a letter says has readers of its own, and is found by its own words.
        read = paper.kind in OF_MEETING
        paper.file = stored(session, made.kept, runtime.clock(), read)
