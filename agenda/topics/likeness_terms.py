"""The words of a topic as they are compared: folded, without endings, weighed by how much they say."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from agenda.topics.model import folded

# The words of a region are not so many: reading a topic is mostly reading words known already.
REMEMBERED = 16_384
WORD = re.compile(r"[^\W_]+")
# Words that join others, and say nothing of what a topic is about.
STOP = frozenset(
    """
    aan achter al alle allen alleen als bij binnen boven buiten daar daarin dan dat de deze die dit doen
    doet door dus een eigen elk elke elkaar en er geen graag haar hebben heeft hen het hier hij hoe
    hoeveel hun ieder iedere in is ja kan kunnen komen komt krijgen laat laten maar maken maakt meer men
    mee met mag moet moeten na naar nader niet nieuw nog nu of om omdat onder ons onze ook op opnieuw
    over per reeds samen sinds staan staat te tegen tijdens ten ter toe tot tussen uit van vanaf vanuit
    veel verder via voor vooral vragen vraagt waar waarin wanneer want was wat welk welke we wel werd
    wie wij willen wordt worden ze zich zien zij zijn zo zonder zou zowel zullen the of and to for in on
    a an with
    """.split()
)
# Words that nearly every topic of joining governments could hold; folded and without endings (see `stem`).
GENERIC_WORDS = """
    aanpak actie activiteiten advies afspraak afspraken afstemming agenda algemeen ambtelijk analyse
    begroting beleid bericht bespreking bestuurlijk besluit besluitvorming bevindingen bijdrage college
    colleges concept evaluatie gebied gemeente gemeenten gemeentelijk gemeentegrenzen gezamenlijk
    informeren inbreng intensiveren intensivering inwoners inzet jaar jaarlijks jaarplan kader kern
    kernen leidse leiden lokaal maatregelen mededelingen monitor nieuwe nota onderwerp onderwerpen
    ontwikkeling ontwikkelingen opgave opgaven organisatie overleg overzicht partner partners plan
    plannen planning presentatie proef proces programma project projecten provincie raad raden
    rapportage regeling regio regionaal regionale resultaat resultaten samenwerken samenwerking
    speerpunt speerpunten stand startnotitie strategie strategisch stukken terugkoppeling toekomst
    trekker tussenstand uitgangspunten uitkomst uitkomsten uitvoering uitvoeringsprogramma uitwerking
    vaststellen vaststelling verdeling verkenning verslag vervolg vijf visie voorbereiding voorstel
    voortgang vorm werkplan zaken
""".split()
# Words as broad as a focus area: they tell the field, not the topic.
BROAD_WORDS = """
    bereikbaarheid bereikbaar bouw duurzaam duurzaamheid economie economisch energie gezondheid groen
    jeugd jongeren klimaat maatschappelijk meedoen mobiliteit onderwijs ouderen recreatie sport
    veiligheid veilig verduurzaming verkeer vervoer voorzieningen wonen woning woningen zorg betaalbaar
