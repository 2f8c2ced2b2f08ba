"""When the events of one series fall: its rule, further and excluded dates, and overrides of single dates.

An override replaces the date that its RECURRENCE-ID names. An excluded date is not in the recurrence set
(RFC 5545 3.8.5.1), so an override of it, which identifies a date within that set (3.8.4.4), falls with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence, Set
from dataclasses import dataclass

from agenda.dates.ics_recurrence import dates
from agenda.dates.ics_rule import rule
from agenda.dates.ics_times import Length, Moment, Unknown, day_number, moment
from agenda.dates.ics_zones import DAY, clock
from agenda.dates.stretches import Stretch

UTC_CLOCK = clock("UTC")
_BEFORE_ALL = -(10**18)
# More than clocks are ever put back.
_JUMP = 3 * 3600


@dataclass(slots=True)
class Event:
    """What busy time needs of a VEVENT or AVAILABLE. A further date may have an end of its own."""

    start: Moment
    length: Length
    busy: bool
    sequence: int = -1
    rules: Sequence[str] = ()
    further: Sequence[tuple[int, int | None]] = ()
    excluded: Set[int] = frozenset()
    excluded_days: Set[int] = frozenset()
    replaces: Moment | None = None
    and_future: bool = False

    @property
    def end(self) -> int:
        """The moment at which its own first time ends."""
        return self.length.after(self.start.wall, self.start.clock, self.start.at)


@dataclass(frozen=True)
class Window:
    """The asked stretch, and `check`, which is called during long work and ends it by raising."""

    low: int
    high: int
    check: Callable[[], None]


def series(events: Sequence[Event], window: Window) -> list[Stretch]:
    """Return the stretches of these events, which share a UID, that may touch the window."""
    master: Event | None = None
    overrides: dict[int, Event] = {}
    for event in events:
        if event.replaces is None:
            # Of several versions the highest SEQUENCE counts (3.8.7.4).
            master = event if master is None or event.sequence > master.sequence else master
            continue
        at = event.replaces.at
        if at not in overrides or event.sequence > overrides[at].sequence:
            overrides[at] = event
    if master is not None and not overrides:
        return _dates_of(master, overrides, window)
    excluded = master.excluded if master else set()
    found = [(one.start.at, one.end) for at, one in overrides.items() if one.busy and at not in excluded]
    if master is None:
        return found
    for one in overrides.values():
        # Some programs copy the rule to the override, where it says nothing; in an older one it may.
        copied = one.sequence < master.sequence and (one.rules or one.further or one.excluded)
        if copied or (one.replaces and one.replaces.is_date != master.start.is_date):
            raise Unknown
    return found + _dates_of(master, overrides, window)


def _dates_of(master: Event, overrides: dict[int, Event], window: Window) -> list[Stretch]:
    changes = sorted((at, one) for at, one in overrides.items() if one.and_future) if overrides else []
    if changes:
        return _changing_dates(master, overrides, changes, window)
    if not master.busy:
        return []
    clocks, (days, seconds) = master.start.clock, master.length
    skipped, skipped_days = overrides.keys() | master.excluded, master.excluded_days
    walls = _walls(master, window, days * DAY + seconds)
    if skipped_days:
        walls = [wall for wall in walls if wall // DAY not in skipped_days]
    begins = clocks.all_utc(walls)
    ends = clocks.all_utc([wall + days * DAY for wall in walls]) if days else begins
    ends = [end + seconds for end in ends]
    # A further date that the rule gives too is one date, as long as RDATE says (3.8.5.2).
    further = dict(master.further)
    found = [
        pair for pair in zip(begins, ends, strict=True) if pair[0] not in skipped and pair[0] not in further
    ]
    for at, end in further.items():
        if at not in skipped:
            found.append((at, master.length.after(clocks.wall(at), clocks, at) if end is None else end))
    return found


def _changing_dates(
    master: Event, overrides: dict[int, Event], changes: list[tuple[int, Event]], window: Window
) -> list[Stretch]:
    """Return the dates where overrides with RANGE=THISANDFUTURE move those after them (3.8.4.4)."""
    clocks = master.start.clock
    moved: list[tuple[int, Event, int]] = [(_BEFORE_ALL, master, 0)]
    for at, one in changes:
        if one.replaces is None or one.replaces.clock is not clocks or one.start.clock is not clocks:
            raise Unknown
        moved.append((at, one, one.start.wall - one.replaces.wall))
    ahead = max(abs(shift) for _, _, shift in moved)
    reach = ahead + max(one.length.days * DAY + one.length.seconds for _, one, _ in moved)
    skipped, further = overrides.keys() | master.excluded, dict(master.further)
    found: list[Stretch] = []
    for wall in {*_walls(master, window, reach, ahead), *(clocks.wall(at) for at, _ in master.further)}:
        at = clocks.utc(wall)
        if at in skipped or wall // DAY in master.excluded_days:
            continue
        _, one, shift = next(change for change in reversed(moved) if change[0] < at)
        begin = clocks.utc(wall + shift)
        # All after a change last as long as it does, those with an end of their own too.
        end = further.get(at) if one is master else None
        if one.busy:
            end = one.length.after(wall + shift, clocks, begin) if end is None else end - at + begin
            found.append((begin, end))
    return found


def _walls(master: Event, window: Window, reach: int, ahead: int = 0) -> Collection[int]:
    """Return what the clocks show at the dates of the master's rules near the window, and at its start."""
    start, clocks = master.start, master.start.clock
    # Clocks are never more than a day from UTC.
    low, high = window.low - reach - DAY, window.high + ahead + DAY
    found: list[int] = []
    last: int | None = None
    for written in master.rules:
        parsed = rule(written)
        if parsed.until is None:
            found += dates(parsed, start.wall, low, high, None, window.check)
            continue
        wall, at = _until(parsed.until, start)
        last = at if last is None else max(at, last)
        until = dates(parsed, start.wall, low, high, wall, window.check)
        found += [one for one, fall in zip(until, clocks.all_utc(until), strict=True) if fall <= at]
    if last is None or start.at <= last:
        found.append(start.wall)
    return set(found)


def _until(written: str, start: Moment) -> tuple[int, int]:
    """Return the last time that UNTIL allows, on the clocks (a little late where they may jump) and in UTC.

    It should be of the kind of the start. A date bounds a series of times inclusively: that day is the last
    (3.3.10). A time without Z is on the start's clocks. Of a time that bounds days the date counts.
    """
    if start.is_date or len(written) == 8:
        wall = day_number(written[:8]) * DAY + (0 if start.is_date else DAY - 1)
        return wall, start.clock.utc(wall)
    bound = moment(written, start.clock, UTC_CLOCK)
    if bound.clock is UTC_CLOCK and start.clock is not UTC_CLOCK:
        return start.clock.wall(bound.at) + _JUMP, bound.at
    return bound.wall, bound.at
