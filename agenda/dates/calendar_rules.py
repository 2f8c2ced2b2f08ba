"""When a calendar is read again, and which days are kept of it; pure: values in, values out."""

from __future__ import annotations

from datetime import date, datetime, timedelta

Window = tuple[date, date]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Not all at the full hour: each calendar has minutes of its own.
JITTER_MINUTES = 10
AHEAD = timedelta(days=456)
# A server that says "nothing new" is asked anew once the window has moved this far.
STALE_WINDOW = timedelta(days=7)
TROUBLE = timedelta(days=3)


def window(today: date) -> Window:
    """Give the days that are kept: from the first of last month to fifteen months ahead."""
    last_month = today.replace(day=1) - DAY
    return last_month.replace(day=1), today + AHEAD


def next_read(calendar_id: int, failures: int, now: datetime) -> datetime:
    """Tell when a calendar is read again: in about an hour, and ever later up to a day while it fails."""
    pause = min(HOUR * (1 << min(max(failures - 1, 0), 5)), DAY)
    return now + pause + timedelta(minutes=calendar_id * 7 % JITTER_MINUTES)


def may_be_unchanged(covers_until: date | None, today: date) -> bool:
    """Tell whether a copy covers enough days, so that the server may answer that nothing changed."""
    return covers_until is not None and covers_until >= window(today)[1] - STALE_WINDOW


def is_trouble(read_at: datetime | None, added_at: datetime, failures: int, now: datetime) -> bool:
    """Tell whether a calendar has failed for so long that its owner must do something."""
    return failures > 0 and (read_at or added_at) <= now - TROUBLE
