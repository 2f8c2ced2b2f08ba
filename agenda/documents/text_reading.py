"""The worker's part of reading texts: take a file that waits, have it read apart, keep what it says.

No transaction stays open while a file is read. A worker that ends on the way loses nothing: the file waits
again after a while, and one that ends its worker time and again is given up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from agenda.core.runtime import Runtime
from agenda.core.waiting_work import take_oldest
from agenda.documents.model import Reading, StoredFile
from agenda.documents.storage import place_of
from agenda.documents.text_apart import Interrupted, NotRead, read_apart
from agenda.documents.text_rules import has_text

# A worker that was not heard of for so long is not reading it any more; longer than any reading takes.
SILENCE = timedelta(minutes=5)
ATTEMPTS = 3


@dataclass(frozen=True)
class Taken:
    """A file that is ours to read; `attempt` is the fencing token."""

    file_id: int
    attempt: int
    sha256: str
    media_type: str


def read_texts(runtime: Runtime, stopped: Callable[[], bool] = lambda: False) -> int:
    """Read the files that wait; how many. Told to stop, the one in hand is left for another time."""
    done = 0
    while not stopped() and read_next(runtime, stopped):
        done += 1
    return done


def read_next(runtime: Runtime, stopped: Callable[[], bool] = lambda: False) -> bool:
    """Read the file that waits longest; False when none does."""
    with runtime.work() as session:
        taken = take(session, runtime.clock())
    if taken is None:
        return False
    if not has_text(taken.media_type):
        _keep(runtime, taken, reading=Reading.WITHOUT_TEXT)
        return True
    path = place_of(runtime.config.documents, taken.sha256)
    if not path.is_file():
        # A disk that is away for a while comes back: it is looked for again, until it is given up.
        return True
    try:
        text = read_apart(path, taken.media_type, stopped)
    except Interrupted:
        _keep(runtime, taken, attempts=taken.attempt - 1, heard_at=None)
        return False
    except NotRead as why:
        _keep(runtime, taken, reading=Reading.FAILED, reading_why=str(why))
        return True
    _keep(runtime, taken, reading=Reading.READ, reading_why="", text=text)
    return True


def take(session: Session, now: datetime) -> Taken | None:
    """Take the file that waits longest, or whose worker went silent; None when there is none."""
    file = take_oldest(
        session,
        StoredFile,
        now,
        waits=StoredFile.reading == Reading.WAITING,
        silence=SILENCE,
        attempts=ATTEMPTS,
        given_up={"reading": Reading.FAILED, "reading_why": "given_up"},
    )
    return Taken(file.id, file.attempts, file.sha256, file.media_type) if file else None


def _keep(runtime: Runtime, taken: Taken, **facts: object) -> None:
    """Write what came of it, unless somebody else has taken the file over meanwhile."""
    with runtime.work() as session:
        session.execute(
            update(StoredFile)
            .where(
                StoredFile.id == taken.file_id,
                StoredFile.attempts == taken.attempt,
                StoredFile.reading == Reading.WAITING,
            )
            .values(**facts)
        )
