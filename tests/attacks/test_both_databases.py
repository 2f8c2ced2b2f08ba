"""PostgreSQL refuses what SQLite swallows, and the other way round: neither may break a page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from agenda.core.runtime import Runtime
from agenda.topics import actions as topics
from agenda.topics.model import Topic
from tests.accounts.helpers import sign_in
from tests.meetings.planning import dated
from tests.world import World

VALUES = ["a\x00b", "-1", str(2**31), str(2**63), "9" * 400, "²", "%\\", "1 " * 500]
NAMES = ("q", "page", "body", "host", "state", "sort", "view", "person", "kind", "lead", "focus", "before",
         "organisation", "role", "period", "treatment")  # fmt: skip


@pytest.fixture
def made(runtime: Runtime, world: World) -> tuple[int, int]:
    """Give the numbers of a meeting and a topic."""
    with runtime.work() as session:
        body, by = world.body(session), world.by(session, "secretary")
        return dated(session, world).id, topics.quick_add(session, body, "Warmte", by, runtime.clock()).id


def test_no_address_bar_breaks_a_list(client: FlaskClient, runtime: Runtime, world: World) -> None:
    sign_in(client, runtime, world, "administrator")
    for path in ("/topics", "/topics.csv", "/meetings", "/letters", "/people", "/meetings?view=quarter"):
        for value in VALUES:
            asked = "&".join(f"{name}={value}" for name in NAMES).replace("\x00", "%00")
            answer = client.get(f"{path}{'&' if '?' in path else '?'}{asked}")
            assert answer.status_code in {200, 303}, (path, value)
            for alone in ("q", "kind"):
                found = client.get(path.partition("?")[0], query_string={alone: value})
                assert found.status_code == 200, (path, alone, value)


def test_no_number_breaks_a_form(
    client: FlaskClient, runtime: Runtime, world: World, made: tuple[int, int]
) -> None:
    sign_in(client, runtime, world, "secretary")
    meeting, topic = made
    forms = {
        f"/topics/{topic}/lead": "lead",
        f"/meetings/{meeting}/attendees": "person",
        f"/meetings/{meeting}/agenda/topics": "topic",
        f"/meetings/{meeting}/agenda/order": "order",
        f"/meetings/{meeting}/agenda/undo": "step",
        f"/meetings/{meeting}/clear-date": "version",
        f"/meetings/{meeting}/reminders/no_answer%00/off": "x",
        f"/topics/{2**31}/lead": "lead",
    }
    for path, name in forms.items():
        for value in VALUES:
            answer = client.post(path, data={name: value})
            assert answer.status_code < 500, (path, value)


def test_a_zero_byte_is_not_kept(
    client: FlaskClient, runtime: Runtime, world: World, made: tuple[int, int]
) -> None:
    sign_in(client, runtime, world, "secretary")
    _meeting, topic = made
    sent = {"title": "a\x00b", "summary": "c\x00d", "purpose": "inform", "treatment": "discussion"}
    answer = client.post(f"/topics/{topic}/edit", data=sent | {"minutes": "20", "priority": "3"})
    assert answer.status_code == 303
    with runtime.read() as session:
        kept = session.get_one(Topic, topic)
        assert (kept.title, kept.summary) == ("ab", "cd")
