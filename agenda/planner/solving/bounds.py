"""What no plan can better, reckoned without searching. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from agenda.planner.solving.case import NOWHERE, Case, Places

# So many different sets of possible meetings are looked at.
MOST_SETS = 400


def least_untreated(case: Case) -> int:
    """Add up the priority of what fits in no meeting."""
    return sum(one.priority for one, fits in zip(case.subjects, case.fits, strict=True) if not fits)


def least_meetings(case: Case, treated: Iterable[int]) -> int:
    """Give how many meetings it takes at least to treat these subjects, by their minutes.

    Topics that can only be treated within a set of meetings need enough of the largest of those; sets
    that share no meeting add up. For periods of time the best sum of disjoint periods is taken.
    """
    subjects = list(treated)
    if not subjects:
        return 0
    whole = _enough_rooms(case, range(len(case.occasions)), _minutes(case, subjects))
    return max(whole, _over_periods(case, subjects), _over_sets(case, subjects))


def _minutes(case: Case, subjects: Iterable[int]) -> int:
    return sum(case.subjects[one].minutes for one in subjects)


def _enough_rooms(case: Case, places: Iterable[int], minutes: int) -> int:
    """Count the largest rooms that together hold so many minutes."""
    count = 0
    for room in sorted((case.occasions[place].room for place in places), reverse=True):
        if minutes <= 0:
            break
        minutes -= room
        count += 1
    return count


def _over_sets(case: Case, subjects: list[int]) -> int:
    """Add up the needs of sets of meetings that share none, greedily from the smallest sets on."""
    by_fits: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for one in subjects:
        by_fits[case.fits[one]].append(one)
    within = sorted(by_fits, key=lambda fits: (len(fits), fits))[:MOST_SETS]
    taken: set[int] = set()
    total = 0
    for fits in within:
        if taken.isdisjoint(fits):
            inside = [one for other in within if set(other) <= set(fits) for one in by_fits[other]]
            total += _enough_rooms(case, fits, _minutes(case, inside))
            taken |= set(fits)
    return total


def _over_periods(case: Case, subjects: list[int]) -> int:
    """Give the best sum of the needs of periods that follow each other."""
    starts: dict[int, int] = defaultdict(int)
    for one in subjects:
        starts[case.fits[one][0]] += 1
    ends = sorted({case.fits[one][-1] for one in subjects})
    by_end = sorted(subjects, key=lambda one: case.fits[one][-1])
    best = [0] * (len(case.occasions) + 1)
    for start in sorted(starts, reverse=True)[:MOST_SETS]:
        best = _with_periods_from(case, start, ends, by_end, best)
    return best[0]


def _with_periods_from(
    case: Case, start: int, ends: list[int], by_end: list[int], best: list[int]
) -> list[int]:
    """Improve `best` (the need from each meeting on) by the periods that begin with one meeting."""
    minutes = 0
    reached = 0
    most = best[start]
    for end in ends:
        while reached < len(by_end) and case.fits[by_end[reached]][-1] <= end:
            if case.fits[by_end[reached]][0] >= start:
                minutes += case.subjects[by_end[reached]].minutes
            reached += 1
        if end >= start and minutes:
            most = max(most, _enough_rooms(case, range(start, end + 1), minutes) + best[end + 1])
    return [max(one, most) if place <= start else one for place, one in enumerate(best)]


def least_person_minutes(case: Case, places: Places) -> int:
    """Add up the fewest people that can sit through each treated subject, and the cheapest openings."""
    treated = [one for one, place in enumerate(places) if place != NOWHERE]
    spoken = sum(
        case.subjects[one].minutes * min(len(case.occasions[place].attendees) for place in case.fits[one])
        for one in treated
    )
    openings = sorted(len(one.attendees) * one.reserved for one in case.occasions)
    return spoken + sum(openings[: least_meetings(case, treated)])


def least_waiting(case: Case, places: Places) -> int:
    """Let every treated subject have its first day."""
    return sum(
        case.subjects[one].priority * case.day[case.fits[one][0]]
        for one, place in enumerate(places)
        if place != NOWHERE
    )
