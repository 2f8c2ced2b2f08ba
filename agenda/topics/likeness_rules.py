"""How alike two topics are, and in what; pure.

No word weighs by how often it occurs among other topics. So the answer is the same for everyone, and
tells nobody anything of topics that are not theirs to see.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rapidfuzz import fuzz

from agenda.topics.likeness_terms import GENERIC, Wording, related, weight

# From here on two topics are shown as alike; chosen on the pairs in tests/topics/likeness/pairs.toml.
ALIKE = 0.36
# A quarter of a year: what must be done in the same season.
PERIOD = timedelta(days=92)
LEAD, PEOPLE, FOCUS, SEASON = 0.10, 0.06, 0.05, 0.03
# People and seasons alone make no two topics alike.
NEEDS_WORDS = 0.25
# Last year's report is not this year's.
OTHER_NUMBERS = 0.3
SAME_BUT_FOR_TYPING = 86.0
# How much the title weighs beside the whole text: whichever of the two is kinder.
MIXES = (0.7, 0.35)
MOST_WORDS = 4


@dataclass(frozen=True)
class Described:
    """What is compared of a topic; people are its leads, guests and whom it needs, by number."""

    id: int
    body_id: int
    words: Wording
    people: frozenset[int] = frozenset()
    lead_id: int | None = None
    focus_area_id: int | None = None
    deadline: date | None = None
    predecessor_id: int | None = None


@dataclass(frozen=True)
class Likeness:
    """How alike two topics are, from 0 to 1, and what they share."""

    score: float
    words: tuple[str, ...] = ()
    people: frozenset[int] = frozenset()
    same_lead: bool = False
    same_focus: bool = False
    same_period: bool = False
    same_title: bool = False


def likeness(one: Described, other: Described) -> Likeness:
    """Compare two topics; which comes first makes no difference."""
    same_title = bool(one.words.title) and one.words.title.keys() == other.words.title.keys()
    spoken = 1.0 if same_title else wording_likeness(one.words, other.words)
    people = one.people & other.people
    same_lead = one.lead_id is not None and one.lead_id == other.lead_id
    same_focus = one.focus_area_id is not None and one.focus_area_id == other.focus_area_id
    same_period = _near(one.deadline, other.deadline)
    extra = 0.0
    if spoken >= NEEDS_WORDS:
        extra = LEAD * same_lead + PEOPLE * bool(people) + FOCUS * same_focus + SEASON * same_period
    score = min(1.0, spoken + (1 - spoken) * extra)
    return Likeness(
        score=score,
        words=shared_words(one.words, other.words) if score >= ALIKE else (),
        people=people,
        same_lead=same_lead,
        same_focus=same_focus,
        same_period=same_period,
        same_title=same_title,
    )


def wording_likeness(one: Wording, other: Wording) -> float:
    """Compare the words of two topics: mostly of their titles, partly of the whole text."""
    title = cosine(one.title_vector, other.title_vector)
    # Whatever is less alike than this counts as 0.
    title = max(title, fuzz.ratio(one.plain, other.plain, score_cutoff=SAME_BUT_FOR_TYPING) / 100)
    whole = cosine(one.whole_vector, other.whole_vector)
    found = max(in_title * title + (1 - in_title) * whole for in_title in MIXES)
    if one.numbers and other.numbers and not one.numbers & other.numbers:
        found *= OTHER_NUMBERS
    return min(1.0, found)


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Give the product of two vectors of at most length one."""
    # An exact sum: it is the same whichever comes first.
    return min(1.0, math.fsum(one[name] * other[name] for name in one.keys() & other.keys()))


def shared_words(one: Wording, other: Wording) -> tuple[str, ...]:
    """Name at most four words that both hold, what says most first.

    Where both hold none that says much, the words of their titles that are related; else generic ones.
    """
    both = one.whole.keys() & other.whole.keys()
    telling = [term for term in both if term not in GENERIC]
    if not telling and (near := related(one, other)):
        return tuple(near[:MOST_WORDS])
    found = sorted(telling or both, key=lambda term: (-weight(term), term))
    return tuple(
        min(one.whole[term], other.whole[term], key=lambda word: (len(word), word))
        for term in found[:MOST_WORDS]
    )


def _near(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= PERIOD


KEPT_OF_TITLE, KEPT_OF_WHOLE = 0.5, 0.6


def changed_materially(before: Mapping[str, Collection[str]], now: Wording) -> bool:
    """Tell whether a topic speaks of something else than when it was judged (see `as_judged`)."""
    judged = as_judged(now)
    return (
        _kept(before["title"], judged["title"]) < KEPT_OF_TITLE
        or _kept(before["whole"], judged["whole"]) < KEPT_OF_WHOLE
    )


def as_judged(words: Wording) -> dict[str, list[str]]:
    """Give the words as they are kept with a judgement."""
    return {"title": sorted(words.title), "whole": sorted(words.whole)}


def _kept(before: Collection[str], now: Collection[str]) -> float:
    every = set(before) | set(now)
    return sum(map(weight, set(before) & set(now))) / sum(map(weight, every)) if every else 1.0
