"""What makes two topics alike, whatever order they come in."""

from __future__ import annotations

import random
import tomllib
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agenda.topics.likeness_pairs import find_pairs, find_twins
from agenda.topics.likeness_rules import (
    ALIKE,
    Described,
    Likeness,
    as_judged,
    changed_materially,
    likeness,
)
from agenda.topics.likeness_terms import stem, telling_parts, wording
from agenda.topics.model import folded

PAIRS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "pairs.toml").read_text(encoding="utf-8")
)["pairs"]
WORDS = st.sampled_from(
    "warmtenet warmtetransitie studentenhuisvesting huisvesting van de regio Zoë één 2019 2020 onderwijs "
    "internationaal bereikbaarheid woningen woning wonen Economie071 voortgang res".split()
)
TEXTS = st.lists(WORDS, max_size=9).map(" ".join) | st.text(max_size=60)


def topic(title: str, summary: str = "", number: int = 1, **more: Any) -> Described:
    return Described(number, number, wording(title, summary), **more)


TOPICS = st.builds(
    topic,
    title=TEXTS,
    summary=TEXTS,
    number=st.integers(1, 10_000),
    people=st.frozensets(st.integers(1, 5), max_size=4),
    lead_id=st.none() | st.integers(1, 3),
    focus_area_id=st.none() | st.integers(1, 7),
    deadline=st.none() | st.dates(date(2018, 12, 1), date(2020, 3, 1)),
)


def score(one: str, other: str) -> float:
    return likeness(topic(one), topic(other, number=2)).score


def quality(which: str) -> tuple[float, float]:
    judged = [
        (pair["alike"], likeness(topic(*pair["one"]), topic(*pair["other"], 2)).score >= ALIKE)
        for pair in PAIRS
        if pair["set"] == which
    ]
    right = sum(alike and found for alike, found in judged)
    return right / sum(found for _, found in judged), right / sum(alike for alike, _ in judged)


@pytest.mark.parametrize(("which", "precision", "recall"), [("chosen", 0.95, 0.9), ("held", 0.85, 0.9)])
def test_most_pairs_that_a_reader_calls_alike_are_found_and_few_others(
    which: str, precision: float, recall: float
) -> None:
    found = quality(which)
    assert found[0] >= precision
    assert found[1] >= recall


def test_there_are_enough_judged_pairs_of_both_sorts() -> None:
    assert len(PAIRS) >= 50
    assert {(pair["set"], pair["alike"]) for pair in PAIRS} == {
        (which, alike) for which in ("chosen", "held") for alike in (True, False)
    }


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(one=TOPICS, other=TOPICS)
def test_which_of_the_two_comes_first_makes_no_difference(one: Described, other: Described) -> None:
    found = likeness(one, other)
    assert found == likeness(other, one)
    assert 0 <= found.score <= 1


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(title=TEXTS, summary=TEXTS, chance=st.randoms(use_true_random=False), other=TOPICS)
def test_the_order_of_words_makes_no_difference(
    title: str, summary: str, chance: random.Random, other: Described
) -> None:
    shuffled = title.split()
    chance.shuffle(shuffled)
    one, same = topic(" ".join(title.split()), summary), topic(" ".join(shuffled), summary)
    assert likeness(one, other) == likeness(same, other)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(title=TEXTS, summary=TEXTS)
def test_a_topic_is_wholly_like_another_of_the_same_title(title: str, summary: str) -> None:
    found = likeness(topic(title), topic(title, summary, 2))
    assert (found.score, found.same_title) == (1.0, True)


def test_capitals_and_accents_make_no_difference_and_names_stay_as_typed() -> None:
    found = likeness(topic("Bezoek aan ZOË van der Ven"), topic("bezoek aan Zoe van der Ven", number=2))
    assert found.same_title
    shown = likeness(topic("Geïsoleerde dorpen"), topic("Geïsoleerde dorpskernen: geïsoleerde", number=2))
    assert "geïsoleerde" in shown.words


def test_a_title_of_stop_words_or_signs_alone_is_found_too() -> None:
    for title in ("Wat nu?", "!!!", "Voortgang", "A"):
        assert score(title, title) == 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Studentenhuisvesting", "Huisvesting van studenten"),
        ("Warmtenet", "Warmtenetten"),
        ("Internationaal onderwijs", "Onderwijs: internationaal"),
        ("Studentenhuisvesting in Leiden", "Studentenhuisvestng"),
        ("Inkoop jeugdhulp 2020", "Jeugdhulp inkopen vanaf 2020"),
    ],
)
def test_compounds_plurals_and_slips_of_the_pen_are_seen_through(one: str, other: str) -> None:
    assert score(one, other) >= ALIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Voortgang regionale samenwerking", "Stand van zaken regionale samenwerking wonen"),
        ("Begroting 2019", "Begroting 2020"),
        ("Jaarverslag 2017 omgevingsdienst", "Jaarverslag 2018 omgevingsdienst"),
        ("Zorg", "Zorgvuldig water"),
    ],
)
def test_what_every_topic_could_say_and_other_years_make_no_two_alike(one: str, other: str) -> None:
    assert score(one, other) < ALIKE


