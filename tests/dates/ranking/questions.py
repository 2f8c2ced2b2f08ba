"""Questions, people and needs at random, near clock changes of zones that are far from alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from hypothesis import strategies as st

from agenda.dates.question import Closed, Holidays, Kind, Need, Participant, Question

# A day on or beside which the clock changes, or a distance to UTC that is no whole number of hours.
PLACES = (
    ("Europe/Amsterdam", date(2019, 3, 31)),
    ("Europe/Amsterdam", date(2019, 10, 27)),
    ("America/St_Johns", date(2019, 11, 3)),
    # Half an hour of summer time.
    ("Australia/Lord_Howe", date(2019, 4, 7)),
    ("Australia/Lord_Howe", date(2019, 10, 6)),
    ("Asia/Kathmandu", date(2019, 1, 10)),
    ("Pacific/Chatham", date(2019, 4, 7)),
    # The clock changes at midnight.
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/Sao_Paulo", date(2019, 2, 17)),
    # A day that was skipped.
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Africa/Casablanca", date(2019, 5, 5)),
    ("UTC", date(2020, 2, 29)),
)
HOURS = st.builds(time, st.integers(0, 23), st.sampled_from((0, 10, 15, 30, 45)))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Draw a question of one to three days."""
    zone, near = draw(st.sampled_from(PLACES))
    first = near - timedelta(draw(st.integers(0, 2)))
    last = first + timedelta(draw(st.integers(0, 2)))
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    some = st.dictionaries(st.sampled_from(days), st.sampled_from(("Feest", "Vakantie")), max_size=2)
    midnight = datetime.combine(first, time(), UTC)
    moments = st.integers(-600, 4000).map(lambda n: midnight + timedelta(minutes=n))
    stretches = st.tuples(moments, st.integers(1, 600)).map(
        lambda pair: Closed(pair[0], pair[0] + timedelta(minutes=pair[1]), "Raad")
    )
    return Question(
        zone=zone,
        first=first,
        last=last,
        minutes=draw(st.one_of(st.integers(1, 200), st.sampled_from((60, 120)))),
        step=draw(st.sampled_from((7, 10, 15, 30, 45, 60))),
        hours=draw(st.dictionaries(st.integers(0, 6), _open(), min_size=3)),
        closed=tuple(draw(st.lists(stretches, max_size=2))),
        public_holidays=draw(some),
        public=draw(st.sampled_from(Holidays)),
        school_holidays=draw(some),
        school=draw(st.sampled_from(Holidays)),
        not_before=draw(st.one_of(st.none(), moments)),
        unwanted=draw(some),
        prepared_from=draw(st.sampled_from((date.min, *days))),
        usual_hours=tuple(draw(st.lists(HOURS, max_size=2, unique=True))),
    )


def _open() -> st.SearchStrategy[tuple[time, time]]:
    some = st.tuples(HOURS, HOURS).filter(lambda pair: pair[0] < pair[1] or pair[1] == time())
    return st.one_of(st.just((time(), time())), some)


@st.composite
def people(draw: st.DrawFn, question: Question) -> list[Participant]:
    """Draw up to five people with busy times around the period."""
    midnight = int(datetime.combine(question.first, time(), UTC).timestamp()) // 60
    busy = st.tuples(st.integers(-1500, 5500), st.one_of(st.just(0), st.integers(1, 900)))
    found = []
    for number in range(draw(st.integers(0, 5))):
        blocks = [
            (midnight + begin, midnight + begin + length)
            for begin, length in draw(st.lists(busy, max_size=6))
        ]
        travel = draw(st.sampled_from((0, 0, 20, 35)))
        found.append(Participant(f"lid{number}", np.array(blocks, np.int64).reshape(-1, 2), travel))
    return found


@st.composite
def needs(draw: st.DrawFn, those: list[Participant]) -> list[Need]:
    """Draw up to four needs, also such as nobody can meet."""
    if not those:
        return []
    groups = st.frozensets(st.sampled_from([one.id for one in those]), min_size=1)
    found = []
    for number in range(draw(st.integers(0, 4))):
        group = draw(groups)
        least = draw(st.integers(0, len(group) + 1))
        found.append(Need(f"nodig{number}", group, least, draw(st.sampled_from(Kind))))
    return found
