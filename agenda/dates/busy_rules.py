"""What in a calendar makes its owner busy; the same for both readers.

An event is busy unless something in it says that its time is free: TRANSP:TRANSPARENT, STATUS:CANCELLED or
the Microsoft status FREE. Of that status TENTATIVE, OOF and BUSY are busy: someone who may come, or is away,
cannot be counted on. WORKINGELSEWHERE is free: it says where someone works, often for whole days, and who
works elsewhere can still come to a meeting.
A declined invitation cannot be recognised: a calendar does not say which attendee its owner is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from agenda.dates.stretches import Stretch, joined, without

MICROSOFT_FREE = ("FREE", "WORKINGELSEWHERE")
MOST_EVENTS = 20_000
_LOWEST_PRIORITY = 10


class Availability(NamedTuple):
    """One VAVAILABILITY (RFC 7953): the stretch it is about, and when its owner is available in it."""

    priority: int
    about: Stretch
    available: list[Stretch]


def is_free(transparency: str, status: str, microsoft: str) -> bool:
    """Tell whether an event with these properties leaves its time free."""
    return (
        transparency.strip().upper() == "TRANSPARENT"
        or status.strip().upper() == "CANCELLED"
        or microsoft.strip().upper() in MICROSOFT_FREE
    )


def is_free_type(written: str) -> bool:
    """Tell whether a FBTYPE is free; one that is not known counts as BUSY (RFC 5545 3.2.9)."""
    return written.strip().upper() == "FREE"


def unavailable(availabilities: Iterable[Availability]) -> list[Stretch]:
    """Return when the owner is not available.

    Within its stretch an availability of higher priority (1 is the highest, 0 and none the lowest) sets aside
    those of lower priority (RFC 7953 4); of equal ones each holds. All values of BUSYTYPE are busy.
    """
    layers: dict[int, list[Availability]] = {}
    for one in availabilities:
        layers.setdefault(
            one.priority if 1 <= one.priority < _LOWEST_PRIORITY else _LOWEST_PRIORITY, []
        ).append(one)
    result: list[Stretch] = []
    for _, layer in sorted(layers.items(), reverse=True):
        kept = without(result, [one.about for one in layer])
        result = joined([*kept, *(gap for one in layer for gap in without([one.about], one.available))])
    return result
