"""What a question asks, and the words of a text as they are kept. Values in, values out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from agenda.topics.model import folded

LONGEST_QUESTION = 5_000
MOST_TERMS = 12
LONGEST_WORD = 60
# A tsvector holds a megabyte of lexemes with their places (PostgreSQL, "Text Search Limitations"); each word
# is kept as its stem, with places, and as it is.
MOST_INDEXED = 900_000
_FORMS, _OVERHEAD, _PLACE, _MOST_PLACES = 2, 10, 2, 256
# Octets of a letter in UTF-8.
_WIDEST = 4
_WORDS = re.compile(r"[^\W_]+")
# What opens and closes a phrase on keyboards and in letters.
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]*)(?:[\"“”„«»]|$)")
_ENDINGS = ("en", "s")
_SHORTEST_STEM = 5
# PostgreSQL's own list for Dutch, so that both databases leave out the same words.
STOP_WORDS = frozenset(
    """
    de en van ik te dat die in een hij het niet zijn is was op aan met als voor had er maar om hem dan zou of
    wat mijn men dit zo door over ze zich bij ook tot je mij uit der daar haar naar heb hoe heeft hebben deze
    u want nog zal me zij nu ge geen omdat iets worden toch al waren veel meer doen toen moet ben zonder kan
    hun dus alles onder ja eens hier wie werd altijd doch wordt wezen kunnen ons zelf tegen na reeds wil kon
    niets uw iemand geweest andere
    """.split()
)


@dataclass(frozen=True)
class Term:
    """One word, which also finds words that begin with it, or several words in a row."""

    words: tuple[str, ...]
    phrase: bool = False


@dataclass(frozen=True)
class Question:
    """All terms must be found; `only_usual` when nothing was asked but words that stand in every text."""

    terms: tuple[Term, ...] = ()
    only_usual: bool = False


def words_of(text: str) -> list[str]:
    """Give the words of a text without capitals, accents and signs."""
    return [word for word in _WORDS.findall(folded(text)) if len(word) <= LONGEST_WORD]


def question(text: str) -> Question:
    """Read what somebody typed; whatever that is, it is a question.

    Quotes make phrases, and one that is left open closes at the end. Words that stand in every text are left
    out of a question with others, and kept inside a phrase.
    """
    text = text[:LONGEST_QUESTION]
    terms: list[Term] = []
    usual = False
    rest = 0
    for quoted in (*_QUOTED.finditer(text), None):
        end = quoted.start() if quoted else len(text)
        for word in words_of(text[rest:end]):
            usual = usual or word in STOP_WORDS
            if word not in STOP_WORDS:
                terms.append(Term((word,)))
        if quoted:
            words = tuple(words_of(quoted.group(1)))[:MOST_TERMS]
            usual = usual or bool(words)
            if not STOP_WORDS.issuperset(words):
                terms.append(Term(words, phrase=len(words) > 1))
            rest = quoted.end()
    found = tuple(dict.fromkeys(terms))[:MOST_TERMS]
    return Question(found, only_usual=usual and not found)


def beginning(word: str) -> str:
    """Give what a word is sought by: without the ending of a plural or a verb, where enough is left.

    SQLite knows no Dutch; PostgreSQL seeks the stem beside this.
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def indexed(text: str) -> str:
    """Give the words of a text as they are kept for finding, as many as either database takes."""
    words = words_of(text)
    if len(words) * (_FORMS * (LONGEST_WORD * _WIDEST + _OVERHEAD) + _PLACE) <= MOST_INDEXED:
        return " ".join(words)
    return " ".join(words[: _fitting(words)])


def _fitting(words: list[str]) -> int:
    size = 0
    times: Counter[str] = Counter()
    for number, word in enumerate(words):
        times[word] += 1
        if times[word] == 1:
            size += _FORMS * (len(word.encode()) + _OVERHEAD)
        if times[word] <= _MOST_PLACES:
            size += _PLACE
        if size > MOST_INDEXED:
            return number
    return len(words)
