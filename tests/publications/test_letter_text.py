"""The text of a council letter follows from its facts, and from nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.problems import Invalid
from agenda.publications.letter_composing import composed, next_meeting
from agenda.publications.letter_model import Section
from agenda.publications.letter_ratified import ratified
from agenda.publications.letter_rules import (
    DecisionFacts,
    LetterFacts,
    NextMeeting,
    PromiseFacts,
    Ratified,
    blocks,
    bullets,
    is_role_name,
    is_title,
    reference,
)

FIVE = ("Leiden", "Leiderdorp", "Oegstgeest", "Voorschoten", "Zoeterwoude")
FACTS = LetterFacts(
    language="nl",
    body="Gezamenlijk collegeoverleg",
    members=FIVE,
    met_on=date(2018, 12, 13),
    met_in="Leiden",
    focus_areas=("Wonen en groen", "Economie"),
    found=("De onderwerpen passen goed.",),
    decisions=(DecisionFacts("We doen het."),),
    promises=(PromiseFacts("De raden informeren.", date(2019, 2, 28)),),
    next_meeting=NextMeeting("Zoeterwoude", window=(date(2019, 1, 1), date(2019, 3, 31))),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def text_of(facts: LetterFacts, section: Section) -> str:
    return next(part.text for part in composed(facts) if part.section is section)


def test_the_next_meeting_is_told_by_its_window_until_it_has_a_date() -> None:
    without = FACTS.next_meeting or NextMeeting()
    assert next_meeting(without, 5, "nl") == (
        "De colleges van de vijf gemeenten komen weer samen in Zoeterwoude op een datum in het eerste "
        "kwartaal van 2019."
    )
    dated = replace(without, day=date(2019, 2, 14))
    assert next_meeting(dated, 5, "nl").endswith("in Zoeterwoude op 14 februari 2019.")
    assert next_meeting(without, 5, "en").endswith("in Zoeterwoude on a date in the first quarter of 2019.")
    assert next_meeting(NextMeeting(), 1, "nl") == "De colleges komen weer samen op een nog te bepalen datum."
    one_day = replace(without, window=(date(2019, 2, 14), date(2019, 2, 14)))
    assert "op 14 februari 2019" in next_meeting(one_day, 5, "nl")
    assert "op een datum op" not in next_meeting(one_day, 5, "nl")


def test_a_promise_tells_its_day_only_when_the_clerk_wants_that() -> None:
    assert "De raden informeren (uiterlijk in februari 2019)." in text_of(FACTS, Section.NEXT)
    silent = replace(FACTS, tells_promised_days=False)
    assert "2019" not in text_of(replace(silent, next_meeting=None), Section.NEXT)


RATIFIED = [
    (Ratified(5, 3), "Drie van de vijf colleges hebben dit bekrachtigd."),
    (Ratified(5, 1), "Een van de vijf colleges heeft dit bekrachtigd."),
    (Ratified(5, 0), "Nog geen van de vijf colleges heeft dit bekrachtigd."),
    (Ratified(5, 5), "Alle vijf colleges hebben dit bekrachtigd."),
    (Ratified(1, 0), "Het college heeft dit nog niet bekrachtigd."),
    (Ratified(1, 1, councils=True), "De gemeenteraad heeft dit bekrachtigd."),
    (
        Ratified(5, 3, with_reservation=("Oegstgeest",), refused=("Leiden", "Voorschoten")),
        "Drie van de vijf colleges hebben dit bekrachtigd, waarvan Oegstgeest onder voorbehoud; Leiden en "
        "Voorschoten hebben dit niet bekrachtigd.",
    ),
    (Ratified(5, 4, councils=True), "Vier van de vijf gemeenteraden hebben dit bekrachtigd."),
]


@pytest.mark.parametrize(("state", "said"), RATIFIED)
def test_ratification_is_told_as_it_is(state: Ratified, said: str) -> None:
    assert ratified(state, "nl") == said
    assert "majority" not in ratified(state, "en")


def test_a_reservation_made_at_the_table_stands_with_its_decision() -> None:
    decision = DecisionFacts("We doen het.", reservations=("Leiden", "Oegstgeest"))
    said = text_of(replace(FACTS, decisions=(decision,)), Section.DECISIONS)
    assert said == "- We doen het. De colleges van Leiden en Oegstgeest maken hierbij een voorbehoud."


def test_a_section_without_facts_has_no_words() -> None:
    bare = LetterFacts("nl", "Overleg", (), None, "")
    empty = {part.section for part in composed(bare) if not part.text}
    assert empty == {Section.FOCUS_AREAS, Section.FOUND, Section.DECISIONS, Section.NEXT}


def test_the_heading_counts_the_focus_areas_in_words() -> None:
    seven = replace(FACTS, focus_areas=tuple("abcdefg"))
    headings = {part.section: part.heading for part in composed(seven)}
    assert headings[Section.FOCUS_AREAS] == "Verder werken op zeven speerpunten"
    assert headings[Section.NEXT] == "Hoe nu verder?"
    english = {part.section: part.heading for part in composed(replace(seven, language="en"))}
    assert english[Section.FOCUS_AREAS] == "Working on seven focus areas"


@given(st.lists(texts, max_size=6))
def test_a_decision_stays_one_item_whatever_was_typed_in_it(typed: list[str]) -> None:
    read = blocks(bullets(typed))
    assert all(block.is_list for block in read)
    items = [line for block in read for line in block.lines]
    assert len(items) <= len(typed)
    assert len(items) >= sum(any(sign.isalnum() for sign in text) for text in typed)


@given(texts)
def test_no_word_is_lost_between_what_is_typed_and_what_is_read(typed: str) -> None:
    read = " ".join(line for block in blocks(typed) for line in block.lines)
    letters = [sign for sign in typed if sign.isalnum()]
    assert [sign for sign in read if sign.isalnum()] == letters


def test_paragraphs_and_lists_are_read_as_they_were_typed() -> None:
    read = blocks("Een zin\nop twee regels\n\n- eerst\n- dan\n\nTot slot")
    assert [(block.is_list, block.lines) for block in read] == [
        (False, ("Een zin", "op twee regels")),
        (True, ("eerst", "dan")),
        (False, ("Tot slot",)),
    ]


def test_a_reference_is_filled_in_and_an_unknown_place_refused() -> None:
    assert reference("Z/{jaar}/{maand}{dag}-{nummer}", date(2018, 12, 8), 42) == "Z/2018/1208-42"
    assert reference("", date(2018, 12, 8), 42) == ""
    for pattern in ("{naam}", "{", "}", "{jaar", "{nummer.__class__}", "{jaar}}"):
        with pytest.raises(Invalid):
            reference(pattern, date(2018, 12, 8), 42)


def test_a_role_account_gives_no_name_to_sign_with() -> None:
    assert is_title(" Burgemeester", "mayor")
    assert not is_title("Wethouder", "mayor")
    assert is_role_name("Gemeentesecretaris Leiden")
    assert not is_role_name("Van der Ven, Zoë")
