"""Items get their times one after the other, also in a night in which the clock changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.meetings.timing import timetable, total

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True)
class Item:
    minutes: int


items = st.lists(st.builds(Item, st.integers(0, 480)), max_size=30)
# Every minute of a year holds both nights in which the clock changes.
starts = st.integers(0, 365 * 24 * 60).map(
    lambda minute: datetime(2019, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)


@given(starts, st.integers(0, 600), items)
def test_items_follow_each_other_without_gaps_and_last_as_long_as_they_should(
    start: datetime, available: int, lines: list[Item]
) -> None:
    slots = timetable(start, available, lines)
    moment = start
    for slot in slots:
        assert slot.start == moment
        assert slot.start.tzinfo is UTC
        assert slot.end is not None
        moment = slot.end
        assert moment - slot.start == timedelta(minutes=slot.item.minutes)
        assert slot.over == (moment > start + timedelta(minutes=available))
    assert moment - start == timedelta(minutes=total(available, lines).used)


@given(st.integers(0, 600), items)
def test_room_and_overrun_are_never_both_there(available: int, lines: list[Item]) -> None:
    found = total(available, lines)
    assert found.room == 0 or found.overrun == 0
    assert found.available == found.used + found.room - found.overrun


@pytest.mark.parametrize(
    "start, shown",
    [
        # The night of 31 March 2019 skips from 02.00 to 03.00; that of 27 October has 02.00 to 03.00 twice.
        (datetime(2019, 3, 31, 1, 30, tzinfo=AMSTERDAM), ["01:30", "03:00", "03:30"]),
        (datetime(2019, 10, 27, 2, 30, tzinfo=AMSTERDAM), ["02:30", "02:00", "02:30"]),
        (datetime(2019, 2, 14, 23, 45, tzinfo=AMSTERDAM), ["23:45", "00:15", "00:45"]),
    ],
)
def test_times_are_worked_out_in_real_minutes_and_shown_by_the_clock(
    start: datetime, shown: list[str]
) -> None:
    slots = timetable(start, 90, [Item(30), Item(30), Item(30)])
    assert [slot.start.astimezone(AMSTERDAM).strftime("%H:%M") for slot in slots if slot.start] == shown


def test_without_a_date_there_are_no_times_but_it_is_known_what_does_not_fit() -> None:
    slots = timetable(None, 60, [Item(30), Item(30), Item(1)])
    assert [(slot.start, slot.end, slot.over) for slot in slots] == [
        (None, None, False),
        (None, None, False),
        (None, None, True),
    ]


def test_a_start_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        timetable(datetime(2019, 2, 14, 15, 30), 60, [])  # noqa: DTZ001 - the fault itself
