"""Two who wait for each other's rows: PostgreSQL ends one of them, and that one is told and goes again."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update

from agenda.core.audit import AuditEntry
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.operations.model import JobState
from agenda.topics.model import Topic
from agenda.worker import Job, Turns
from tests.accounts.helpers import sign_in
from tests.support.processes import LONG, wait_until
from tests.world import World

SOMEBODY_WAITS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """On SQLite one writes at a time, and nobody waits for two."""
    return postgres_url


@pytest.fixture
def topic_id(runtime: Runtime, world: World, client: FlaskClient) -> int:
    clerk = sign_in(client, runtime, world, "clerk")
    assert clerk.post("/topics/new", data={"title": "Warmte", "minutes": "20"}).status_code == 303
    with runtime.read() as session:
        return session.scalars(select(Topic.id)).one()


@contextmanager
def crossing(runtime: Runtime, topic_id: int) -> Iterator[None]:
    """Somebody holds the history, and once another waits for it, wants the topic that this one holds."""
    elsewhere, holds, failures = Sessions(runtime.config.database_url), threading.Event(), list[Exception]()

    def cross() -> None:
        try:
            with elsewhere.work() as session:
                # So long the other one is found out first: it is that one that PostgreSQL ends.
                session.execute(text("SET LOCAL deadlock_timeout = '60s'"))
                session.execute(text("LOCK TABLE audit_entry IN SHARE MODE"))
                holds.set()
                assert wait_until(lambda: _somebody_waits(elsewhere), LONG)
                session.execute(update(Topic).where(Topic.id == topic_id).values(priority=5))
        except Exception as failure:  # noqa: BLE001 - told where it is waited for
            failures.append(failure)

    one = threading.Thread(target=cross)
    one.start()
    assert holds.wait(LONG)
    yield
    one.join(LONG)
    elsewhere.close()
    assert failures == []


def _somebody_waits(sessions: Sessions) -> bool:
    with sessions.read() as session:
        return bool(session.scalar(SOMEBODY_WAITS))


def kept(page: str) -> dict[str, str]:
    """Give what the page holds to be sent again."""
    return {
        name: unescape(value)
        for name, value in re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page, re.S)
    }


def test_a_page_in_a_deadlock_says_that_it_is_too_busy_and_goes_when_it_is_sent_again(
    runtime: Runtime, client: FlaskClient, topic_id: int
) -> None:
    typed = {"why": "Dubbel", "version": "1"}
    with runtime.read() as session:
        before = session.scalar(select(func.count()).select_from(AuditEntry))
    with crossing(runtime, topic_id):
        answer = client.post(f"/topics/{topic_id}/withdraw", data=typed)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "te druk" in answer.text
    assert kept(answer.text) == typed
    with runtime.read() as session:
        topic = session.get_one(Topic, topic_id)
        assert (topic.withdrawn_at, topic.priority) == (None, 5)
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == before
    again = client.post(f"/topics/{topic_id}/withdraw", data=kept(answer.text))
    assert again.status_code == 303
    with runtime.read() as session:
        assert session.get_one(Topic, topic_id).withdrawn_why == "Dubbel"


def test_a_task_of_the_worker_in_a_deadlock_is_written_down_and_goes_at_its_next_turn(
    runtime: Runtime, client: FlaskClient, topic_id: int
) -> None:
    def withdraw(_runtime: Runtime, _stopped: Callable[[], bool]) -> int:
        with runtime.work() as session:
            topic = session.get_one(Topic, topic_id, with_for_update=True)
            session.execute(text("LOCK TABLE audit_entry IN ROW EXCLUSIVE MODE"))
            topic.withdrawn_why = "Dubbel"
        return 1

    job = Job("withdraw", withdraw, seconds=1)
    turns = Turns(runtime, [job])
    with crossing(runtime, topic_id):
        turns.perform(job)
    with runtime.read() as session:
        state = session.scalars(select(JobState).where(JobState.name == "withdraw")).one()
        assert (state.failures, "DeadlockDetected" in state.error) == (1, True)
    turns.perform(job)
    with runtime.read() as session:
        state = session.scalars(select(JobState).where(JobState.name == "withdraw")).one()
        assert (state.failures, state.done) == (0, 1)
        assert session.get_one(Topic, topic_id).withdrawn_why == "Dubbel"
