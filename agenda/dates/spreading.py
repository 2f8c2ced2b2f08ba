"""Which of many good moments are proposed on a screen: few, and spread; pure."""

from __future__ import annotations

from collections import Counter

import numpy as np

from agenda.dates.slots import Found, Slot, slots_at

MOST = 12


def spread(found: Found, most: int = MOST) -> tuple[Slot, ...]:
    """Choose at most so many slots, at most one a day, over the weeks and the weekdays; in rank order.

    First comes the best day of each week, then the second best, until there are enough; avoided days
    only fill what is left. Within a week, of days that suit equally well, a weekday that was chosen least.
    """
    overlay, order = found.overlay, found.order
    # In rank order, so the first place of each day is its best.
    _, first = np.unique(overlay.starts.day[order], return_index=True)
    chosen: list[int] = []
    weekdays: Counter[int] = Counter()
    for avoided in (False, True):
        weeks: dict[tuple[int, int], list[int]] = {}
        for position in np.sort(first).tolist():
            day = overlay.starts.day[order[position]]
            if overlay.avoided[day] == avoided:
                weeks.setdefault(overlay.days[day].isocalendar()[:2], []).append(position)
        while any(weeks.values()) and len(chosen) < most:
            for week in sorted(filter(None, weeks.values()))[: most - len(chosen)]:
                best = min(week, key=lambda position: _preference(found, position, weekdays))
                week.remove(best)
                weekdays[_weekday(found, best)] += 1
                chosen.append(best)
    return slots_at(found, order[sorted(chosen)])


def _preference(found: Found, position: int, weekdays: Counter[int]) -> tuple[int, int, int, int]:
    overlay, place = found.overlay, found.order[position]
    return (
        int(overlay.absent[place]),
        int(overlay.wishes[place]),
        weekdays[_weekday(found, position)],
        position,
    )


def _weekday(found: Found, position: int) -> int:
    overlay = found.overlay
    day: int = overlay.starts.day[found.order[position]]
    return overlay.days[day].weekday()
