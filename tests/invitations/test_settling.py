"""Changes leave once they stand still (CALENDAR-MAIL rules 10 and 17 ask for few and true updates)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from agenda.invitations import actions
from agenda.invitations.model import Settling
from agenda.invitations.rules import LONGEST_WAIT, has_settled
from agenda.mail.model import Letter
from tests.accounts.helpers import sign_in
from tests.invitations.region import EVERYONE, Mail, Region
from tests.meetings.agenda_world import EVENING

DAY = timedelta(days=1)


@pytest.fixture
def waiting(region: Region) -> Region:
    """A region in which changes settle for a minute, with a meeting of which everyone was told."""
    region.runtime = replace(region.runtime, config=replace(region.runtime.config, settle_seconds=60))
    region.invite()
    return region


def updates(region: Region) -> list[str]:
    with region.runtime.read() as session:
        query = select(Letter.subject).where(Letter.kind.in_(("update", "cancellation"))).order_by(Letter.id)
        return list(session.scalars(query))


def test_invitations_themselves_leave_at_once(waiting: Region) -> None:
    with waiting.runtime.read() as session:
        assert session.scalars(select(Letter.id).where(Letter.kind == "invitation")).first()


def test_five_changes_within_a_minute_are_one_update(waiting: Region) -> None:
    for number in range(1, 6):
        waiting.move(EVENING + number * DAY)
        assert waiting.tell() == []
        waiting.clock.wind(seconds=10)
    assert updates(waiting) == []
    waiting.clock.wind(minutes=1)
    told = waiting.tell()
    assert len(told) == len(updates(waiting)) == EVERYONE
    waiting.clock.wind(minutes=1)
    assert waiting.tell() == []


def test_a_change_that_is_taken_back_within_the_minute_is_told_to_nobody(waiting: Region) -> None:
    waiting.move(EVENING + DAY)
    assert waiting.tell() == []
    waiting.move(EVENING)
    assert waiting.tell() == []
    waiting.clock.wind(minutes=2)
    assert waiting.tell() == []
    with waiting.runtime.read() as session:
        assert session.scalars(select(Settling)).all() == []


def test_who_goes_on_editing_keeps_the_others_waiting_ten_minutes_and_no_longer(waiting: Region) -> None:
    told: list[Mail] = []
    for number in range(1, 25):
        waiting.move(EVENING + number * DAY)
        told += waiting.tell()
        if told:
            break
        waiting.clock.wind(seconds=30)
    assert told
    assert number * timedelta(seconds=30) >= LONGEST_WAIT


def test_the_secretary_sends_at_once(waiting: Region, client: FlaskClient) -> None:
    waiting.move(EVENING + DAY)
    waiting.tell()
    sign_in(client, waiting.runtime, waiting.world, "secretary")
    page = client.get(f"/meetings/{waiting.meeting_id}").text
    assert "Nu versturen" in page
    answer = client.post(f"/meetings/{waiting.meeting_id}/invitations/now", follow_redirects=True)
    assert f"Er gaan nu {EVERYONE} brieven uit." in answer.text
    assert "Nu versturen" not in answer.text
    assert len(updates(waiting)) == EVERYONE
    waiting.clock.wind(minutes=2)
    waiting.tell()
    assert len(updates(waiting)) == EVERYONE
    again = client.post(f"/meetings/{waiting.meeting_id}/invitations/now")
    assert again.status_code == 409


def test_a_restart_in_between_forgets_nothing(waiting: Region) -> None:
    waiting.move(EVENING + DAY)
    waiting.tell()
    waiting.clock.wind(minutes=1)
    with waiting.runtime.work() as session:
        assert actions.tell_everyone(session, waiting.runtime.config, waiting.clock()) > 0


@given(
    since=st.integers(0, 2_000),
    first=st.integers(0, 2_000),
    wait=st.integers(1, 900),
    later=st.integers(0, 900),
)
def test_what_may_leave_may_leave_later_too_and_always_within_ten_minutes(
    since: int, first: int, wait: int, later: int
) -> None:
    now = datetime(2019, 3, 31, 1, 30, tzinfo=UTC)
    facts = (now - timedelta(seconds=since), now - timedelta(seconds=max(since, first)))
    if has_settled(*facts, now, timedelta(seconds=wait)):
        assert has_settled(*facts, now + timedelta(seconds=later), timedelta(seconds=wait))
    assert has_settled(*facts, now + LONGEST_WAIT, timedelta(seconds=wait))
