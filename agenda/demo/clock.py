"""The demonstration's time: it starts in December 2018, runs on, and can be wound forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from agenda.core.clock import Clock, system_clock
from agenda.core.database import Sessions
from agenda.demo.model import DemoClock

START = datetime(2018, 12, 18, 8, 0, tzinfo=UTC)  # 09:00 in Amsterdam
ROW = 1


def demo_clock(sessions: Sessions, real: Clock = system_clock) -> Clock:
    """Give a clock that every process of the demonstration agrees on."""

    def tell() -> datetime:
        with sessions.read() as session:
            return shown(session, real())

    return tell


def shown(session: Session, real_now: datetime) -> datetime:
    """Tell the demonstration's time at a real moment."""
    row = session.get(DemoClock, ROW)
    return START if row is None else row.shown + (real_now - row.real)


def set_clock(session: Session, to: datetime, real_now: datetime) -> None:
    """Put the demonstration at a moment."""
    row = session.get(DemoClock, ROW)
    if row is None:
        session.add(DemoClock(id=ROW, real=real_now, shown=to))
    else:
        row.real, row.shown = real_now, to


def wind(session: Session, by: timedelta, real_now: datetime) -> datetime:
    """Wind the demonstration forward; give its new time."""
    to = shown(session, real_now) + by
    set_clock(session, to, real_now)
    return to
