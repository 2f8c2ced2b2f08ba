"""Numbers that stay, and what differs between two versions: pure, so for any agenda whatever."""

from __future__ import annotations

import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agenda.meetings.agenda_numbers import base_of, late_number, numbers_in_order, printed_order
from agenda.meetings.version_rules import Part, What, compare, keyed, word_by_word


def row(key: int, title: str = "Warmterotonde", **other: Any) -> dict[str, Any]:
    """Give one item as a version keeps it."""
    return {
        "id": key,
        "number": str(key),
        "kind": "topic",
        "title": title,
        "minutes": 20,
        "topic_id": key,
        "purpose": "inform",
        "treatment": "discussion",
        "requested_decision": "",
        "closed": False,
        "confidential": False,
        "lead": "",
        "guests": [],
        "papers": [],
        "withdrawn_at": None,
        **other,
    }


def agenda(*rows: dict[str, Any], **other: Any) -> dict[str, Any]:
    """Give a version with these items."""
    facts = {"title": "GCO", "starts_at": None, "minutes": 120, "host": "", "venue": "", "papers": []}
    return {**facts, "items": list(rows), **other}


@given(st.integers(0, 40), st.lists(st.integers(0, 100), max_size=60))
def test_late_items_get_numbers_of_their_own_and_stand_in_the_order_of_the_numbers(
    items: int, places: list[int]
) -> None:
    agenda = numbers_in_order(items)
    printed = list(agenda)
    for place in places:
        at = place % (len(agenda) + 1)
        before = agenda[at - 1] if at else ""
        # As agenda_late does it: after what came late at that place before.
        while at < len(agenda) and base_of(agenda[at]) == base_of(before):
            at += 1
        agenda.insert(at, late_number(before, set(agenda)))
    assert len(set(agenda)) == len(agenda)
    assert sorted(agenda, key=printed_order) == agenda
    assert [number for number in agenda if number.isdigit()] == printed


def test_letters_go_on_after_z() -> None:
    taken: set[str] = {"3"}
    given_out = []
    for _ in range(30):
        given_out.append(late_number("3", taken))
        taken.add(given_out[-1])
    assert given_out[:2] == ["3a", "3b"]
    assert given_out[24:28] == ["3y", "3z", "3aa", "3ab"]
    assert late_number("3ab", taken) == "3ae"
    assert late_number("", set()) == "0a"


words = st.text(alphabet="ab \n.é", max_size=60)


@given(words, words)
def test_the_pieces_of_a_comparison_are_both_texts_again(before: str, after: str) -> None:
    parts = word_by_word(before, after)
    assert "".join(text for part, text in parts if part is not Part.NEW) == before
    assert "".join(text for part, text in parts if part is not Part.GONE) == after


def test_a_changed_word_is_shown_alone() -> None:
    parts = word_by_word("In te stemmen met het plan van Zoë.", "In te stemmen met het voorstel van Zoë.")
    assert parts == [
        (Part.SAME, "In te stemmen met het "),
        (Part.GONE, "plan "),
        (Part.NEW, "voorstel "),
        (Part.SAME, "van Zoë."),
    ]


def test_texts_of_five_thousand_characters_are_compared_at_once() -> None:
    began = time.monotonic()
    many = " ".join(f"woord{n}" for n in range(600))[:5000]
    assert word_by_word(many, many.replace("woord300", "anders"))[1] == (Part.GONE, "woord300 ")
    # The same two words over and over: shown whole, for comparing them takes for ever.
    assert len(word_by_word("ja nee " * 700, "nee ja nee " * 450)) == 2
    assert time.monotonic() - began < 3


@given(st.lists(st.integers(1, 12), unique=True), st.randoms())
def test_an_agenda_that_is_only_put_in_another_order_has_moved_items_and_nothing_else(
    keys: list[int], random: Any
) -> None:
    other = list(keys)
    random.shuffle(other)
    found = compare(agenda(*map(row, keys)), agenda(*map(row, other)))
    assert {what for change in found.items for what in change.what} <= {What.MOVED}
    assert bool(found) == (keys != other)
    moved = {change.row["id"] for change in found.items}
    # Those that did not move stand in the same order in both.
    assert [key for key in keys if key not in moved] == [key for key in other if key not in moved]


def test_all_that_can_differ_is_told() -> None:
    old = agenda(row(1), row(2), row(3, "Weg"), row(4), venue="Leiden", starts_at="2019-02-14T14:30:00+00:00")
    new = agenda(
        row(4),
        row(1, minutes=30, requested_decision="Instemmen"),
        row(2, minutes=0, withdrawn_at="2019-02-01T08:00:00+00:00"),
        row(5, "Spoed", number="2a"),
        venue="Zoeterwoude",
        starts_at="2019-02-21T14:30:00+00:00",
    )
    found = compare(old, new)
    assert [change.name for change in found.meeting] == ["starts_at", "venue"]
    told = {change.row["id"]: (change.what, [one.name for one in change.fields]) for change in found.items}
    assert told == {
        4: ((What.MOVED,), []),
        1: ((What.CHANGED,), ["minutes", "requested_decision"]),
        2: ((What.WITHDRAWN,), []),
        5: ((What.ADDED,), []),
        3: ((What.REMOVED,), []),
    }
    assert not compare(new, new)


def test_a_topic_that_stands_there_twice_is_two_items() -> None:
    twice = [row(1, topic_id=9, withdrawn_at="x"), row(2, topic_id=9)]
    assert len(keyed(twice)) == 2
    found = compare(agenda(twice[0]), agenda(*twice))
    assert [change.what for change in found.items] == [(What.ADDED,)]
