"""The order of treatment, beside every order there could be."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.meetings.candidates import Candidate
from agenda.meetings.treatment_order import in_order
from agenda.topics.model import Treatment

MOST = 6


@st.composite
def agendas(draw: st.DrawFn) -> tuple[list[Candidate], list[Candidate]]:
    """Give topics, some of which a person placed already."""
    number = draw(st.integers(1, MOST))
    topics = [
        Candidate(
            id=one,
            title=f"Onderwerp {one}",
            minutes=draw(st.sampled_from([5, 10, 20, 45])),
            priority=draw(st.integers(1, 5)),
            treatment=draw(st.sampled_from(list(Treatment))),
            focus=draw(st.integers(1, 3)),
            guests=dict.fromkeys(draw(st.sets(st.integers(100, 102), max_size=2)), "Genodigde"),
            predecessor_id=draw(st.sampled_from([None, None, *range(1, one)])) if one > 1 else None,
        )
        for one in range(1, number + 1)
    ]
    kept = draw(st.permutations(topics[: draw(st.integers(0, number // 2))]))
    return topics[len(kept) :], kept


def waited(order: list[Candidate]) -> int:
    """Reckon by the clock: how long each guest is there without a topic of theirs being treated."""
    starts, clock = {}, 0
    for topic in order:
        starts[topic.id] = clock
        clock += topic.minutes
    total = 0
    for guest in {guest for topic in order for guest in topic.guests}:
        own = [topic for topic in order if guest in topic.guests]
        there = starts[own[-1].id] + own[-1].minutes - starts[own[0].id]
        total += there - sum(topic.minutes for topic in own)
    return total


def allowed(order: list[Candidate], kept: list[Candidate]) -> bool:
    """Tell whether what was placed stands as it was placed, and predecessors come first."""
    place = {topic.id: number for number, topic in enumerate(order)}
    standing = {topic.id for topic in kept}
    return [topic for topic in order if topic.id in standing] == kept and all(
        place[topic.predecessor_id] < place[topic.id]
        for topic in order
        if topic.predecessor_id in place and not {topic.id, topic.predecessor_id} <= standing
    )


def consent_places(order: list[Candidate]) -> list[int]:
    return [number for number, topic in enumerate(order) if topic.treatment is Treatment.CONSENT]


@settings(max_examples=120, deadline=None)
@given(agendas())
def test_no_order_with_consent_as_early_lets_guests_wait_less(
    agenda: tuple[list[Candidate], list[Candidate]],
) -> None:
    chosen, kept = agenda
    order = in_order(chosen, kept)
    assert sorted(topic.id for topic in order) == sorted(topic.id for topic in [*chosen, *kept])
    others = [list(one) for one in permutations(order) if allowed(list(one), kept)]
    if not others:
        # What was placed contradicts itself by way of another topic; the person's order holds.
        assert [topic for topic in order if topic in kept] == kept
        return
    assert allowed(order, kept)
    same_start = [one for one in others if consent_places(one) == consent_places(order)]
    assert waited(order) == min(waited(one) for one in same_start)


def test_a_guest_of_two_topics_does_not_sit_through_a_third() -> None:
    province = {1: "Gedeputeerde"}
    order = in_order(
        [
            Candidate(1, "Warmte", 20, focus=1, guests=province),
            Candidate(2, "Wonen", 30, focus=2),
            Candidate(3, "Bus", 10, focus=3, guests=province),
        ]
    )
    assert waited(order) == 0


def test_which_consent_item_comes_first_is_free_when_that_spares_a_guest_waiting() -> None:
    province = {100: "Gedeputeerde"}
    topics = [
        Candidate(1, "Een", 5, focus=1),
        Candidate(2, "Twee", 5, focus=1, guests=province),
        Candidate(3, "Drie", 5, focus=1),
        Candidate(4, "Vier", 5, treatment=Treatment.CONSENT, predecessor_id=1),
        Candidate(5, "Vijf", 5, focus=1, guests=province),
        Candidate(6, "Zes", 5, treatment=Treatment.CONSENT, predecessor_id=5),
    ]
    assert waited(in_order(topics)) == 0
