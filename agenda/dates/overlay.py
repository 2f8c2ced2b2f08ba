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
NOBODY_CLOSES = -1


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
    """Turn busy times into ranges of starts, and join for each person those that overlap."""
    if not len(starts) or not participants:
        nothing = np.empty(0, np.int64)
        return Ranges(nothing, nothing, nothing)
    blocks = np.concatenate([one.blocks for one in participants])
    who = np.repeat(np.arange(len(participants)), [len(one.blocks) for one in participants])
    travel = np.array([one.travel for one in participants], np.int64)[who]
    # A start is spoilt when the meeting with its travel would begin before the end of a busy time and end
    # after its begin.
    begin = _starts_before(starts, blocks[:, 0] - travel - minutes + 1)
    end = _starts_before(starts, blocks[:, 1] + travel)
    real = (begin < end) & (blocks[:, 0] < blocks[:, 1])
    who, begin, end = who[real], begin[real], end[real]
    # Each person's starts get numbers of their own, so that one pass serves all people.
    shift = who * (len(starts) + 1)
    begin, end = begin + shift, end + shift
    if np.any(begin[1:] < begin[:-1]):
        order = np.argsort(begin, kind="stable")
        who, begin, end, shift = who[order], begin[order], end[order], shift[order]
    reached = np.maximum.accumulate(end) if len(end) else end
    fresh = np.ones(len(begin), bool)
    fresh[1:] = begin[1:] > reached[:-1]
    last = np.append(fresh[1:], True) if len(fresh) else fresh
    return Ranges(who[fresh], (begin - shift)[fresh], reached[last] - shift[last])


def _starts_before(starts: Ints, moments: Ints) -> Ints:
    """Count for each moment the starts before it, from a table with a place for every minute."""
    origin, size = starts[0], starts[-1] - starts[0] + 2
    table = np.zeros(size, np.int64)
    table[starts - origin + 1] = 1
    before: Ints = np.cumsum(table)[np.clip(moments - origin, 0, size - 1)]
    return before


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
