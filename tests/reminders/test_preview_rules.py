"""What rules would have sent: nothing without days, never less with more, nothing once the cause is gone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agenda.reminders.preview_rules import Spell, by_week, would_have_gone
from agenda.reminders.rules import Occasion

ZONE, KIND = "Europe/Amsterdam", "no_answer"
FIRST, LAST = datetime(2018, 10, 1, tzinfo=UTC), datetime(2019, 1, 1, tzinfo=UTC)
moments = st.datetimes(datetime(2018, 8, 1), datetime(2019, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001
offsets = st.lists(st.integers(-60, 60), max_size=6)


@st.composite
def spells(draw: st.DrawFn) -> Spell:
    occasion = Occasion(
        kind=KIND,
        subject_kind="meeting",
        subject_id=draw(st.integers(1, 3)),
        body_id=1,
        zone=ZONE,
        day=draw(st.dates(date(2018, 8, 1), date(2019, 3, 1))),
        since=draw(moments),
        people=draw(st.frozensets(st.integers(1, 4), max_size=4)),
        path="",
    )
    return Spell(occasion, draw(st.none() | moments))


def spell(day: date, since: datetime, until: datetime | None) -> Spell:
    return Spell(Occasion(KIND, "meeting", 1, 1, ZONE, day, since, frozenset({1, 2}), ""), until)


@given(found=st.lists(spells(), max_size=8))
def test_a_rule_without_days_would_have_sent_nothing(found: list[Spell]) -> None:
    assert would_have_gone(found, {KIND: []}, FIRST, LAST) == []
    assert would_have_gone(found, {}, FIRST, LAST) == []


@given(found=st.lists(spells(), max_size=8), days=offsets, more=offsets)
def test_more_days_never_send_fewer_reminders(found: list[Spell], days: list[int], more: list[int]) -> None:
    few = {one.key for one in would_have_gone(found, {KIND: days}, FIRST, LAST)}
    many = {one.key for one in would_have_gone(found, {KIND: days + more}, FIRST, LAST)}
    assert few <= many


@given(found=st.lists(spells(), max_size=8), days=offsets)
def test_each_goes_once_within_the_time_and_while_its_cause_is_there(
    found: list[Spell], days: list[int]
) -> None:
    gone = would_have_gone(found, {KIND: days}, FIRST, LAST)
    assert len({one.key for one in gone}) == len(gone)
    for one in gone:
        assert FIRST <= one.due_at < LAST
        causes = [s for s in found if s.occasion == one.occasion]
        assert any(s.until is None or one.due_at < s.until for s in causes)
        assert one.due_at >= one.occasion.since


@given(found=st.lists(spells(), max_size=8), days=offsets)
def test_the_weeks_count_every_reminder_and_begin_on_a_monday(found: list[Spell], days: list[int]) -> None:
    gone = would_have_gone(found, {KIND: days}, FIRST, LAST)
    weeks = by_week(gone).get(KIND, [])
    assert sum(week.reminders for week in weeks) == len(gone)
    assert all(week.monday.weekday() == 0 for week in weeks)
    assert {person for week in weeks for person in week.people} == {one.person_id for one in gone}


def test_who_answered_in_between_is_not_reminded_the_second_time() -> None:
    long_ago, answered = datetime(2018, 9, 1, tzinfo=UTC), datetime(2018, 11, 10, tzinfo=UTC)
    gone = would_have_gone([spell(date(2018, 11, 14), long_ago, answered)], {KIND: [-7, -2]}, FIRST, LAST)
    assert [(one.days, one.person_id) for one in gone] == [(-7, 1), (-7, 2)]


def test_the_days_around_both_clock_changes_fall_in_their_own_week() -> None:
    long_ago = datetime(2018, 1, 1, tzinfo=UTC)
    # Sunday 28 October 2018, on which the clock went back.
    gone = would_have_gone([spell(date(2018, 10, 28), long_ago, None)], {KIND: [0, 1]}, FIRST, LAST)
    assert [week.monday for week in by_week(gone)[KIND]] == [date(2018, 10, 22), date(2018, 10, 29)]
    assert gone[-1].due_at - gone[0].due_at == timedelta(days=1)
