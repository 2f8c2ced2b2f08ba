"""The frame of an agenda keeps its opening first and its closing last, whatever is done with it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agenda.meetings.agenda_backlog import split
from agenda.meetings.model import AgendaItem, Beside, ItemKind
from agenda.meetings.template_forms import pressed
from agenda.meetings.template_rules import (
    MOST_ITEMS,
    USUAL_FRAME,
    FrameItem,
    as_rows,
    frame_of,
    from_rows,
    moved,
    sided,
)

ITEMS = st.builds(
    FrameItem,
    kind=st.sampled_from(ItemKind),
    title=st.text(min_size=1, max_size=20),
    minutes=st.integers(0, 480),
    beside=st.none() | st.sampled_from(Beside),
)
PRESSES = st.tuples(st.sampled_from(["up", "down", "remove", "add", "²", ""]), st.integers(-3, 40))


@given(st.lists(ITEMS, max_size=MOST_ITEMS))
def test_a_frame_has_one_opening_first_and_one_closing_last(items: list[FrameItem]) -> None:
    frame = sided(items)
    assert frame[0].kind is ItemKind.OPENING
    assert frame[-1].kind is ItemKind.CLOSING
    assert sum(one.kind in (ItemKind.OPENING, ItemKind.CLOSING) for one in frame) == 2
    sides = [one.beside for one in frame]
    assert sides == sorted(sides, key=[Beside.BEFORE, Beside.AFTER].index)
    assert sided(frame) == frame
    assert from_rows(as_rows(frame)) == frame


@given(st.lists(ITEMS, max_size=12), st.lists(PRESSES, max_size=12))
def test_whatever_is_pressed_the_rows_stay_a_frame(
    items: list[FrameItem], presses: list[tuple[str, int]]
) -> None:
    rows = sided(items)
    for verb, number in presses:
        rows, focus = pressed(f"{verb}-{number}", rows)
        assert rows == sided(rows)
        assert 0 <= focus < len(rows)


@given(st.lists(ITEMS, max_size=12), st.integers(0, 20))
def test_a_move_down_is_taken_back_by_a_move_up(items: list[FrameItem], place: int) -> None:
    rows = sided(items)
    lower, focus = pressed(f"down-{place}", rows)
    if lower != rows:
        assert pressed(f"up-{focus}", lower)[0] == rows


def test_an_item_at_the_edge_crosses_the_topics_and_stays_in_its_place() -> None:
    rows = sided(USUAL_FRAME)
    assert [one.beside for one in moved(rows, 1, 1)] == [Beside.BEFORE, *[Beside.AFTER] * 3]
    assert moved(rows, 0, 1) == rows
    assert moved(rows, 1, -1) == rows


def item(kind: ItemKind, title: str, **facts: object) -> AgendaItem:
    return AgendaItem(kind=kind, title=title, minutes=5, closed=False, confidential=False, **facts)


def test_the_frame_of_an_agenda_is_what_is_no_topic_on_the_side_where_it_stood() -> None:
    agenda = [
        item(ItemKind.OPENING, "Opening"),
        item(ItemKind.TOPIC, "Mededelingen"),
        item(ItemKind.TOPIC, "Warmterotonde", topic_id=4),
        item(ItemKind.TOPIC, "Stand van zaken"),
        item(ItemKind.TOPIC, "Personeel", topic_id=None, late_why="x"),
        item(ItemKind.ANY_OTHER_BUSINESS, "Rondvraag"),
        item(ItemKind.CLOSING, "Sluiting"),
    ]
    agenda[4].closed = True
    assert [(one.title, one.beside) for one in frame_of(agenda)] == [
        ("Opening", Beside.BEFORE),
        ("Mededelingen", Beside.BEFORE),
        ("Stand van zaken", Beside.AFTER),
        ("Rondvraag", Beside.AFTER),
        ("Sluiting", Beside.AFTER),
    ]


def test_topics_come_between_what_stands_before_and_what_stands_after() -> None:
    rows = [item(one.kind, one.title, beside=one.beside) for one in sided(USUAL_FRAME)]
    before = item(ItemKind.TOPIC, "Mededelingen", beside=Beside.BEFORE)
    after = item(ItemKind.TOPIC, "Communicatie", beside=Beside.AFTER)
    topic = item(ItemKind.TOPIC, "Warmterotonde", topic_id=4)
    head, inner, tail = split([*rows[:2], before, topic, after, *rows[2:]])
    assert [one.title for one in head] == ["Opening", "Verslag van het vorige overleg", "Mededelingen"]
    assert inner == [topic]
    assert [one.title for one in tail] == ["Communicatie", "Rondvraag", "Sluiting"]
