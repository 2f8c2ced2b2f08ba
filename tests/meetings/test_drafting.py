"""A draft never runs over, breaks no rule, explains every topic it leaves out, and is the same every time."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from time import perf_counter

from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.meetings.candidates import Candidate, Draft, Occasion, Wanted, Why
from agenda.meetings.drafting import draft, in_the_way
from agenda.meetings.treatment_order import in_order
from agenda.topics.model import Treatment

DAY = date(2019, 2, 14)
PEOPLE = st.integers(1, 6)
DAYS = st.dates(date(2018, 12, 1), date(2020, 3, 1))


@st.composite
def backlogs(draw: st.DrawFn, most: int = 14) -> list[Candidate]:
    """Topics with predecessors among them, rings and absent ones included."""
    number = draw(st.integers(0, most))
    return [
        Candidate(
            id=key,
            title=f"Onderwerp {key}",
            minutes=draw(st.sampled_from([0, 5, 10, 15, 20, 30, 45, 60])),
            priority=draw(st.integers(1, 5)),
            treatment=draw(st.sampled_from(list(Treatment))),
            deadline=draw(st.none() | DAYS),
            earliest=draw(st.none() | DAYS),
            focus=draw(st.integers(1, 7)),
            wanted=tuple(
                draw(st.lists(st.builds(Wanted, st.just("portefeuille"), st.frozensets(PEOPLE)), max_size=2))
            ),
            guests=dict.fromkeys(draw(st.sets(PEOPLE, max_size=2)), "gast"),
            predecessor_id=draw(st.none() | st.integers(1, number + 2)),
            planned_in=draw(st.sampled_from(["", "", "", "Ander overleg"])),
        )
        for key in range(1, number + 1)
    ]


occasions = st.builds(
    Occasion,
    day=st.just(DAY),
    present=st.frozensets(PEOPLE),
    declined=st.frozensets(PEOPLE, max_size=2),
    minutes=st.integers(-30, 150),
    next_meeting=st.none() | st.dates(date(2019, 2, 15), date(2019, 12, 31)),
)
everyone = Occasion(DAY, frozenset(range(1, 7)), frozenset(), 120, date(2019, 6, 1))


def may_come(topic: Candidate, occasion: Occasion) -> bool:
    return (
        not topic.planned_in
        and (topic.earliest is None or topic.earliest <= occasion.day)
        and all(wanted.people & occasion.present for wanted in topic.wanted)
        and not topic.guests.keys() & occasion.declined
    )


@given(backlogs(), occasions)
def test_a_draft_never_takes_more_time_than_there_is(topics: list[Candidate], occasion: Occasion) -> None:
    made = draft(topics, occasion)
    assert sum(topic.minutes for topic in made.chosen) <= max(0, occasion.minutes)


@given(backlogs(), occasions)
def test_every_topic_is_either_chosen_or_explained(topics: list[Candidate], occasion: Occasion) -> None:
    made = draft(topics, occasion)
    chosen = [topic.id for topic in made.chosen]
    assert sorted([*chosen, *(left.topic.id for left in made.left_out)]) == [topic.id for topic in topics]
    assert sorted(topic.id for topic in made.order) == sorted(chosen)


@given(backlogs(), occasions)
def test_nothing_is_chosen_that_may_not_come_yet(topics: list[Candidate], occasion: Occasion) -> None:
    made = draft(topics, occasion)
    ids = {topic.id for topic in made.chosen}
    for topic in made.chosen:
        assert may_come(topic, occasion)
        assert topic.predecessor_id is None or topic.predecessor_id in ids


@given(backlogs(), occasions)
def test_each_reason_is_true(topics: list[Candidate], occasion: Occasion) -> None:
    made = draft(topics, occasion)
    chosen = {topic.id for topic in made.chosen}
    room = max(0, occasion.minutes - sum(topic.minutes for topic in made.chosen))
    for left in made.left_out:
        topic = left.topic
        match left.why:
            case Why.PLANNED_ELSEWHERE:
                assert topic.planned_in
            case Why.NOT_BEFORE:
                assert topic.earliest is not None
                assert topic.earliest > DAY
            case Why.NEEDED_ABSENT:
                assert any(not wanted.people & occasion.present for wanted in topic.wanted)
            case Why.GUEST_ABSENT:
                assert topic.guests.keys() & occasion.declined
            case Why.PREDECESSOR_UNTREATED:
                assert topic.predecessor_id not in chosen
            case Why.NO_TIME:
                assert may_come(topic, occasion)
                # With what is left it does not fit; when it would, there is no time at all.
                assert topic.minutes > room or occasion.minutes < 0


@given(backlogs(), occasions)
def test_order_in_which_topics_come_in_makes_no_difference(
    topics: list[Candidate], occasion: Occasion
) -> None:
    assert draft(topics, occasion) == draft(topics[::-1], occasion)


@given(backlogs(most=9), occasions)
@settings(max_examples=60)
def test_no_other_choice_treats_more_of_what_cannot_wait(topics: list[Candidate], occasion: Occasion) -> None:
    made = draft(topics, occasion)
    possible = [topic for topic in topics if may_come(topic, occasion)]
    best = max(
        (
            worth_of(subset, made)
            for size in range(len(possible) + 1)
            for subset in combinations(possible, size)
            if allowed(subset, occasion)
        ),
        default=(0, 0),
    )
    assert worth_of(made.chosen, made) == best


def allowed(subset: tuple[Candidate, ...], occasion: Occasion) -> bool:
    ids = {topic.id for topic in subset}
    if sum(topic.minutes for topic in subset) > max(0, occasion.minutes) or (subset and occasion.minutes < 0):
        return False
    return all(reaches_a_root(topic, {t.id: t for t in subset}) for topic in subset if ids)


def reaches_a_root(topic: Candidate, here: dict[int, Candidate]) -> bool:
    """Tell whether a topic's predecessors are all there, and go back to one that waits for nobody."""
    passed = set()
    while topic.predecessor_id is not None:
        if topic.predecessor_id not in here or topic.id in passed:
            return False
        passed.add(topic.id)
        topic = here[topic.predecessor_id]
    return True


