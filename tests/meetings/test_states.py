"""The database gives each meeting the state that the rule gives it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.meetings.model import Meeting
from agenda.meetings.rules import ends_at, state_of
from agenda.meetings.states import ends_at_in_sql, state_in_sql
from tests.world import World

NOW = datetime(2019, 2, 14, 14, 30, tzinfo=UTC)
STARTS = (
    None,
    NOW - timedelta(days=40),
    NOW - timedelta(minutes=90),
    NOW - timedelta(minutes=90, microseconds=-1000),
    NOW - timedelta(minutes=90, microseconds=1000),
    NOW,
    NOW + timedelta(days=40),
    # Over the end of a year and over both clock changes.
    datetime(2018, 12, 31, 23, 30, tzinfo=UTC),
    datetime(2019, 3, 31, 0, 30, tzinfo=UTC),
    datetime(2019, 10, 27, 0, 30, tzinfo=UTC),
)


def test_the_state_in_the_database_agrees_with_the_rule(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        for starts_at, minutes, *moments in product(STARTS, (15, 90), *([(None, NOW)] * 3)):
            confirmed_at, closed_at, cancelled_at = moments
            session.add(
                Meeting(
                    body_id=world.body_id,
                    title="Overleg",
                    venue="",
                    starts_at=starts_at,
                    minutes=minutes,
                    time_zone="Europe/Amsterdam",
                    created_at=NOW,
                    confirmed_at=confirmed_at,
                    closed_at=closed_at,
                    cancelled_at=cancelled_at,
                )
            )
    moments_to_look = [
        NOW,
        NOW + timedelta(hours=1),
        *(start + timedelta(minutes=15) for start in STARTS if start),
    ]
    with runtime.read() as session:
        for now in moments_to_look:
            rows = session.execute(select(Meeting, state_in_sql(now))).all()
            assert len(rows) == len(STARTS) * 2 * 8
            for meeting, state in rows:
                assert state == state_of(meeting, now).value


def test_the_end_in_the_database_is_the_start_and_the_minutes(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        for starts_at in STARTS:
            session.add(
                Meeting(
                    body_id=world.body_id,
                    title="Overleg",
                    starts_at=starts_at,
                    minutes=125,
                    time_zone="Europe/Amsterdam",
                    created_at=NOW,
                )
            )
    with runtime.read() as session:
        for meeting, end in session.execute(select(Meeting, ends_at_in_sql())):
            assert end == (ends_at(meeting.starts_at, 125) if meeting.starts_at else None)
