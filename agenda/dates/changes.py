"""When no date fits: what stands in the way, and the smallest changes that would help; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum
from itertools import combinations

import numpy as np

from agenda.dates.attendance import shortfalls
from agenda.dates.overlay import NOBODY_CLOSES, Bools, Overlay, overlay
from agenda.dates.question import Closed, Holidays, Kind, Need, Participant, Question
from agenda.dates.slots import Found, Reason

HALF_AN_HOUR = 30
TWO_WEEKS = timedelta(weeks=2)
# Each closure more is one more question to answer; those that hinder most come first.
MOST_CLOSURES = 10


class Step(StrEnum):
    """One change to what was asked."""

    SHORTER = "shorter"
    EARLIER = "earlier"
    LATER = "later"
    LONGER_PERIOD = "longer_period"
    NO_TRAVEL = "no_travel"
    LOWER_QUORUM = "lower_quorum"
    SCHOOL_HOLIDAYS = "school_holidays"
    WITHOUT_CLOSURE = "without_closure"
    WITHOUT_NEED = "without_need"
    PUBLIC_HOLIDAYS = "public_holidays"


# How much a change asks: of the meeting, of an agreement, of people.
SMALLNESS = {
    Step.SHORTER: 1,
    Step.EARLIER: 1,
    Step.LATER: 1,
    Step.LONGER_PERIOD: 1,
    Step.NO_TRAVEL: 2,
    Step.LOWER_QUORUM: 2,
    Step.SCHOOL_HOLIDAYS: 2,
    Step.WITHOUT_CLOSURE: 3,
    Step.WITHOUT_NEED: 3,
    Step.PUBLIC_HOLIDAYS: 4,
}


@dataclass(frozen=True)
class Change:
    """A change and what it is about: the name of a closure or of a need."""

    step: Step
    name: str = ""
    need: Need | None = None


@dataclass(frozen=True)
class Help:
    """Changes that together give so many days on which a date counts."""

    changes: tuple[Change, ...]
    days: int


@dataclass(frozen=True)
class Hindrance:
    """Something that stands in the way of so many starts, whatever else stands there too."""

    reason: Reason
    name: str
    starts: int
    need: Need | None = None


Hours = Mapping[int, tuple[time, time]]
Asked = tuple[Question, Sequence[Participant]]


@dataclass(frozen=True)
class _Trial:
    """A change to the question or the people, rather than to a need."""

    change: Change
    apply: Callable[[Question, Sequence[Participant]], Asked]


def hindrances(found: Found) -> tuple[Hindrance, ...]:
    """Tell what stands in the way of how many starts, most first."""
    laid = found.overlay
    question, by_day = laid.question, laid.starts.day
    those = [
        Hindrance(reason, name, number)
        for reason, kept, names in (
            (Reason.PUBLIC_HOLIDAY, laid.public, question.public_holidays),
            (Reason.SCHOOL_HOLIDAY, laid.school, question.school_holidays),
        )
        for name, number in Counter(names[laid.days[day]] for day in by_day[kept[by_day]]).items()
    ]
    for name, number in _closures(laid).items():
        those.append(Hindrance(Reason.CLOSED, name, number))
    for need in found.needs:
        reason = Reason.REQUIRED_ABSENT if need.kind == Kind.REQUIRED else Reason.NO_QUORUM
        number = int(np.count_nonzero(shortfalls(laid, [need])))
        if number:
            those.append(Hindrance(reason, need.name or need.id, number, need))
    return tuple(sorted(those, key=lambda one: -one.starts))


def changes_that_help(
    question: Question, participants: Sequence[Participant], needs: Sequence[Need], known_until: date
) -> tuple[Help, ...]:
    """Where no date counts: the single changes after which one does, or else the pairs of changes.

    The smallest first, then the one that gives most days. `known_until` is the last day for which
    calendars and holidays were read: a longer period is only tried up to there.
    """
    trials = tuple(_trials(question, participants, known_until))
    singles = _helped((), question, participants, needs, 1)
    for trial in trials:
        singles += _helped((trial.change,), *trial.apply(question, participants), needs, 0)
    if singles:
        return _in_order(singles)
    pairs = _helped((), question, participants, needs, 2)
    for trial in trials:
        pairs += _helped((trial.change,), *trial.apply(question, participants), needs, 1)
    for one, other in combinations(trials, 2):
        asked = other.apply(*one.apply(question, participants))
        pairs += _helped((one.change, other.change), *asked, needs, 0)
    return _in_order(pairs)


def _in_order(those: Sequence[Help]) -> tuple[Help, ...]:
    return tuple(sorted(those, key=lambda h: (sum(SMALLNESS[c.step] for c in h.changes), -h.days)))


def _helped(
    made: tuple[Change, ...],
    question: Question,
    participants: Sequence[Participant],
    needs: Sequence[Need],
    more: int,
) -> list[Help]:
    """Give what helps when exactly `more` needs are changed on top of the changes that were made."""
    laid = overlay(question, participants)
    possible = _open(laid)
    day = laid.starts.day[possible]
    short = shortfalls(laid, needs)[:, possible]
    # A quorum is lowered by one, a required person is dropped.
    enough = np.array([1 if need.kind == Kind.QUORUM else need.least for need in needs], np.int64)
    failing = short > 0
    solved = (failing.sum(axis=0) == more) & (short <= enough[:, None]).all(axis=0)
    days: dict[tuple[int, ...], set[int]] = {}
    for start in np.flatnonzero(solved):
        which = tuple(np.flatnonzero(failing[:, start]).tolist())
        days.setdefault(which, set()).add(int(day[start]))
    return [Help(made + tuple(_changed(needs[n]) for n in which), len(won)) for which, won in days.items()]


def _changed(need: Need) -> Change:
    step = Step.LOWER_QUORUM if need.kind == Kind.QUORUM else Step.WITHOUT_NEED
    return Change(step, need.name or need.id, need)


def _open(laid: Overlay) -> Bools:
    """Tell of each start whether no holiday and no closure is in the way."""
    by_day = laid.starts.day
    possible: Bools = ~(laid.public | laid.school)[by_day] & (laid.closure == NOBODY_CLOSES)
    return possible


def _closures(laid: Overlay) -> Mapping[str, int]:
    """Count for each why the starts that are first closed by it, most first."""
    places = laid.closure[laid.closure != NOBODY_CLOSES].tolist()
    return dict(Counter(laid.question.closed[place].why for place in places).most_common())


def _trials(question: Question, participants: Sequence[Participant], known_until: date) -> Iterator[_Trial]:
    if question.minutes > HALF_AN_HOUR:
        yield _Trial(Change(Step.SHORTER), lambda q, p: (replace(q, minutes=q.minutes - HALF_AN_HOUR), p))
    yield _Trial(Change(Step.EARLIER), lambda q, p: (replace(q, hours=_earlier(q.hours)), p))
    yield _Trial(Change(Step.LATER), lambda q, p: (replace(q, hours=_later(q.hours)), p))
    if question.last + TWO_WEEKS <= known_until:
        yield _Trial(Change(Step.LONGER_PERIOD), lambda q, p: (replace(q, last=q.last + TWO_WEEKS), p))
    if any(one.travel for one in participants):
        yield _Trial(Change(Step.NO_TRAVEL), lambda q, p: (q, [replace(one, travel=0) for one in p]))
    if question.school == Holidays.EXCLUDE:
        yield _Trial(Change(Step.SCHOOL_HOLIDAYS), lambda q, p: (replace(q, school=Holidays.AVOID), p))
    if question.public == Holidays.EXCLUDE:
        yield _Trial(Change(Step.PUBLIC_HOLIDAYS), lambda q, p: (replace(q, public=Holidays.AVOID), p))
    for why in list(_closures(overlay(question, ())))[:MOST_CLOSURES]:
        yield _Trial(
            Change(Step.WITHOUT_CLOSURE, why),
            lambda q, p, why=why: (replace(q, closed=_without(q.closed, why)), p),  # type: ignore[misc]
        )


def _earlier(hours: Hours) -> Hours:
    return {
        weekday: (opens.replace(hour=opens.hour - 1) if opens.hour else time(), closes)
        for weekday, (opens, closes) in hours.items()
    }


def _later(hours: Hours) -> Hours:
    # A day that closes at 00:00 closes at midnight already.
    return {
        weekday: (opens, closes.replace(hour=closes.hour + 1) if time() < closes < time(23) else time())
        for weekday, (opens, closes) in hours.items()
    }


def _without(closed: Sequence[Closed], why: str) -> tuple[Closed, ...]:
    return tuple(one for one in closed if one.why != why)