def worth_of(subset: tuple[Candidate, ...], made: Draft) -> tuple[int, int]:
    """Give the rank of a choice by priorities alone: those that cannot wait, then the others."""
    pressing = sum(4**topic.priority for topic in subset if topic.id in made.urgent)
    return pressing, sum(4**topic.priority for topic in subset if topic.id not in made.urgent)


@given(backlogs(), occasions)
def test_predecessors_come_before_their_successors(topics: list[Candidate], occasion: Occasion) -> None:
    place = {topic.id: number for number, topic in enumerate(draft(topics, occasion).order)}
    for topic in topics:
        if topic.id in place and topic.predecessor_id in place:
            assert place[topic.predecessor_id] < place[topic.id]


def free(topic: Candidate) -> Candidate:
    return Candidate(**{**vars(topic), "predecessor_id": None})


@given(backlogs())
def test_consent_items_come_first_and_then_it_goes_by_focus_area(topics: list[Candidate]) -> None:
    placed = in_order([Candidate(**{**vars(free(topic)), "guests": {}}) for topic in topics])
    keys = [(topic.treatment is not Treatment.CONSENT, topic.focus) for topic in placed]
    assert keys == sorted(keys)


@given(st.lists(st.tuples(st.integers(1, 7), st.integers(0, 3), st.booleans()), max_size=14))
def test_the_items_of_one_guest_stand_together(rows: list[tuple[int, int, bool]]) -> None:
    topics = [
        Candidate(
            id=key,
            title="",
            minutes=5,
            focus=focus,
            guests={guest: "gast"} if guest else {},
            treatment=Treatment.CONSENT if consent else Treatment.DISCUSSION,
        )
        for key, (focus, guest, consent) in enumerate(rows, 1)
    ]
    placed = in_order(topics)
    for guest in (1, 2, 3):
        for consent in (True, False):
            where = [
                number
                for number, topic in enumerate(placed)
                if guest in topic.guests and (topic.treatment is Treatment.CONSENT) is consent
            ]
            assert where == list(range(where[0], where[0] + len(where))) if where else True


@given(backlogs(), backlogs(most=6), occasions)
def test_what_stands_on_the_agenda_keeps_its_own_order(
    topics: list[Candidate], kept: list[Candidate], occasion: Occasion
) -> None:
    standing = [Candidate(**{**vars(topic), "id": topic.id + 3}) for topic in kept]
    made = draft(topics, occasion, standing)
    here = {item.id for item in standing}
    assert [item.id for item in made.order if item.id in here] == [item.id for item in standing]
    assert not here & {topic.id for topic in made.chosen}


