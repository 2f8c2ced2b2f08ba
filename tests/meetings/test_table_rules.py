"""Rules of the table: stretches, seats, the clock on the wall and the order of treatment."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.problems import Invalid
from agenda.meetings.table_rules import (
    GRACE,
    Sitting,
    Span,
    check_stretch,
    count,
    expected_end,
    moment_near,
    next_item,
    previous_item,
    spent,
    was,
)
from tests.meetings.planning import VALENTINE

ZONE = "Europe/Amsterdam"
BEGUN = VALENTINE.astimezone(UTC)
LATER = BEGUN + timedelta(days=1)
minutes = st.integers(0, 600)


def at(minute: int) -> datetime:
    return BEGUN + timedelta(minutes=minute)


spans = st.lists(
    st.builds(
        lambda begin, length: Span(at(begin), at(begin + length) if length else None),
        minutes,
        st.integers(0, 120),
    ),
    max_size=6,
)


@given(spans)
def test_stretches_that_pass_one_after_the_other_never_hold_the_same_moment_twice(wanted: list[Span]) -> None:
    kept: list[Span] = []
    for span in wanted:
        try:
            check_stretch(span, kept, LATER)
        except Invalid:
            continue
        kept.append(span)
    for minute in range(0, 720, 7):
        moment = at(minute) + timedelta(seconds=30)
        inside = [one for one in kept if one.begin <= moment and (one.end is None or moment < one.end)]
        assert len(inside) <= 1


@given(spans)
def test_a_stretch_that_is_refused_shares_a_moment_with_another(wanted: list[Span]) -> None:
    for place, span in enumerate(wanted):
        others = wanted[:place]
        shares = any(
            max(span.begin, other.begin) < min(span.end or LATER, other.end or LATER) for other in others
        )
        if shares:
            with pytest.raises(Invalid, match="presence_overlaps"):
                check_stretch(span, others, LATER)
        else:
            check_stretch(span, others, LATER)


@pytest.mark.parametrize(
    ("span", "code"),
    [
        (Span(at(10), at(10)), "left_before_arriving"),
        (Span(at(10), at(5)), "left_before_arriving"),
        (Span(LATER + timedelta(minutes=1)), "presence_in_the_future"),
        (Span(at(10), LATER + timedelta(minutes=1)), "presence_in_the_future"),
    ],
)
def test_impossible_stretches_are_refused(span: Span, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        check_stretch(span, [], LATER)


def test_late_early_and_the_whole_time() -> None:
    ended = at(120)
    assert not was([], BEGUN, ended).there
    whole = was([Span(at(-10), at(119))], BEGUN, ended)
    assert (whole.there, whole.late_at, whole.early_at) == (True, None, None)
    assert was([Span(BEGUN + GRACE)], BEGUN, ended).late_at is None
    assert was([Span(at(6))], BEGUN, ended).late_at == at(6)
    assert was([Span(at(0), at(60))], BEGUN, ended).early_at == at(60)
    back = was([Span(at(0), at(60)), Span(at(70))], BEGUN, ended)
    assert (back.late_at, back.early_at) == (None, None)


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8), st.booleans(), st.booleans()), max_size=12))
def test_a_seat_counts_once_whoever_sits_on_it(people: list[tuple[int, int, bool, bool]]) -> None:
    sittings = [Sitting(number, 1, seat, here) for number, (_n, seat, here, _o) in enumerate(people)]
    out = {number for number, (_n, _s, _h, kept_out) in enumerate(people) if kept_out}
    found = count(sittings, {1: None, 2: 3}, out).get(1)
    seats = {seat for _n, seat, _h, _o in people}
    if found is None:
        assert not seats
        return
    assert found.total == len(seats)
    assert found.present <= found.total
    assert found.needed == (len(seats) + 1) // 2
    assert found.present == len({seat for _n, seat, here, kept_out in people if here and not kept_out})


def test_a_substitute_beside_the_member_counts_once_and_for_a_member_who_keeps_out() -> None:
    both = [Sitting(1, 1, 1, True), Sitting(2, 1, 1, True), Sitting(3, 1, 3, False)]
    assert count(both, {1: 2})[1].present == 1
    assert count(both, {1: 2}, {1})[1].present == 1
    assert count(both, {1: 2}, {1, 2})[1].present == 0


@given(st.integers(0, 2 * 365 * 24 * 60), st.times())
def test_an_hour_is_read_as_the_nearest_moment_that_shows_it(minutes: int, hour: time) -> None:
    moment = datetime(2018, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    hour = hour.replace(second=0, microsecond=0)
    try:
        found = moment_near(hour, ZONE, moment)
    except Invalid:
        return
    assert found.astimezone(ZoneInfo(ZONE)).time().replace(fold=0) == hour
    assert abs(found - moment) <= timedelta(hours=13)


def test_after_midnight_and_in_both_nights_of_a_clock_change() -> None:
    evening = datetime(2019, 2, 14, 22, 30, tzinfo=ZoneInfo(ZONE))
    assert moment_near(time(0, 40), ZONE, evening) == datetime(2019, 2, 14, 23, 40, tzinfo=UTC)
    spring = datetime(2019, 3, 31, 1, 30, tzinfo=ZoneInfo(ZONE))
    with pytest.raises(Invalid, match="hour_does_not_exist"):
        moment_near(time(2, 30), ZONE, spring)
    assert moment_near(time(3, 10), ZONE, spring) == datetime(2019, 3, 31, 1, 10, tzinfo=UTC)
    first = datetime(2019, 10, 27, 0, 10, tzinfo=UTC)
    second = datetime(2019, 10, 27, 1, 50, tzinfo=UTC)
    assert moment_near(time(2, 30), ZONE, first) == datetime(2019, 10, 27, 0, 30, tzinfo=UTC)
    assert moment_near(time(2, 30), ZONE, second) == datetime(2019, 10, 27, 1, 30, tzinfo=UTC)


def test_time_on_the_table_is_real_time_also_in_the_night_of_a_clock_change() -> None:
    begin = datetime(2019, 10, 27, 1, 30, tzinfo=ZoneInfo(ZONE))
    end = datetime(2019, 10, 27, 3, 0, tzinfo=ZoneInfo(ZONE))
    assert spent([Span(begin, end)], end) == timedelta(hours=2, minutes=30)
    spring = datetime(2019, 3, 31, 1, 30, tzinfo=ZoneInfo(ZONE))
    assert spent([Span(spring)], datetime(2019, 3, 31, 3, 0, tzinfo=ZoneInfo(ZONE))) == timedelta(minutes=30)


@given(st.integers(-90, 90), st.lists(st.integers(0, 480), max_size=8))
def test_the_expected_end_never_lies_before_now(left: int, to_come: list[int]) -> None:
    found = expected_end(BEGUN, timedelta(minutes=left), to_come)
    assert found == BEGUN + timedelta(minutes=max(left, 0) + sum(to_come))


class Item:
    def __init__(self, number: int) -> None:
        self.id = number


def test_next_goes_on_in_order_and_then_to_what_was_passed_over() -> None:
    items = [Item(number) for number in (1, 2, 3, 4)]
    assert next_item(items, None, set()) is items[0]
    assert next_item(items, 1, {1}) is items[1]
    assert next_item(items, 3, {1, 3}) is items[3]
    assert next_item(items, 4, {1, 3, 4}) is items[1]
    assert next_item(items, 2, {1, 2, 3, 4}) is None
    assert previous_item(items, 3) is items[1]
    assert previous_item(items, 1) is None
    assert previous_item(items, None) is None
