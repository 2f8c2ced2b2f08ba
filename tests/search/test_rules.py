"""Reading a question, keeping words, and marking them: values in, values out."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.search.rules import LONGEST_WORD, MOST_INDEXED, MOST_TERMS, Term, indexed, question, words_of
from agenda.search.snippets import LENGTH, Marker
from agenda.topics.model import folded


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("Zoë", [Term(("zoe",))]),
        ("de warmte van het NET", [Term(("warmte",)), Term(("net",))]),
        ('"Zoë van der Ven" nota', [Term(("zoe", "van", "der", "ven"), phrase=True), Term(("nota",))]),
        ("„warmte net”", [Term(("warmte", "net"), phrase=True)]),
        ('"warmte', [Term(("warmte",))]),
        ('warmte"net', [Term(("warmte",)), Term(("net",))]),
        ("warmte-net", [Term(("warmte",)), Term(("net",))]),
        ("2018-12/4", [Term(("2018",)), Term(("12",)), Term(("4",))]),
        ("net net NET", [Term(("net",))]),
        ('"van de"', []),
        ("", []),
        ("!!! ** ((", []),
    ],
)
def test_what_is_typed_becomes_words_and_phrases(typed: str, terms: list[Term]) -> None:
    assert list(question(typed).terms) == terms


def test_a_question_of_words_that_stand_everywhere_says_so() -> None:
    assert question("de het een").only_usual
    assert question('"van de"').only_usual
    assert not question("").only_usual
    assert not question("de warmte").only_usual


@given(st.text(max_size=6_000))
def test_whatever_is_typed_is_a_short_question_of_plain_words(typed: str) -> None:
    asked = question(typed)
    assert len(asked.terms) <= MOST_TERMS
    for term in asked.terms:
        assert 1 <= len(term.words) <= MOST_TERMS
        assert all(word and len(word) <= LONGEST_WORD for word in term.words)
        assert all(word == folded(word) and word.isalnum() for word in term.words)


@given(st.text(max_size=400), st.text(max_size=40))
def test_a_marked_text_says_what_the_text_says_and_nothing_in_it_is_markup(text: str, typed: str) -> None:
    marked = Marker(question(typed).terms).marked(text)
    assert marked.replace("<mark>", "").replace("</mark>", "").unescape() == text
    assert "<" not in str(marked).replace("<mark>", "").replace("</mark>", "")


@given(st.lists(st.sampled_from(["warmte", "net", "Zoë", "é", "nota's", "<b>", "\n"]), max_size=300))
def test_a_snippet_is_short_and_holds_the_word_where_there_is_one(words: list[str]) -> None:
    text = " ".join(words)
    marker = Marker(question("warm").terms)
    snippet = str(marker.snippet(text))
    assert ("<mark>warmte</mark>" in snippet) == ("warmte" in words)
    plain = snippet.replace("<mark>", "").replace("</mark>", "").replace("&lt;", "<").replace("&gt;", ">")
    assert len(plain.replace("&#39;", "'")) <= LENGTH + 50


def test_accents_make_no_difference_either_way() -> None:
    composed, apart = "Zoë Câmara", "Zoe\u0308 Ca\u0302mara"
    for typed in ("zoe camara", "Zoë CÂMARA", apart):
        for text in (composed, apart, "ZOE CAMARA"):
            assert str(Marker(question(typed).terms).marked(text)).count("<mark>") == 2, (typed, text)


def test_the_part_with_most_of_the_words_is_shown() -> None:
    text = "warmte. " + "x " * 400 + "het net geeft warmte aan de stad " + "y " * 400
    snippet = str(Marker(question("warmte net").terms).snippet(text))
    assert "<mark>net</mark> geeft <mark>warmte</mark> aan de stad" in snippet
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")


def test_a_phrase_is_marked_as_a_whole_and_a_plural_finds_the_singular() -> None:
    assert (
        str(Marker(question('"warmte net"').terms).marked("warmte, warmte-net en net"))
        == "warmte, <mark>warmte-net</mark> en net"
    )
    assert "<mark>besluit</mark>" in str(Marker(question("besluiten").terms).marked("een besluit"))


def test_a_text_of_nothing_but_different_words_is_kept_as_far_as_a_database_takes_it() -> None:
    text = " ".join(f"woord{number}" for number in range(300_000))
    kept = indexed(text)
    assert kept.startswith("woord0 woord1 ")
    assert len(kept) < MOST_INDEXED
    usual = "warmte " * 200_000
    assert len(words_of(usual)) == len(indexed(usual).split())


def test_marking_a_long_text_that_almost_fits_takes_no_time() -> None:
    marker = Marker(question('"' + "a " * 12 + '" ' + "aaaa " * 10).terms)
    begin = time.process_time()
    marker.snippet("a " * 100_000)
    marker.snippet("aaa-" * 50_000)
    assert time.process_time() - begin < 3
