"""What stands between braces in a standard text is filled in or refused, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.problems import Invalid
from agenda.meetings.standard_text_model import TextPlace
from agenda.meetings.standard_text_rules import (
    BLANKS,
    IN_PAPERS,
    LONGEST_NAME,
    LONGEST_TEXT,
    NAMES,
    Words,
    check_words,
    filled,
    places_of,
    unknown_placeholders,
)
from agenda.meetings.standard_text_usual import USUAL_TEXTS
from agenda.publications import text_rules

PLAIN = st.text(alphabet=st.characters(blacklist_characters="{}", blacklist_categories=["Cs"]))
FACTS = st.fixed_dictionaries(dict.fromkeys(BLANKS["nl"], st.text(min_size=1)))
KNOWN = st.sampled_from(sorted(NAMES))


@given(st.lists(st.one_of(PLAIN, KNOWN.map(lambda name: f"{{{name}}}"))), FACTS)
def test_every_placeholder_is_filled_and_the_words_around_it_stay(
    parts: list[str], facts: dict[str, str]
) -> None:
    text = "".join(parts)
    expected = "".join(facts[NAMES[part[1:-1]]] if part[:1] == "{" else part for part in parts)
    assert unknown_placeholders(text) == []
    assert filled(text, facts, "nl") == expected


@given(PLAIN, FACTS)
def test_a_text_without_braces_stays_as_it_is(text: str, facts: dict[str, str]) -> None:
    assert filled(text, facts, "en") == text


@given(st.text(), FACTS)
def test_a_brace_that_is_written_twice_stays_one_and_fills_nothing(text: str, facts: dict[str, str]) -> None:
    doubled = text.replace("{", "{{").replace("}", "}}")
    assert unknown_placeholders(doubled) == []
    assert filled(doubled, facts, "nl") == text


@given(PLAIN, st.text(alphabet=st.characters(categories=["L"]), min_size=1, max_size=40), PLAIN)
def test_what_means_nothing_is_named_and_never_kept(before: str, name: str, after: str) -> None:
    text = f"{before}{{{name}}}{after}"
    if name.lower() in NAMES:
        return
    assert unknown_placeholders(text) == [name]
    with pytest.raises(Invalid) as refused:
        check_words(Words("Naam", text[:LONGEST_TEXT], (TextPlace.DECISION,)))
    assert refused.value.facts["names"] == f"{{{name}}}"


@given(st.text(), st.sampled_from(["nl", "en"]))
def test_filling_never_fails_whatever_was_kept(text: str, language: str) -> None:
    assert isinstance(filled(text, {}, language), str)


def test_a_fact_is_not_looked_at_again_and_one_that_is_missing_shows_as_a_blank() -> None:
    assert (
        filled("{Onderwerp} op { datum }", {"topic": "{plaats}", "date": ""}, "nl") == "{plaats} op [datum]"
    )
    assert filled("{topic}, {meeting}", {}, "en") == "[topic], [meeting]"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (Words("", "Tekst", (TextPlace.ITEM,)), "standard_text_name_missing"),
        (Words("Naam", "", (TextPlace.ITEM,)), "standard_text_empty"),
        (Words("Naam", "Tekst", ()), "standard_text_place_missing"),
        (Words("Naam", "x" * (LONGEST_TEXT + 1), (TextPlace.ITEM,)), "standard_text_too_long"),
        (Words("x" * (LONGEST_NAME + 1), "Tekst", (TextPlace.ITEM,)), "standard_text_too_long"),
    ],
)
def test_words_that_cannot_be_are_refused(words: Words, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        check_words(words)


def test_the_usual_texts_can_be_kept_and_each_place_has_one() -> None:
    for words in USUAL_TEXTS:
        check_words(words)
    assert {place for words in USUAL_TEXTS for place in words.places} == set(TextPlace)


def test_in_own_words_of_papers_only_placeholders_come_that_papers_know() -> None:
    text = filled("{datum} {overleg} {plaats} {onderwerp}", IN_PAPERS, "nl")
    assert text == "{datum} {gremium} {plaats} [onderwerp]"
    assert text_rules.unknown_placeholders(text) == []


def test_places_come_in_their_usual_order_and_what_is_none_is_left_out() -> None:
    assert places_of(["remarks", "item", "item", "elders"]) == (TextPlace.ITEM, TextPlace.REMARKS)
