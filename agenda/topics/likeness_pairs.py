"""Which of many topics are alike: only those that share telling words are compared; pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agenda.topics.likeness_rules import (
    ALIKE,
    FOCUS,
    LEAD,
    MIXES,
    NEEDS_WORDS,
    PEOPLE,
    SEASON,
    Described,
    Likeness,
    likeness,
)
from agenda.topics.likeness_terms import GENERIC

Floats = NDArray[np.float64]
# Sums of floats differ in their last place by the order of adding.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Pair:
    """Two topics that are alike, the one with the lower number first."""

    low: Described
    high: Described
    likeness: Likeness


def find_pairs(topics: Sequence[Described]) -> list[Pair]:
    """List the pairs that are alike, the most alike first."""
    ordered = sorted(topics, key=lambda topic: topic.id)
    found = (_pair(ordered[low], ordered[high]) for low, high in _candidates(ordered))
    return _sorted(pair for pair in found if pair.likeness.score >= ALIKE)


def find_twins(topic: Described, others: Sequence[Described], least: float = ALIKE) -> list[Pair]:
    """List the pairs of this topic with others that are alike by `least` or more, the most alike first."""
    found = (
        _pair(*sorted((topic, other), key=lambda one: one.id)) for other in others if other.id != topic.id
    )
    return _sorted(pair for pair in found if pair.likeness.score >= least)


def _sorted(pairs: Iterable[Pair]) -> list[Pair]:
    return sorted(pairs, key=lambda pair: (-pair.likeness.score, pair.low.id, pair.high.id))


def _pair(low: Described, high: Described) -> Pair:
    return Pair(low, high, likeness(low, high))


def _candidates(topics: Sequence[Described]) -> Iterator[tuple[int, int]]:
    """Give the places of each two topics that could be alike, the lower place first, each pair once.

    What is reckoned here is never less than `likeness` says, typing errors aside: none is lost.
    """
    titles = _Postings([topic.words.title_vector for topic in topics])
    wholes = _Postings([topic.words.whole_vector for topic in topics])
    extras = _Extras(topics)
    for place in range(1, len(topics)):
        spoken = most_spoken(titles.most(place), wholes.most(place))
        likely = (spoken >= NEEDS_WORDS) & (spoken + (1 - spoken) * extras.most(place) >= ALIKE)
        likely |= extras.same_title(place)
        yield from ((int(before), place) for before in np.nonzero(likely)[0])


def most_spoken(title: Floats, whole: Floats) -> Floats:
    """Weigh titles and whole texts as `wording_likeness` does."""
    mixed = [in_title * title + (1 - in_title) * whole for in_title in MIXES]
    return np.asarray(np.minimum(1.0, np.maximum.reduce(mixed) + ROUNDING))


class _Extras:
    """What counts beside words: people, focus area and season at most, and a title that is the same."""

    def __init__(self, topics: Sequence[Described]) -> None:
        self._leads = np.array([topic.lead_id or 0 for topic in topics])
        self._focus = np.array([topic.focus_area_id or 0 for topic in topics])
        titles: dict[frozenset[str], int] = {}
        named = [frozenset(topic.words.title) for topic in topics]
        self._titles = np.array([titles.setdefault(each, len(titles)) for each in named])

    def most(self, place: int) -> Floats:
        """Give it for the topic at a place with each one before it."""
        lead = (self._leads[:place] == self._leads[place]) * LEAD
        focus = (self._focus[:place] == self._focus[place]) * FOCUS
        return np.asarray(lead + focus + PEOPLE + SEASON)

    def same_title(self, place: int) -> NDArray[np.bool_]:
        """Tell of each topic before the one at a place whether their titles hold the same words."""
        return np.asarray(self._titles[:place] == self._titles[place])


class _Postings:
    """For each feature the topics that hold it, in one row, so that only shared features are multiplied.

    Generic words stand in nearly every topic: of these only the most that they can add is kept.
    """

    def __init__(self, vectors: Sequence[Mapping[str, float]]) -> None:
        numbers: dict[str, int] = {}
        features, values, sizes = [], [], []
        for vector in vectors:
            telling = [name for name in vector if name not in GENERIC]
            features += [numbers.setdefault(name, len(numbers)) for name in telling]
            values += [vector[name] for name in telling]
            sizes.append(len(telling))
        self._generic = np.array([_length(vector) for vector in vectors])
        self._until = np.concatenate(([0], np.cumsum(sizes))).astype(np.intp)
        self._values = np.array(values, dtype=np.float64)
        feature = np.array(features, dtype=np.intp)
        row = np.argsort(feature, kind="stable")
        self._row_topics = np.repeat(np.arange(len(vectors)), sizes)[row]
        self._row_values = self._values[row]
        self._starts = np.searchsorted(feature[row], feature)
        # How many topics before this one hold the feature.
        self._earlier = np.empty(len(row), dtype=np.intp)
        self._earlier[row] = np.arange(len(row))
        self._earlier -= self._starts

    def most(self, place: int) -> Floats:
        """Give the most that the product of the topic at a place can be with each one before it."""
        own = slice(self._until[place], self._until[place + 1])
        earlier = self._earlier[own]
        first = self._starts[own] - (np.cumsum(earlier) - earlier)
        held = np.repeat(first, earlier) + np.arange(earlier.sum())
        products = self._row_values[held] * np.repeat(self._values[own], earlier)
        found = np.bincount(self._row_topics[held], products, minlength=place)
        return np.asarray(found + self._generic[place] * self._generic[:place])


def _length(vector: Mapping[str, float]) -> float:
    return math.sqrt(math.fsum(value * value for name, value in vector.items() if name in GENERIC))
