"""Small regional days of every kind, for trying all plans of each."""

from __future__ import annotations

from hypothesis import strategies as st

from agenda.planner.solving.regional_problem import DayMeeting, DayPerson, DayProblem, Room

PEOPLE = ("Van der Ven, Zoë", "leiden.1", "leiden.2", "zoeterwoude.1")
OPENS = 1_000
RARELY = st.integers(0, 8).map(lambda number: number == 8)
NOW_AND_THEN = st.sampled_from([True, False, False])


@st.composite
def days(draw: st.DrawFn, meetings: int = 3, slots: int = 6) -> DayProblem:
    """Give a day of so many half hours, and at most so many meetings."""
    closes = OPENS + 30 * draw(st.integers(min(4, slots), slots))
    ids = [f"m{number}" for number in range(draw(st.sampled_from([meetings, meetings, 2, 1])))]
    pause = None
    if draw(NOW_AND_THEN):
        begin = OPENS + 15 * draw(st.integers(-1, 8))
        pause = (begin, begin + draw(st.sampled_from([10, 30, 45])))
    return DayProblem(
        opens=OPENS,
        closes=closes,
        rooms=tuple(
            Room(f"r{number}", draw(st.sampled_from([None, None, None, 2])))
            for number in range(draw(st.sampled_from([2, 2, 1, 1, 0])))
        ),
        meetings=tuple(draw(_meeting(name, ids)) for name in ids),
        people=tuple(draw(_person(name)) for name in PEOPLE),
        step=30,
        pause=pause,
        change_over=draw(st.sampled_from([0, 0, 10, 30])),
    )


@st.composite
def _meeting(draw: st.DrawFn, name: str, ids: list[str]) -> DayMeeting:
    asked = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True))
    must = draw(st.integers(0, min(2, len(asked))))
    others = [one for one in ids if one != name]
    return DayMeeting(
        id=name,
        minutes=draw(st.sampled_from([20, 30, 30, 45, 60])),
        required=frozenset(asked[:must]),
        # Who is named twice is required.
        optional=frozenset(asked[must:] + (asked[:1] if draw(RARELY) else [])),
        earliest=OPENS + 20 * draw(st.integers(0, 3)) if draw(RARELY) else None,
        latest=OPENS + 20 * draw(st.integers(2, 8)) if draw(RARELY) else None,
        fixed=OPENS + 10 * draw(st.integers(-1, 9)) if draw(RARELY) else None,
        after=frozenset(draw(st.lists(st.sampled_from(others), max_size=1)))
        if others and draw(RARELY)
        else frozenset(),
        closed=((OPENS + 40, OPENS + 70),) if draw(RARELY) else (),
        weight=draw(st.sampled_from([1, 1, 1, 3])),
    )


@st.composite
def _person(draw: st.DrawFn, name: str) -> DayPerson:
    busy = OPENS + 10 * draw(st.integers(-2, 16))
    return DayPerson(
        id=name,
        begins=OPENS + 15 * draw(st.integers(-1, 4)) if draw(RARELY) else None,
        ends=OPENS + 30 * draw(st.integers(2, 6)) if draw(RARELY) else None,
        busy=((busy, busy + draw(st.sampled_from([0, 10, 30]))),) if draw(NOW_AND_THEN) else (),
        travel=draw(st.sampled_from([0, 5, 20])),
        comes_anyway=draw(RARELY),
    )