""".split()
LIGHT, BROAD_PART, MOST = 0.15, 0.4, 1.5
# Compounds are recognised by how they begin and how they end: warmte|net, studenten|huisvesting.
HEAD, TAIL = 5, 6
PART = 1.0
# Less than any single word that tells something, more than a handful of generic ones.
LEAST_LENGTH = 0.6
# Of a long text the words that say most; the rest would only make any two long texts alike.
MOST_TERMS = 60
_DOUBLED = re.compile(r"(aa|ee|oo|uu)(?=[^aeiou]$)")


def words_of(text: str) -> list[tuple[str, str]]:
    """List the words of a text in their order, each folded and as it was typed; stop words left out."""
    return [(word, typed) for word, typed in _every_word(text) if word not in STOP and len(word) > 1]


def _every_word(text: str) -> list[tuple[str, str]]:
    found = WORD.findall(unicodedata.normalize("NFC", text).casefold())
    return [(_folded(typed), typed) for typed in found]


_folded = lru_cache(maxsize=REMEMBERED)(folded)


@lru_cache(maxsize=REMEMBERED)
def stem(word: str) -> str:
    """Give a folded word without its usual Dutch endings: "woningen" and "woning" become one.

    Light on purpose: plurals, -heid and -ing, and doubled letters at the end.
    """
    if word.isdigit() or len(word) < 5:
        return word
    for ending, least in (("heden", 4), ("heid", 4), ("ingen", 4), ("ing", 4), ("en", 3), ("s", 3), ("e", 3)):
        if word.endswith(ending) and len(word) - len(ending) >= least:
            word = word[: -len(ending)]
            break
    if len(word) > 2 and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]
    return _DOUBLED.sub(lambda found: found.group()[0], word) if len(word) > 3 else word


GENERIC = frozenset(stem(folded(word)) for word in GENERIC_WORDS)
BROAD = frozenset(stem(folded(word)) for word in BROAD_WORDS)


def weight(term: str) -> float:
    """Tell how much a stem says: long words say more, what nearly every topic holds hardly anything."""
    if term in GENERIC:
        return LIGHT
    heavy = min(MOST, 0.5 + len(term) / 10)
    return heavy * BROAD_PART if term in BROAD else heavy


def vector(terms: Mapping[str, float]) -> dict[str, float]:
    """Give weighed terms as a vector of length one: each stem, and how it begins and ends.

    Terms that hardly weigh make a shorter one: two texts that say little are not alike for that.
    """
    found: dict[str, float] = {}
    for term, heavy in terms.items():
        for feature, part in _features(term):
            found[feature] = max(found.get(feature, 0.0), part * heavy)
    length = max(LEAST_LENGTH, math.sqrt(math.fsum(value * value for value in found.values())))
    return {feature: value / length for feature, value in found.items()}


@lru_cache(maxsize=REMEMBERED)
def _features(term: str) -> tuple[tuple[str, float], ...]:
    found = [(term, 1.0)]
    if term not in GENERIC and not term.isdigit():
        if len(term) >= HEAD:
            found.append((f"{term[:HEAD]}-", PART))
        if len(term) >= TAIL:
            found.append((f"-{term[-TAIL:]}", PART))
    return tuple(found)


@dataclass(frozen=True)
class Wording:
    """A topic's words: each stem with a word it came from, and its title and whole text as vectors."""

    title: Mapping[str, str]
    whole: Mapping[str, str]
    # The title's stems that say something, in the order of the alphabet; all of them where none does.
    plain: str
    numbers: frozenset[str]
    title_vector: Mapping[str, float]
    whole_vector: Mapping[str, float]


# In the whole text the title's words count in full, those of the summary by this part.
IN_SUMMARY = 0.6


def wording(title: str, summary: str, body: str = "") -> Wording:
    """Read the words of a topic; their order does not matter, nor do capitals and accents.

    The name of its body says nothing of what it is about: its words hardly weigh.
    """
    known = {stem(word) for word, _typed in words_of(body)}
    named = _stems(words_of(title) or _every_word(title) or [(title, title)])
    told = {term: typed for term, typed in _stems(words_of(summary)).items() if term not in known}
    heavy = {term: min(weight(term), LIGHT if term in known else MOST) for term in named}
    rest = sorted((term for term in told if term not in named), key=lambda term: (-weight(term), term))[
        :MOST_TERMS
    ]
    whole = heavy | {term: IN_SUMMARY * weight(term) for term in rest}
    telling = sorted(term for term in named if term not in GENERIC | known) or sorted(named)
    return Wording(
        title=named,
        whole={**{term: told[term] for term in rest}, **named},
        plain=" ".join(telling),
        numbers=frozenset(term for term in named if term.isdigit()),
        title_vector=vector(heavy),
        whole_vector=vector(whole),
    )


def _stems(words: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give each stem with the word to show for it: the shortest one, then the first of the alphabet."""
    found: dict[str, str] = {}
    for word, typed in words:
        term = stem(word)
        found[term] = min(found.get(term, typed), typed, key=lambda each: (len(each), each))
    return found


def related(one: Wording, other: Wording) -> list[str]:
    """List the words of two titles that begin or end alike, each two with a dash between."""
    parts: dict[str, str] = {part: typed for term, typed in one.title.items() for part in _parts(term)}
    found = {
        tuple(sorted((parts[part], typed)))
        for term, typed in other.title.items()
        for part in _parts(term)
        if part in parts
    }
    return [" – ".join(two) for two in sorted(found)]


def _parts(term: str) -> list[str]:
    return [feature for feature, _ in _features(term) if feature != term]


# So many words of a title and of a summary are asked of the database, and of each so many letters.
MOST_ASKED, MOST_OF_SUMMARY, LETTERS = 10, 5, 4


def telling_parts(words: Wording) -> list[str]:
    """Give pieces of words of which a topic that is alike holds at least one in its folded text.

    Endings are left off: those are what `stem` changes.
    """
    titles = words.plain.split()[:MOST_ASKED]
    rest = [term for term in words.whole if term not in words.title and term not in GENERIC]
    rest.sort(key=lambda term: (-weight(term), term))
    asked = [*titles, *rest[:MOST_OF_SUMMARY]]
    tails = [term[-TAIL:] for term in asked if len(term) >= TAIL]
    return sorted({part[:LETTERS] for part in (*asked, *tails)})
