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
    **taken: object,
) -> Row | None:
    """Take the oldest row that waits, or whose worker was silent so long; None when there is none.

    The table has the columns heard_at (None while nobody is at work on it) and attempts, which rises with
    each taking; `taken` is written beside them. `waits` holds for what is not finished; one whose worker went
    silent after so many attempts gets the values `given_up`, which end that.
    """
    work: Any = kind
    free = and_(waits, or_(work.heard_at.is_(None), work.heard_at < now - silence))
    session.execute(update(work).where(free, work.attempts >= attempts).values(**given_up))
    oldest = select(work.id).where(free).order_by(work.id).limit(1).scalar_subquery()
    return session.scalars(
        update(work)
        # Two workers at once: the second finds it taken.
        .where(work.id == oldest, free)
        .values(heard_at=now, attempts=work.attempts + 1, **taken)
        .returning(work)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
