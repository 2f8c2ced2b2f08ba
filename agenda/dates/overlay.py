"""All calendars laid over the moments at which a meeting may begin; built once for a set of calendars.

No bitmap of people by quarter-hours: for each busy time are looked up the first and the last start that it
spoils, so that each person becomes a few ranges of starts, exact to the minute whatever the step and the
zone. How many are absent at each start is then a running sum over the ends of those ranges: the work grows
with the number of busy times, not with people times starts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from agenda.dates.question import Holidays, Participant, Question
from agenda.dates.starts import Starts, minute_after, minute_before, possible_starts

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NOTHING: Ints = np.empty(0, np.int64)
NOBODY_CLOSES = -1
# So few that their busy times stay in the processor's cache.
PEOPLE_AT_ONCE = 64


@dataclass(frozen=True, eq=False)
class Ranges:
    """Starts that busy people spoil: `who` is absent from start `begin` up to but without start `end`.

    In order of people, and of begin for each; a person's ranges do not touch.
    """

    who: Ints
    begin: Ints
    end: Ints


@dataclass(frozen=True, eq=False)
class Overlay:
    """The possible starts, and for each who is absent and what the days and the closures say."""

    question: Question
    people: tuple[str, ...]
    place: Mapping[str, int]
    starts: Starts
    ranges: Ranges
    # Per start: how many people are absent, and the first closure that is in the way.
    absent: Ints
    closure: Ints
    # Per day of the period.
    days: tuple[date, ...]
    public: Bools
    school: Bools
    avoided: Bools
    # Per start, less is better: the wishes that order what counts equally many people.
    wishes: Ints


def overlay(question: Question, participants: Sequence[Participant]) -> Overlay:
    """Lay the calendars of these people, each id once, over the possible starts."""
    starts = possible_starts(question)
    days = tuple(question.first + timedelta(n) for n in range((question.last - question.first).days + 1))
    ranges = _spoilt(starts.minutes, question.minutes, participants)
    public, school = _named(days, question.public_holidays), _named(days, question.school_holidays)
    avoid = Holidays.AVOID
    return Overlay(
        question=question,
        people=tuple(one.id for one in participants),
        place={one.id: n for n, one in enumerate(participants)},
        starts=starts,
        ranges=ranges,
        absent=counted(ranges.begin, ranges.end, len(starts.minutes)),
        closure=_closures(starts.minutes, question),
        days=days,
        public=public & (question.public == Holidays.EXCLUDE),
        school=school & (question.school == Holidays.EXCLUDE),
        avoided=public & (question.public == avoid) | school & (question.school == avoid),
        wishes=_wishes(starts, days, question),
    )


def counted(begin: Ints, end: Ints, size: int) -> Ints:
    """Count for each of `size` starts the ranges that it lies in."""
    change = np.bincount(begin, minlength=size + 1) - np.bincount(end, minlength=size + 1)
    total: Ints = np.cumsum(change)[:size]
    return total


def _spoilt(starts: Ints, minutes: int, participants: Sequence[Participant]) -> Ranges:
    """Turn busy times into ranges of starts, some people at a time."""
    if not len(starts) or not participants:
        return Ranges(NOTHING, NOTHING, NOTHING)
    before = _starts_before(starts)
    parts = []
    for first in range(0, len(participants), PEOPLE_AT_ONCE):
        those = participants[first : first + PEOPLE_AT_ONCE]
        one = _spoilt_by(those, before, int(starts[0]), minutes)
        parts.append((one.who + first, one.begin, one.end))
    who, begin, end = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Ranges(who, begin, end)


def _spoilt_by(those: Sequence[Participant], before: Ints, origin: int, minutes: int) -> Ranges:
    blocks = np.concatenate([one.blocks for one in those])
    who = np.repeat(np.arange(len(those)), [len(one.blocks) for one in those])
    travel = np.array([one.travel for one in those], np.int64)[who]
    # A start is spoilt when the meeting with its travel would begin before the end of a busy time and end
    # after its begin.
    begin = _look_up(before, blocks[:, 0] - (origin + minutes - 1) - travel)
    end = _look_up(before, blocks[:, 1] - origin + travel)
    real = np.flatnonzero((begin < end) & (blocks[:, 0] < blocks[:, 1]))
    # Each person's starts get numbers of their own, so that one pass serves all people.
    who = who[real]
    shift = who * (before[-1] + 1)
    return _joined(who, begin[real] + shift, end[real] + shift, shift)


def _joined(who: Ints, begin: Ints, end: Ints, shift: Ints) -> Ranges:
    """Join ranges that overlap or touch."""
    if np.any(begin[1:] < begin[:-1]):
        order = np.argsort(begin, kind="stable")
        who, begin, end, shift = who[order], begin[order], end[order], shift[order]
    reached = np.maximum.accumulate(end)
    fresh = np.flatnonzero(np.append(True, begin[1:] > reached[:-1])[: len(begin)])
    last = np.append(fresh[1:], len(begin))[: len(fresh)] - 1
    return Ranges(who[fresh], begin[fresh] - shift[fresh], reached[last] - shift[last])


def _starts_before(starts: Ints) -> Ints:
    """Count the starts before each minute from the first start to the one after the last."""
    return np.repeat(np.arange(len(starts) + 1), np.concatenate(([1], np.diff(starts), [1])))


def _look_up(table: Ints, places: Ints) -> Ints:
    found: Ints = table[np.clip(places, 0, len(table) - 1)]
    return found


def _closures(starts: Ints, question: Question) -> Ints:
    """Give for each start the place of the first closure that overlaps the meeting."""
    closure = np.full(len(starts), NOBODY_CLOSES, np.int64)
    for place, one in reversed(list(enumerate(question.closed))):
        begin = np.searchsorted(starts, minute_before(one.starts_at) - question.minutes, "right")
        closure[begin : np.searchsorted(starts, minute_after(one.ends_at))] = place
    return closure


def _named(days: Sequence[date], names: Mapping[date, str]) -> Bools:
    return np.array([day in names for day in days], bool)


def _wishes(starts: Starts, days: Sequence[date], question: Question) -> Ints:
    """Number how far each start is from what is wished: unwanted days, short notice, unusual hours."""
    daily = _named(days, question.unwanted).astype(np.int64)
    daily += np.array([day < question.prepared_from for day in days], np.int64)
    usual = question.usual_hours
    wishes = daily[starts.day] * (len(usual) + 1) + len(usual)
    for place, hour in reversed(list(enumerate(usual))):
        wishes[starts.clock == hour.hour * 60 + hour.minute] -= len(usual) - place
    return wishes
