"""Work that waits in a table for a worker: taken by one at a time, and given up after a few tries.

The table has the columns started_at, heard_at, attempts, finished_at and failed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from agenda.core.database import Base

Row = TypeVar("Row", bound=Base)


def take_oldest(
    session: Session,
    kind: type[Row],
    now: datetime,
    *,
    silence: timedelta,
    attempts: int,
    given_up: str,
    last: ColumnElement[bool] | None = None,
) -> Row | None:
    """Take the oldest row that waits, or whose worker was silent so long; None when there is none.

    One whose worker went silent after so many attempts is given up, with the code `given_up`.
    Rows for which `last` holds wait for all others.
    """
    work: Any = kind
    free = or_(work.started_at.is_(None), work.heard_at < now - silence)
    session.execute(
        update(work)
        .where(work.finished_at.is_(None), work.attempts >= attempts, free)
        .values(finished_at=now, failed=given_up)
    )
    waiting = select(work).where(work.finished_at.is_(None), free)
    waiting = waiting.order_by(*([] if last is None else [last]), work.id)
    row: Any = session.scalars(waiting.limit(1)).first()
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


def still_mine(session: Session, kind: type[Row], number: int, taken_at: datetime | None) -> Row | None:
    """Give the row that a worker took at that moment; None once it was removed, ended or taken over."""
    row: Any = session.get(kind, number)
    if row is None or row.finished_at is not None or row.started_at != taken_at:
        return None
    found: Row = row
    return found


def give_back(session: Session, kind: type[Row], number: int, taken_at: datetime | None) -> None:
    """Leave a row for the next worker: this one was told to stop, which is no failure."""
    row: Any = still_mine(session, kind, number, taken_at)
    if row is not None:
        row.started_at = row.heard_at = None
        row.attempts -= 1
