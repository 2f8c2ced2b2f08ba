"""Few proposals, spread over the period."""

from __future__ import annotations

from datetime import date, timedelta

from agenda.dates.holidays_known import public_holidays, school_holidays
from agenda.dates.question import Question
from agenda.dates.slots import Slot
from agenda.dates.spreading import spread
from tests.dates.ranking.example import MAYOR, MONDAY, at, found, question, someone

FIRST, LAST = date(2019, 1, 1), date(2019, 3, 31)


def quarter() -> Question:
    return question(
        first=FIRST,
        last=LAST,
        public_holidays=public_holidays(FIRST, LAST),
        school_holidays=school_holidays(FIRST, LAST),
    )


def weeks(slots: tuple[Slot, ...]) -> set[tuple[int, int]]:
    return {one.day.isocalendar()[:2] for one in slots}


def test_twelve_proposals_lie_in_every_week_outside_the_holidays_and_on_every_weekday() -> None:
    slots = spread(found(quarter()))
    assert (len(slots), len(weeks(slots))) == (12, 11)
    assert {one.day.weekday() for one in slots} == set(range(5))
    assert not any(one.avoided for one in slots)


def test_no_two_proposals_lie_on_one_day() -> None:
    slots = spread(found(quarter()), 90)
    assert len({one.day for one in slots}) == len(slots) == found(quarter()).days


def test_holidays_fill_what_is_left() -> None:
    slots = spread(found(quarter()), 60)
    marks = [one.avoided is not None for one in slots]
    assert marks == sorted(marks)
    assert any(marks)


def test_a_week_gives_the_day_that_suits_most_people() -> None:
    busy = [(at(MONDAY + timedelta(n), 9), at(MONDAY + timedelta(n), 17)) for n in (0, 1, 3, 4)]
    (slot,) = spread(found(question(), someone(MAYOR, *busy)), 1)
    assert slot.day.weekday() == 2


def test_nothing_that_counts_gives_no_proposals() -> None:
    assert spread(found(question(hours={}))) == ()
