"""How well topics of like wording are found, and how long that takes among 500 and 5 000 of them.

Run: python -m benchmarks.likeness. Prints precision and recall on pairs that a reader judged
(tests/topics/likeness/pairs.toml), then the seconds beside those of comparing each topic with every other.
"""

from __future__ import annotations

import random
import time
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

from agenda.topics.likeness_pairs import Pair, find_pairs
from agenda.topics.likeness_rules import ALIKE, Described, likeness
from agenda.topics.likeness_terms import wording

PAIRS = Path(__file__).resolve().parent.parent / "tests" / "topics" / "likeness" / "pairs.toml"
SIZES = (500, 5_000)
# Comparing all of 5 000 takes minutes: measured on so many pairs, and reckoned from there.
SAMPLE = 20_000
BODIES = 12
FIRST = """
    warmte energie fiets school woning jeugd zorg water natuur afval bedrijven winkel haven spoor markt
    brand dorps stads wijk buurt groen klimaat riool weg brug parkeer sport zwem cultuur muziek
    bibliotheek museum archief belasting personeels inkoop data privacy crisis politie vergunning bouw
    sloop monument akker weide kust duin polder dijk sluis boezem meetnet zonne wind gas stroom laad
    deel auto bus trein tram lucht geluid bodem asbest toeristen camping jachthaven horeca evenementen
    kermis begraafplaats dieren honden bomen
""".split()
SECOND = """
    plan netwerk fonds loket agenda akkoord heffing verordening visie route station terrein centrum
    bureau dienst raad commissie project proef onderzoek monitor kaart register subsidie tarief contract
    aanbesteding beheer onderhoud aanleg sluiting verhuizing opvang begeleiding opleiding stage campagne
    keurmerk platform convenant samenloop veiligheid toezicht handhaving storing uitbreiding vervanging
    verkoop verhuur
""".split()


def judged() -> list[dict[str, Any]]:
    """Read the pairs that a reader judged."""
    pairs: list[dict[str, Any]] = tomllib.loads(PAIRS.read_text(encoding="utf-8"))["pairs"]
    return pairs


def is_found(pair: dict[str, Any]) -> bool:
    """Tell whether the two topics of a pair are called alike, by their words alone."""
    one, other = (Described(n, n, wording(*pair[side])) for n, side in enumerate(("one", "other"), 1))
    return likeness(one, other).score >= ALIKE


def quality(pairs: list[dict[str, Any]]) -> tuple[float, float]:
    """Give precision and recall on these pairs."""
    right = sum(pair["alike"] and is_found(pair) for pair in pairs)
    found, wanted = sum(map(is_found, pairs)), sum(pair["alike"] for pair in pairs)
    return right / found, right / wanted


def region(size: int) -> list[tuple[str, str]]:
    """Give titles and summaries of Dutch compounds, always the same; one in fifty is written twice."""
    chance = random.Random(size)
    compounds = [f"{first}{second}" for first in FIRST for second in SECOND]
    common = [word for pair in judged() for side in ("one", "other") for word in pair[side][1].split()]
    made: list[tuple[str, str]] = []
    for number in range(size):
        if number % 50 == 49:
            title, summary = made[chance.randrange(len(made))]
            made.append((f"Vervolg: {title.lower()}", summary))
            continue
        words = chance.sample(compounds, chance.randint(1, 3)) + chance.sample(common, chance.randint(0, 2))
        chance.shuffle(words)
        rest = chance.sample(compounds, chance.randint(0, 6)) + chance.sample(common, chance.randint(0, 20))
        made.append((" ".join(words), " ".join(rest)))
    return made


def described(texts: list[tuple[str, str]]) -> list[Described]:
    """Read the words of every topic, and give each a body, people and a deadline."""
    return [
        Described(
            id=number,
            body_id=number % BODIES,
            words=wording(title, summary),
            people=frozenset({number % 40, number % 67}),
            lead_id=number % 40,
            focus_area_id=number % 7,
            deadline=date(2019, 1, 1) + timedelta(days=number % 365),
        )
        for number, (title, summary) in enumerate(texts)
    ]


def every_pair(topics: list[Described]) -> list[Pair]:
    """Compare each topic with every other."""
    made = (Pair(one, other, likeness(one, other)) for one, other in combinations(topics, 2))
    return [pair for pair in made if pair.likeness.score >= ALIKE]


def numbers(pair: Pair) -> frozenset[int]:
    """Name a pair, whichever comes first."""
    return frozenset({pair.low.id, pair.high.id})


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Do the work once; the seconds and what came of it."""
    begin = time.perf_counter()
    done = work()
    return time.perf_counter() - begin, done


def main() -> None:
    """Print both tables."""
    print(f"{'judged pairs':20} {'number':>7} {'precision':>10} {'recall':>7}")
    for name in ("chosen", "held"):
        pairs = [pair for pair in judged() if pair["set"] == name]
        precision, recall = quality(pairs)
        print(f"{name:20} {len(pairs):7} {precision:10.2f} {recall:7.2f}")
    print(f"\n{'topics':>7} {'reading':>8} {'pairs':>7} {'found':>6} {'all pairs':>10} {'times':>6} missed")
    for size in SIZES:
        texts = region(size)
        reading, topics = seconds(lambda t=texts: described(t))  # type: ignore[misc]
        spent, found = seconds(lambda t=topics: find_pairs(t))  # type: ignore[misc]
        some = topics if size <= SIZES[0] else random.Random(1).sample(topics, int((2 * SAMPLE) ** 0.5))
        measured, every = seconds(lambda s=some: every_pair(s))  # type: ignore[misc]
        whole = measured * (size * (size - 1)) / (len(some) * (len(some) - 1))
        missed = len({numbers(pair) for pair in every} - {numbers(pair) for pair in found})
        told = f"{size:7} {reading:7.2f}s {spent:6.2f}s {len(found):6} {whole:9.1f}s"
        print(f"{told} {whole / (reading + spent):6.0f} {missed:7}")


if __name__ == "__main__":
    main()
