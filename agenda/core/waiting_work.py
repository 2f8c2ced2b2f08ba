"""Work that waits in a table for a worker: taken by one at a time, and given up after a few tries."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from agenda.core.database import Base

Row = TypeVar("Row", bound=Base)


def take_oldest(
    session: Session, kind: type[Row], now: datetime, *, silence: timedelta, attempts: int, given_up: str
) -> Row | None:
    """Take the oldest row that waits, or whose worker was silent so long; None when there is none.

    One whose worker went silent after so many attempts is given up, with the code `given_up`. The table has
    the columns started_at, heard_at, attempts, finished_at and failed.
    """
    work: Any = kind
    free = or_(work.started_at.is_(None), work.heard_at < now - silence)
    session.execute(
        update(work)
        .where(work.finished_at.is_(None), work.attempts >= attempts, free)
        .values(finished_at=now, failed=given_up)
    )
    waiting = select(work).where(work.finished_at.is_(None), free).order_by(work.id)
    # On PostgreSQL several workers look at once; each takes another row.
    row: Any = session.scalars(waiting.limit(1).with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    taken = session.scalars(
        update(work)
        .where(work.id == row.id, work.finished_at.is_(None), free)
        .values(started_at=now, heard_at=now, attempts=work.attempts + 1)
        .returning(work.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.expire(row)
    found: Row = row
    return found if taken else None
