"""What may be entered, and how pressing it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.problems import Invalid
from agenda.topics import rules
from agenda.topics.model import TopicState
from agenda.topics.rules import Link, Particulars

PLAIN = Particulars(title="Warmterotonde")
LEAP_DAY = date(2020, 2, 29)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,<script>",
        "//kwaad.example",
        "https://",
        "ftp://bestanden.example",
        "https://bank.example@kwaad.example",
        "https:\\\\kwaad.example",
        "https://kwaad.example/\nregel",
        "https://[kapot",
        "https://host:poort/",
        "https://lang.example/" + "a" * 2_000,
    ],
)
def test_only_a_plain_web_address_may_be_a_link(url: str) -> None:
    assert not rules.is_web_address(url)
    with pytest.raises(Invalid, match="link_not_web"):
        rules.check(replace(PLAIN, links=(Link("Visie", url),)))


@pytest.mark.parametrize("url", ["https://www.leidseregio2027.nl/visie.pdf?a=1#b", "http://localhost:8000/"])
def test_a_web_address_may_be_a_link(url: str) -> None:
    assert rules.is_web_address(url)


def test_links_are_read_as_they_are_written() -> None:
    links = (Link("Visie op 2027", "https://a.example/b"), Link("kaart.example", "https://kaart.example"))
    assert rules.read_links(rules.written_links(links)) == links
    assert rules.read_links("https://kaart.example/x\n\n  ") == (
        Link("kaart.example", "https://kaart.example/x"),
    )


@given(st.text())
def test_reading_links_never_fails(text: str) -> None:
    for link in rules.read_links(text):
        assert link.url
        rules.is_web_address(link.url)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"title": "  "}, "title_missing"),
        ({"title": "a" * 201}, "title_too_long"),
        ({"summary": "a" * 5_001}, "text_too_long"),
        ({"minutes": 0}, "topic_length_impossible"),
        ({"minutes": 481}, "topic_length_impossible"),
        ({"priority": 6}, "priority_unknown"),
        ({"earliest": LEAP_DAY, "deadline": LEAP_DAY - timedelta(days=1)}, "deadline_before_earliest"),
    ],
)
def test_what_cannot_be_right_is_refused(changed: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid, match=code):
        rules.check(replace(PLAIN, **changed))


def test_a_text_of_exactly_five_thousand_signs_is_accepted() -> None:
    rules.check(replace(PLAIN, summary="é" * 5_000, earliest=LEAP_DAY, deadline=LEAP_DAY))


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2020, 2, 14), ""),
        (date(2020, 2, 15), "near"),
        (LEAP_DAY, "near"),
        (date(2020, 3, 1), "past"),
    ],
)
def test_a_deadline_on_a_leap_day_nears_and_passes(today: date, expected: str) -> None:
    assert rules.urgency(LEAP_DAY, TopicState.OPEN, today) == expected


def test_what_is_treated_is_never_late() -> None:
    assert rules.urgency(LEAP_DAY, TopicState.TREATED, date(2021, 1, 1)) == ""


@given(
    st.dictionaries(st.integers(1, 6), st.none() | st.integers(1, 6)), st.integers(1, 6), st.integers(1, 6)
)
def test_a_circle_is_found_exactly_when_one_comes_back_to_itself(
    before: dict[int, int | None], topic: int, predecessor: int
) -> None:
    reached, step = set(), predecessor
    while step is not None and step not in reached:
        reached.add(step)
        step = before.get(step)
    assert rules.makes_circle(before, topic, predecessor) == (topic in reached)
