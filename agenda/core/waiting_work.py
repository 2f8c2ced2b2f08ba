"""Work that waits in a table for a worker: taken by one at a time, and given up after a few tries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from agenda.core.database import Base

Row = TypeVar("Row", bound=Base)


def take_oldest(
    session: Session,
    kind: type[Row],
    now: datetime,
    *,
    waits: ColumnElement[bool],
    silence: timedelta,
    attempts: int,
    given_up: Mapping[str, object],
    last: ColumnElement[bool] | None = None,
    **taken: object,
) -> Row | None:
    """Take the oldest row that waits, or whose worker was silent so long; None when there is none.

    The table has the columns heard_at (None while nobody is at work on it) and attempts, which rises with
    each taking; `taken` is written beside them. `waits` holds for what is not finished; one whose worker went
    silent after so many attempts gets the values `given_up`, which end that. Rows for which `last` holds wait
    for all others.
    """
    work: Any = kind
    free = and_(waits, or_(work.heard_at.is_(None), work.heard_at < now - silence))
    session.execute(update(work).where(free, work.attempts >= attempts).values(**given_up))
    in_order = select(work.id).where(free).order_by(*([] if last is None else [last]), work.id).limit(1)
    # On PostgreSQL several workers look at once; each takes another row.
    oldest = in_order.with_for_update(skip_locked=True).scalar_subquery()
    return session.scalars(
        update(work)
        # Two workers at once: the second finds it taken.
        .where(work.id == oldest, free)
        .values(heard_at=now, attempts=work.attempts + 1, **taken)
        .returning(work)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()


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
