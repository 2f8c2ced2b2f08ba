"""How fast a feed of 200 meetings is served: built anew, from its kept text, zipped, and as 304.

python -m benchmarks.feeds

Prints medians of requests through the application itself, and the ratio to building it each time.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from agenda.accounts.rules import By
from agenda.app import create_app
from agenda.core.actor import System
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.invitations import feed_actions
from agenda.invitations.actions import invite
from agenda.invitations.model import Feed
from agenda.mail.transports import FolderTransport
from agenda.meetings import actions as meetings
from agenda.meetings.facts import Plan
from agenda.people.model import Body
from agenda.schema import upgrade
from tests.conftest import make_config
from tests.world import START, StandingClock, make_world

MEETINGS, TIMES = 200, 30
ALDERMAN = "Wethouder Leiden 1"


def main() -> None:
    """Fill a region, ask for the feed in each way, and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        runtime, token = _region(Path(folder))
        client = create_app(runtime).test_client()
        path = f"/feeds/{token}.ics"
        etag = client.get(path).headers["ETag"]
        built = _median(lambda: _forget(runtime), lambda: _ok(client, path))
        rows = [
            ("built anew", built),
            ("kept text", _median(_nothing, lambda: _ok(client, path))),
            ("kept text, gzip", _median(_nothing, lambda: _ok(client, path, {"Accept-Encoding": "gzip"}))),
            (
                "304, nothing changed",
                _median(_nothing, lambda: _ok(client, path, {"If-None-Match": etag}, 304)),
            ),
        ]
        size = len(client.get(path).data)
        print(f"A feed of {MEETINGS} meetings, {size / 1000:.0f} kB, median of {TIMES} requests (in process)")
        for name, seconds in rows:
            print(f"  {name:<22}{seconds * 1000:8.2f} ms{1 / seconds:8.0f}/s{built / seconds:8.1f} x")
        runtime.sessions.close()


def _region(folder: Path) -> tuple[Runtime, str]:
    config = make_config(folder, f"sqlite:///{folder / 'agenda.sqlite'}")
    upgrade(config.database_url)
    runtime = Runtime(
        Sessions(config.database_url), StandingClock(), FolderTransport(folder / "mail"), config
    )
    with runtime.work() as session:
        world = make_world(session)
        body = session.get_one(Body, world.body_id)
        for number in range(MEETINGS):
            _meeting(session, runtime, body, number)
        by: By = world.by(session, ALDERMAN)
        feed = feed_actions.make_feed(session, config, None, by, runtime.clock())
        return runtime, feed_actions.token(config, feed.person_id, feed.serial)


def _meeting(session: Session, runtime: Runtime, body: Body, number: int) -> None:
    at = datetime(2019, 1, 8, 14, 30, tzinfo=UTC) + timedelta(days=number)
    plan = Plan(starts_at=at, venue="Raadhuis Zoeterwoude")
    meeting = meetings.create_meeting(session, body, plan, System(), START)
    session.flush()
    invite(session, runtime.config, meeting, System(), START)


def _forget(runtime: Runtime) -> None:
    with runtime.work() as session:
        for feed in session.query(Feed):
            feed.made_of = ""


def _nothing() -> None:
    return None


def _ok(client: FlaskClient, path: str, headers: dict[str, str] | None = None, status: int = 200) -> None:
    answer = client.get(path, headers=headers)
    if answer.status_code != status:
        raise SystemExit(f"{path}: {answer.status_code} instead of {status}")


def _median(before: Callable[[], None], ask: Callable[[], None]) -> float:
    taken = []
    for _ in range(TIMES):
        before()
        start = perf_counter()
        ask()
        taken.append(perf_counter() - start)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
