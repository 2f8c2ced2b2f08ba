"""Which reminders a set of rules would have sent in a time that has passed; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agenda.core.clock import local_day
from agenda.reminders.rules import Occasion, Planned, plan


@dataclass(frozen=True)
class Spell:
    """An occasion as it was, with the moment on which its cause was gone; None while it is there."""

    occasion: Occasion
    until: datetime | None


@dataclass(frozen=True)
class Week:
    """What would have gone in one week, from its Monday: how many reminders, and to whom."""

    monday: date
    reminders: int
    people: frozenset[int]


def would_have_gone(
    spells: Iterable[Spell], days: Mapping[str, Sequence[int]], first: datetime, last: datetime
) -> list[Planned]:
    """List the reminders that fall from `first` until before `last`, each once; `days` by kind of reminder.

    A worker that looks every morning is what is reckoned with: one that slept would have said less.
    """
    found: dict[str, Planned] = {}
    for spell in spells:
        kind, body_id = spell.occasion.kind, spell.occasion.body_id
        for reminder in plan([spell.occasion], {(body_id, kind): days.get(kind, ())}):
            still = spell.until is None or reminder.due_at < spell.until
            if still and first <= reminder.due_at < last:
                found.setdefault(reminder.key, reminder)
    return sorted(found.values(), key=lambda one: (one.due_at, one.key))


def by_week(planned: Iterable[Planned]) -> dict[str, list[Week]]:
    """Count reminders by kind and by week of the days on which they would have gone, first weeks first."""
    counted: defaultdict[tuple[str, date], list[Planned]] = defaultdict(list)
    for reminder in planned:
        day = local_day(reminder.due_at, reminder.occasion.zone)
        counted[reminder.occasion.kind, day - timedelta(days=day.weekday())].append(reminder)
    found: defaultdict[str, list[Week]] = defaultdict(list)
    for (kind, monday), some in sorted(counted.items(), key=lambda pair: pair[0]):
        found[kind].append(Week(monday, len(some), frozenset(one.person_id for one in some)))
    return dict(found)
