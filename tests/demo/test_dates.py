"""A date for the meeting in Zoeterwoude, in the demonstration's calendars."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from agenda.core.runtime import Runtime
from agenda.dates import queries
from agenda.dates.finding import Wanted
from agenda.dates.model import BusyCalendar
from agenda.dates.queries import Choice
from agenda.dates.slots import Reason
from agenda.demo.dates import calendar_of
from agenda.demo.load import read
from agenda.meetings.model import Meeting


@pytest.fixture
def choice(demo: Runtime) -> Choice:
    """What the secretary sees first."""
    with demo.read() as session:
        meeting = session.scalars(select(Meeting).where(Meeting.starts_at.is_(None))).one()
        return queries.choice(session, meeting, Wanted(), demo.clock(), None)


def test_the_quarter_has_good_days_hard_days_and_days_on_which_nobody_can(choice: Choice) -> None:
    assert choice.people == 42
    assert len(choice.proposals) == 12
    counts = {day.day: day.slot.free for day in choice.days if day.starts and day.slot}
    assert len(counts) > 30
    assert 5 < sum(free == choice.people for free in counts.values()) < 15
    assert len(set(counts.values())) > 6
    closed = [day for day in choice.days if day.why is Reason.CLOSED]
    # Tuesdays belong to the colleges themselves; the two days of Oegstgeest are in March.
    assert {day.day.weekday() for day in closed} == {1, 3, 4}
    assert any(day.why is Reason.NO_QUORUM for day in choice.days)


def test_nearly_everyone_gave_a_calendar_and_none_was_unclear(demo: Runtime, choice: Choice) -> None:
    known = queries.what_is_known(choice.case, demo.clock())
    assert 0 < len(known.unknown) < 6
    assert known.old == ()
    assert known.flagged == ()
    with demo.read() as session:
        assert (session.scalar(select(func.count()).select_from(BusyCalendar)) or 0) > 38


def test_calendars_hold_no_word_about_what_anyone_does() -> None:
    rows = read("calendars")
    written = calendar_of("leiden.burgemeester", rows)
    assert b"SUMMARY" not in written
    assert not any(row["name"].encode() in written for row in rows)
