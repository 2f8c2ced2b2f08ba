"""How long a link and a session last (OWASP ASVS 5.0, 7.3)."""

from __future__ import annotations

from datetime import datetime, timedelta

LINK_MINUTES = 15
LINK = timedelta(minutes=LINK_MINUTES)
# Five letters an hour are enough for someone who keeps losing them, and too few to bother anyone.
LINKS_PER_HOUR = 5
HOUR = timedelta(hours=1)
# How long a link that was not used is remembered, to count by.
LINK_MEMORY = timedelta(days=1)
IDLE = timedelta(days=30)
ABSOLUTE = timedelta(days=90)
# A session's last use is written down at most this often: reading a page should not write.
NOTE_EVERY = timedelta(minutes=30)


def is_alive(began_at: datetime, seen_at: datetime, now: datetime, clock_is_wound: bool = False) -> bool:
    """Tell whether a session still holds.

    Where the clock is wound by hand, as in the demonstration, weeks pass in a click and say
    nothing about the person at the screen: there a session holds until it is ended.
    """
    if clock_is_wound:
        return True
    return now < seen_at + IDLE and now < began_at + ABSOLUTE
