"""The words of papers: placeholders, paragraphs, hostile texts, times at which the clock changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.publications.model import PaperKind, Place
from agenda.publications.papers import fingerprint
from agenda.publications.rendering import render
from agenda.publications.text_rules import NAMES, filled, paragraphs, unknown_placeholders
from agenda.publications.usual_texts import USUAL
from tests.publications.samples import AGENDA, GUEST, HEAD, HOSTILE, MADE, RECORD, SAMPLES, page


@given(st.text(max_size=200))
def test_a_text_without_placeholders_stays_as_it_is(text: str) -> None:
    without = text.replace("{", "(").replace("}", ")")
    assert filled(without, {"body": "X"}) == without
    assert unknown_placeholders(without) == []


@given(st.text(max_size=80), st.sampled_from(sorted(NAMES)))
def test_what_a_value_holds_is_never_filled_in_again(value: str, name: str) -> None:
    values = dict.fromkeys(NAMES.values(), value)
    assert filled(f"Op {{{name}}}.", values) == f"Op {value}."


def test_both_languages_name_the_same_and_capitals_do_not_matter() -> None:
    values = {"date": "14 februari", "body": "Overleg"}
    assert filled("{datum} {DATE} { gremium } {body}", values) == "14 februari 14 februari Overleg Overleg"


def test_what_means_nothing_is_named_once_and_code_is_no_placeholder() -> None:
    assert unknown_placeholders("{onzin} {datum} {onzin} {{ 7*7 }} {%x%}") == ["onzin", " 7*7 ", "%x%"]


@pytest.mark.parametrize("language", USUAL)
def test_the_usual_words_use_only_known_placeholders(language: str) -> None:
    assert [unknown_placeholders(text) for text in USUAL[language].values()] == [[], []]


@given(st.lists(st.text(alphabet="ab \n", min_size=1, max_size=10), max_size=5))
def test_paragraphs_lose_no_letter(parts: list[str]) -> None:
    text = "\n\n".join(parts)
    assert "".join(paragraphs(text)).replace("\n", "").replace(" ", "") == text.replace("\n", "").replace(
        " ", ""
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_what_people_write_is_shown_and_never_obeyed(name: str) -> None:
    html = page(name)[0]
    assert "<script" not in html
    assert '<img src="http' not in html
    if name.startswith(("agenda", "decision", "minutes")):
        assert "&lt;script&gt;" in html


def test_own_words_are_no_template_and_no_markup() -> None:
    texts = {Place.INTRODUCTION: "{{ 7*7 }} {% if 1 %}<b>vet</b>\n\n{datum} " + HOSTILE}
    html = render(PaperKind.AGENDA, AGENDA, texts, "nl", MADE).html
    assert "{{ 7*7 }} {% if 1 %}&lt;b&gt;vet&lt;/b&gt;" in html
    assert "donderdag 14 februari 2019 &lt;script&gt;" in html


def test_an_invitation_greets_its_guest_by_name() -> None:
    html = render(PaperKind.GUEST_INVITATION, GUEST, {Place.INTRODUCTION: "Geachte {naam},"}, "nl", MADE).html
    assert "Geachte Van der Ven, Zoë," in html


@pytest.mark.parametrize(
    ("starts", "printed"),
    [("2019-03-31T00:30:00+00:00", "01.30 – 03.30 uur"), ("2019-10-27T00:30:00+00:00", "02.30 – 02.30 uur")],
)
def test_across_a_clock_change_the_hours_are_those_on_the_wall(starts: str, printed: str) -> None:
    begins = datetime.fromisoformat(starts)
    head = replace(HEAD, starts_at=begins, ends_at=begins + timedelta(hours=1))
    html = render(PaperKind.AGENDA, replace(AGENDA, head=head, items=()), {}, "nl", MADE).html
    assert printed in html


def test_a_paper_is_another_one_as_soon_as_it_says_something_else() -> None:
    known = fingerprint(RECORD, {}, "nl")
    assert known == fingerprint(replace(RECORD), {}, "nl")
    assert known != fingerprint(replace(RECORD, withheld=2), {}, "nl")
    assert known != fingerprint(RECORD, {Place.FOOTER: "x"}, "nl")
    assert known != fingerprint(RECORD, {}, "en")
