"""The pure rules: states, moments, windows, quarters, answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.problems import Invalid
from agenda.meetings.model import Answer, MeetingState
from agenda.meetings.rules import (
    Quarter,
    answered_earlier,
    check_window,
    current_answer,
    ends_at,
    exact_quarter,
    in_window,
    moment,
    next_step,
    quarter_named,
    quarter_of,
    state_of,
)
from tests.meetings.planning import VALENTINE

AMSTERDAM = "Europe/Amsterdam"
BOUNDS = datetime(2018, 1, 1), datetime(2021, 1, 1)  # noqa: DTZ001 - hypothesis wants them naive
MOMENTS = st.datetimes(*BOUNDS, timezones=st.just(UTC))
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@dataclass(frozen=True)
class Facts:
    starts_at: datetime | None = None
    minutes: int = 120
    confirmed_at: datetime | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True)
class Reply:
    answer: Answer
    answered_revision: int | None


@dataclass(frozen=True)
class Revised:
    revision: int


FACTS = st.builds(
    Facts,
    starts_at=st.none() | MOMENTS,
    minutes=st.integers(15, 720),
    confirmed_at=st.none() | MOMENTS,
    closed_at=st.none() | MOMENTS,
    cancelled_at=st.none() | MOMENTS,
)


@given(FACTS, MOMENTS)
def test_what_is_cancelled_stays_cancelled_and_what_is_closed_stays_closed(
    facts: Facts, now: datetime
) -> None:
    state = state_of(facts, now)
    if facts.cancelled_at:
        assert state is MeetingState.CANCELLED
    elif facts.closed_at:
        assert state is MeetingState.CLOSED
    else:
        assert state not in (MeetingState.CANCELLED, MeetingState.CLOSED)


@given(FACTS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_time_alone_only_turns_confirmed_into_held(facts: Facts, now: datetime, passed: timedelta) -> None:
    before, after = state_of(facts, now), state_of(facts, now + passed)
    if before is not after:
        assert (before, after) == (MeetingState.CONFIRMED, MeetingState.HELD)


def test_a_meeting_is_held_from_its_last_minute_on() -> None:
    facts = Facts(starts_at=VALENTINE, minutes=120, confirmed_at=VALENTINE)
    end = VALENTINE + timedelta(hours=2)
    assert state_of(facts, end - timedelta(microseconds=1)) is MeetingState.CONFIRMED
    assert state_of(facts, end) is MeetingState.HELD


def test_a_meeting_nobody_was_invited_to_is_never_held() -> None:
    facts = Facts(starts_at=VALENTINE)
    assert state_of(facts, VALENTINE + timedelta(days=10)) is MeetingState.DATED


def test_the_hour_that_spring_skips_is_refused() -> None:
    with pytest.raises(Invalid, match="hour_does_not_exist"):
        moment(date(2019, 3, 31), time(2, 30), AMSTERDAM)
    assert moment(date(2019, 3, 31), time(3, 0), AMSTERDAM) == datetime(2019, 3, 31, 1, 0, tzinfo=UTC)


def test_of_the_hour_that_comes_twice_in_autumn_the_first_is_meant() -> None:
    assert moment(date(2019, 10, 27), time(2, 30), AMSTERDAM) == datetime(2019, 10, 27, 0, 30, tzinfo=UTC)
    assert moment(date(2019, 10, 27), time(2, 30, fold=1), AMSTERDAM) == datetime(
        2019, 10, 27, 0, 30, tzinfo=UTC
    )


def test_leap_day_is_a_day_like_any_other() -> None:
    assert moment(date(2020, 2, 29), time(9), AMSTERDAM) == datetime(2020, 2, 29, 8, 0, tzinfo=UTC)
    assert quarter_of(date(2020, 2, 29)) == Quarter(2020, 1)


@given(DAYS, st.times())
def test_a_moment_shows_the_day_and_hour_it_was_made_from(day: date, hour: time) -> None:
    try:
        made = moment(day, hour, AMSTERDAM)
    except Invalid:
        return
    shown = made.astimezone(ZoneInfo(AMSTERDAM))
    assert (shown.date(), shown.time()) == (day, hour.replace(fold=0))


def test_minutes_are_real_minutes_when_the_clock_changes_during_a_meeting() -> None:
    start = datetime.fromisoformat("2019-03-31T01:30:00+01:00")
    assert ends_at(start, 60).astimezone(ZoneInfo(AMSTERDAM)).strftime("%H:%M") == "03:30"


@pytest.mark.parametrize(
    "day, inside",
    [
        (date(2018, 12, 31), False),
        (date(2019, 1, 1), True),
        (date(2019, 3, 31), True),
        (date(2019, 4, 1), False),
    ],
)
def test_both_ends_of_a_window_belong_to_it(day: date, inside: bool) -> None:
    assert in_window(day, date(2019, 1, 1), date(2019, 3, 31)) is inside


def test_a_window_has_two_days_in_order_or_none() -> None:
    check_window(None, None)
    check_window(date(2019, 1, 1), date(2019, 1, 1))
    with pytest.raises(Invalid, match="window_upside_down"):
        check_window(date(2019, 1, 2), date(2019, 1, 1))
    with pytest.raises(Invalid, match="window_half_open"):
        check_window(date(2019, 1, 2), None)


@given(DAYS)
def test_each_day_lies_in_its_quarter_and_quarters_follow_each_other(day: date) -> None:
    quarter = quarter_of(day)
    assert quarter.first_day <= day <= quarter.last_day
    assert quarter.last_day + timedelta(days=1) == quarter.next.first_day
    assert quarter.next.previous == quarter
    assert quarter_named(str(quarter)) == quarter
    assert exact_quarter(quarter.first_day, quarter.last_day) == quarter


@pytest.mark.parametrize(
    "text", ["", "2019", "2019-5", "2019-0", "0000-1", "9999-4", "2019-1; drop", "2019-1\n"]
)
def test_what_is_no_quarter_is_not_read_as_one(text: str) -> None:
    assert quarter_named(text) is None


def test_an_answer_counts_only_for_the_revision_that_was_answered() -> None:
    reply = Reply(Answer.ACCEPTED, answered_revision=1)
    assert current_answer(reply, Revised(1)) is Answer.ACCEPTED
    assert current_answer(reply, Revised(2)) is Answer.NEEDS_ACTION
    assert answered_earlier(reply, Revised(2))
    assert not answered_earlier(Reply(Answer.NEEDS_ACTION, None), Revised(2))


@pytest.mark.parametrize(
    "state, topics, final, missing, step",
    [
        ("draft", 0, False, 0, "choose_date"),
        ("dated", 0, False, 0, "draft_agenda"),
        ("dated", 3, False, 0, "send_invitations"),
        ("confirmed", 3, False, 3, "finish_agenda"),
        ("confirmed", 3, True, 3, None),
        ("held", 3, True, 1, "record_outcomes"),
        ("held", 3, True, 0, "close"),
        ("closed", 3, True, 0, None),
        ("cancelled", 3, True, 0, None),
    ],
)
def test_there_is_one_sensible_next_step(
    state: str, topics: int, final: bool, missing: int, step: str | None
) -> None:
    assert next_step(MeetingState(state), topics, final, missing) == step