def test_people_and_seasons_alone_make_no_two_topics_alike() -> None:
    same = {"people": frozenset({1, 2}), "lead_id": 1, "focus_area_id": 3, "deadline": date(2020, 2, 29)}
    found = likeness(topic("Warmtenet", **same), topic("Leegstand", number=2, **same))
    assert found.score < 0.1
    assert (found.same_lead, found.same_focus, found.same_period) == (True, True, True)


def test_people_and_seasons_bring_topics_that_share_words_nearer() -> None:
    one, other = topic("Bereikbaarheid per spoor"), topic("Digitale bereikbaarheid van het spoor", number=2)
    alone = likeness(one, other)
    led = likeness(replace(one, lead_id=4), replace(other, lead_id=4))
    season = likeness(replace(one, deadline=date(2020, 2, 29)), replace(other, deadline=date(2019, 11, 29)))
    assert alone.score < season.score < led.score
    far = likeness(replace(one, deadline=date(2020, 2, 29)), replace(other, deadline=date(2019, 11, 28)))
    assert far == alone


def test_at_most_four_words_are_named_what_says_most_first() -> None:
    told = (
        "Warmtenet, studentenhuisvesting, energiestrategie, klimaatadaptatie en laaggeletterdheid in de regio"
    )
    found = likeness(topic(told), topic(told + " nu", number=2))
    assert len(found.words) == 4
    assert "regio" not in found.words


def test_related_words_are_named_where_none_is_the_same() -> None:
    found = likeness(topic("Studentenhuisvesting"), topic("Huisvesting van studenten", number=2))
    assert "huisvesting – studentenhuisvesting" in found.words


def test_the_name_of_its_body_says_little_of_a_topic() -> None:
    def of(title: str, body: str) -> Described:
        return Described(len(title), 1, wording(title, "", body))

    titles = "Werkplan Economie071", "Halfjaarbericht Economie071"
    assert likeness(*(of(title, "Overleg Economie071") for title in titles)).score < ALIKE
    assert likeness(*(of(title, "Portefeuillehouders") for title in titles)).score >= ALIKE


def test_texts_of_5000_characters_are_compared_by_what_they_say_most() -> None:
    long = " ".join(f"woord{number}straat" for number in range(400))[:5_000]
    found = likeness(topic("Warmtenet", long), topic("Restwarmte", long[::-1], 2))
    assert found.score < ALIKE
    assert likeness(topic("Warmtenet", long), topic("Iets anders", long, 2)).score >= ALIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [("woningen", "woning"), ("school", "scholen"), ("netten", "net"), ("duurzaamheid", "duurzaam")],
)
def test_endings_are_taken_off(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_a_judgement_holds_until_a_text_says_something_else() -> None:
    before = as_judged(wording("Warmtenet in de regio", "Restwarmte uit de haven voor vijf gemeenten."))
    for title, summary, changed in (
        ("Warmtenet in de regio", "Restwarmte uit de haven voor vijf gemeenten.", False),
        ("Het WARMTENET in onze regio", "Restwarmte uit de haven, voor de vijf gemeenten!", False),
        ("Warmtenet in de regio", "Glasvezel, laadpalen en fietsenstallingen langs het spoor.", True),
        ("Studentenhuisvesting", "Restwarmte uit de haven voor vijf gemeenten.", True),
    ):
        assert changed_materially(before, wording(title, summary)) is changed, (title, summary)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(topics=st.lists(TOPICS, min_size=2, max_size=40, unique_by=lambda one: one.id))
def test_looking_only_where_words_are_shared_loses_no_pair(topics: list[Described]) -> None:
    found = {(pair.low.id, pair.high.id): pair.likeness for pair in find_pairs(topics)}
    every: dict[tuple[int, int], Likeness] = {}
    for one, other in combinations(sorted(topics, key=lambda each: each.id), 2):
        if (alike := likeness(one, other)).score >= ALIKE:
            every[one.id, other.id] = alike
    assert found == every


def test_the_most_alike_pair_comes_first_and_a_topic_is_no_twin_of_itself() -> None:
    topics = [
        topic("Warmtenet", number=3),
        topic("Aanleg van een warmtenet", number=1),
        topic("Warmtenet", number=2),
        topic("Leegstand", number=4),
    ]
    found = find_pairs(topics)
    assert (found[0].low.id, found[0].high.id) == (2, 3)
    twins = find_twins(topics[0], topics)
    assert [(pair.low.id, pair.high.id) for pair in twins] == [(2, 3), (1, 3)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pair=st.sampled_from([pair for pair in PAIRS if pair["alike"]]))
def test_what_the_database_is_asked_for_stands_in_the_text_of_a_topic_that_is_alike(
    pair: dict[str, Any],
) -> None:
    for one, other in ((pair["one"], pair["other"]), (pair["other"], pair["one"])):
        parts, text = telling_parts(wording(*one)), folded(" ".join(other))
        assert any(part in text for part in parts)