def topic(key: int, **facts: object) -> Candidate:
    return Candidate(**{"id": key, "title": f"Onderwerp {key}", "minutes": 30, **facts})  # type: ignore[arg-type]


def test_what_must_be_treated_before_the_next_meeting_goes_before_what_matters_more() -> None:
    pressing = topic(1, minutes=60, priority=1, deadline=date(2019, 5, 31))
    can_wait = topic(2, minutes=60, priority=5, deadline=date(2019, 6, 2))
    occasion = Occasion(DAY, frozenset(), frozenset(), 60, date(2019, 6, 1))
    made = draft([pressing, can_wait], occasion)
    assert made.chosen == (pressing,)
    assert made.urgent == {1}


def test_without_a_next_meeting_the_end_of_the_quarter_counts() -> None:
    occasion = Occasion(DAY, frozenset(), frozenset(), 30)
    made = draft(
        [topic(1, deadline=date(2019, 3, 31), priority=1), topic(2, deadline=date(2019, 4, 1))], occasion
    )
    assert [chosen.id for chosen in made.chosen] == [1]


def test_a_deadline_that_has_passed_makes_a_topic_urgent_and_keeps_it_from_nothing() -> None:
    made = draft([topic(1, deadline=date(2018, 12, 1))], everyone)
    assert [chosen.id for chosen in made.chosen] == [1]
    assert made.urgent == {1}


def test_a_topic_without_lead_is_drafted_like_any_other() -> None:
    assert draft([topic(1, has_lead=False)], everyone).chosen


def test_an_urgent_successor_brings_its_predecessor_along() -> None:
    first, then = topic(1, priority=1), topic(2, predecessor_id=1, deadline=date(2019, 3, 1))
    other = topic(3, priority=5)
    made = draft([first, then, other], Occasion(DAY, frozenset(), frozenset(), 60))
    assert [chosen.id for chosen in made.order] == [1, 2]


def test_topics_that_wait_for_each_other_in_a_ring_are_explained_not_drafted() -> None:
    made = draft([topic(1, predecessor_id=2), topic(2, predecessor_id=1)], everyone)
    assert [left.why for left in made.left_out] == [Why.PREDECESSOR_UNTREATED] * 2


def test_items_that_were_placed_against_their_predecessors_stay_as_they_were_placed() -> None:
    kept = [topic(1, predecessor_id=2), topic(3)]
    made = draft([topic(2, predecessor_id=3)], everyone, kept)
    assert sorted(item.id for item in made.order) == [1, 2, 3]
    assert [item.id for item in made.order if item.id != 2] == [1, 3]


def test_beside_the_agenda_each_topic_says_whether_it_still_fits() -> None:
    occasion = Occasion(DAY, frozenset(), frozenset(), 20)
    assert in_the_way(topic(1, minutes=20), occasion, set()) is None
    assert in_the_way(topic(1), occasion, set()) == (Why.NO_TIME, {"minutes": 30, "room": 20})
    waiting = topic(2, minutes=5, predecessor_id=1, predecessor="Eerst dit")
    assert in_the_way(waiting, occasion, set()) == (Why.PREDECESSOR_UNTREATED, {"predecessor": "Eerst dit"})
    assert in_the_way(waiting, occasion, {1}) is None


def test_five_hundred_topics_are_drafted_while_nobody_waits() -> None:
    topics = [
        topic(
            key,
            minutes=5 * (1 + key % 9) + (key % 3 == 0),
            priority=1 + key % 5,
            focus=1 + key % 7,
            deadline=DAY + timedelta(days=key % 300),
            predecessor_id=key // 2 if key % 4 == 0 else None,
            guests={key % 5: "gast"} if key % 6 == 0 else {},
        )
        for key in range(1, 501)
    ]
    before = perf_counter()
    made = draft(topics, Occasion(DAY, frozenset(), frozenset(), 480))
    assert perf_counter() - before < 2
    assert 475 <= sum(chosen.minutes for chosen in made.chosen) <= 480
    assert len(made.chosen) + len(made.left_out) == 500
