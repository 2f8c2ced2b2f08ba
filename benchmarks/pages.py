"""How long pages take, and how many queries each asks, with 2 000 topics and 500 meetings.

Run: python -m benchmarks.pages. Prints a table; the last column is the number of queries with a tenth of
the data, which must be the same: no page may grow its queries with its rows.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import numpy as np
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from agenda.app import create_app
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.dates.busy import Busy
from agenda.dates.calendar_actions import Upload, add_file
from agenda.mail.transports import FolderTransport
from agenda.schema import upgrade
from config import load
from tests.accounts.helpers import sign_in
from tests.support.crowd import crowd
from tests.world import StandingClock, World, make_world

ROUNDS = 15
FULL, TENTH = (2_000, 500), (200, 50)
OPEN, OPEN_TENTH = (2_000, 10), (200, 10)
WHO = "secretary"


def addresses(world: World, meetings: int) -> list[tuple[str, str]]:
    """Name every page that shows many things, and the pages of one thing."""
    closed, coming = 1, meetings
    return [
        ("start page", "/"),
        ("topics", "/topics"),
        ("topics, searched", "/topics?q=onderwerp+12"),
        ("topics by focus area", "/topics?view=focus"),
        ("one topic", "/topics/5"),
        ("meetings", "/meetings"),
        ("quarter calendar", "/meetings?view=quarter&q=2019-1"),
        ("meeting, closed", f"/meetings/{closed}"),
        ("meeting, coming", f"/meetings/{coming}"),
        ("agenda editor", f"/meetings/{coming}/agenda"),
        ("choose a date", f"/meetings/{coming}/date"),
        ("choose a date in a year", f"/meetings/{coming}/date?tried=1&first=2019-01-01&last=2019-12-31"),
        ("days of a body", f"/bodies/{world.body_id}/dates"),
        ("invitations", f"/meetings/{coming}/invitations"),
        ("outcomes", f"/meetings/{closed}/outcomes"),
        ("letters", "/letters"),
        ("one body", f"/bodies/{world.body_id}"),
    ]


def calendars(session: Session, world: World, now: datetime) -> None:
    """Let everyone be busy for an hour on each day of two years."""
    begin = int(now.timestamp()) // 60 - 365 * 24 * 60
    for who, key in world.people.items():
        starts = begin + np.arange(730, dtype=np.int64) * 24 * 60 + key % 7 * 60
        busy = Busy(np.stack((starts, starts + 60), axis=1), ())
        days = (date(2017, 12, 1), date(2019, 12, 31))
        add_file(session, world.by(session, who), Upload("agenda.ics", busy, days), now)


class Counter:
    """Counts the statements that reach the database."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, *_: object) -> None:
        self.statements += 1


@contextmanager
def region(topics: int, meetings: int) -> Iterator[tuple[FlaskClient, World, Counter]]:
    """Give a signed-in secretary in a region of this size, and a counter of statements."""
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        config = load(
            {
                "AGENDA_SECRET_KEY": "x" * 40,
                "AGENDA_BASE_URL": "http://localhost",
                "AGENDA_MAIL_FROM": "agenda@leidseregio.example",
                "AGENDA_VAR": folder,
            }
        )
        upgrade(config.database_url)
        sessions = Sessions(config.database_url)
        send = FolderTransport(var / "mail")
        runtime = Runtime(sessions=sessions, clock=StandingClock(), send=send, config=config)
        with runtime.work() as session:
            world = make_world(session)
            crowd(session, world, topics, meetings)
            calendars(session, world, runtime.clock())
        client = create_app(runtime).test_client()
        sign_in(client, runtime, world, WHO)
        counter = Counter()
        event.listen(sessions.engine, "before_cursor_execute", counter)
        yield client, world, counter
        sessions.close()


def measure(client: FlaskClient, address: str) -> tuple[int, float]:
    """Open a page several times; its status and the median in milliseconds."""
    status, spent = 0, []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        status = client.get(address).status_code
        spent.append((time.perf_counter() - begin) * 1000)
    return status, statistics.median(spent)


def queries(client: FlaskClient, counter: Counter, address: str) -> int:
    """Count the statements of one page."""
    client.get(address)
    before = counter.statements
    client.get(address)
    return counter.statements - before


def table(title: str, full: tuple[int, int], tenth: tuple[int, int], only: tuple[str, ...] = ()) -> None:
    """Print the pages of a region of this size beside their queries in one of a tenth."""
    with region(*tenth) as (client, world, counter):
        few = {name: queries(client, counter, address) for name, address in addresses(world, tenth[1])}
    print(f"{title:32} {'status':>6} {'median ms':>10} {'queries':>8} {'with a tenth':>13}")
    with region(*full) as (client, world, counter):
        for name, address in addresses(world, full[1]):
            if only and name not in only:
                continue
            asked = queries(client, counter, address)
            status, median = measure(client, address)
            print(f"{name:32} {status:6} {median:10.1f} {asked:8} {few[name]:13}")


def main() -> None:
    """Print the tables."""
    table("2 000 topics, 500 meetings", FULL, TENTH)
    # With few meetings nearly every topic is open: what these pages have most work with.
    table("nearly all topics open", OPEN, OPEN_TENTH, ("start page", "topics", "agenda editor"))


if __name__ == "__main__":
    main()
