"""Drafting one agenda and planning one meeting are the same question: both choose topics worth as much."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.meetings.candidates import Candidate, Occasion, Wanted
from agenda.meetings.drafting import draft, worth_of
from agenda.planner.solving import problem as planning
from agenda.planner.solving.fewest import fewest_meetings

DAY = date(2019, 2, 14)
HERE = frozenset({1, 2})


@st.composite
def topics(draw: st.DrawFn) -> Candidate:
    number = draw(st.integers(1, 999))
    return Candidate(
        id=number,
        title=f"Onderwerp {number}",
        minutes=draw(st.sampled_from([5, 7, 10, 20, 30])),
        priority=draw(st.integers(1, 5)),
        deadline=draw(st.sampled_from([None, DAY, date(2019, 6, 1)])),
        earliest=draw(st.sampled_from([None, None, date(2019, 3, 1)])),
        wanted=tuple(
            Wanted(str(one), frozenset({one})) for one in draw(st.sets(st.integers(1, 3), max_size=1))
        ),
        guests=dict.fromkeys(draw(st.sets(st.integers(8, 9), max_size=1)), "Genodigde"),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Candidate], Occasion]:
    pool = draw(st.lists(topics(), max_size=8, unique_by=lambda one: one.id))
    followers = [
        Candidate(**vars(one) | {"predecessor_id": pool[draw(st.integers(0, place - 1))].id})
        if place and draw(st.booleans())
        else one
        for place, one in enumerate(pool)
    ]
    return followers, Occasion(DAY, HERE, frozenset({9}), draw(st.integers(0, 90)))


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_draft_is_worth_as_much_as_the_planners_proven_best(
    case: tuple[list[Candidate], Occasion],
) -> None:
    pool, occasion = case
    worth = worth_of(pool, occasion)
    meeting = planning.Occasion(
        "here",
        "gco",
        datetime(2019, 2, 14, 14, 30, tzinfo=UTC),
        DAY,
        occasion.minutes,
        attendees=frozenset(map(str, HERE)),
        unavailable=frozenset({"9"}),
        planned=True,
    )
    subjects = tuple(
        planning.Subject(
            str(one.id),
            one.minutes,
            needs=tuple(frozenset(map(str, wanted.people)) for wanted in one.wanted),
            guests=frozenset(map(str, one.guests)),
            earliest=one.earliest,
            priority=worth[one.id],
            after=frozenset({str(one.predecessor_id)}) if one.predecessor_id is not None else frozenset(),
        )
        for one in pool
    )
    plan = fewest_meetings(planning.Problem((meeting,), subjects), seconds=20, workers=1, seed=0)
    assert planning.Aim.UNTREATED_PRIORITY in plan.proven
    chosen = draft(pool, occasion).chosen
    best = sum(worth.values()) - plan.figures.untreated_priority
    assert sum(worth[one.id] for one in chosen) == best
