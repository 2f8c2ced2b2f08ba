"""The database's machine goes down under load and its standby takes over: nothing confirmed is lost."""

from __future__ import annotations

import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core.clock import system_clock
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from agenda.mail.transports import FolderTransport
from agenda.schema import upgrade
from agenda.topics.model import Topic
from tests.conftest import make_config
from tests.mail.letters import outgoing, queue
from tests.support.processes import LONG, Begin, Process, processes, wait_until
from tests.support.smtp import MailServer
from tests.support.two_servers import Server, primary_and_standby
from tests.worker.people import Browser
from tests.world import World, make_world

PEOPLE = [f"wethouder.{number}@leidseregio.example" for number in range(8)]


@dataclass
class Confirmed:
    """What somebody was told is saved, and how pages answered."""

    topics: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)


@dataclass
class House:
    """The product on two machines: a web process and a worker on each, and the mail server."""

    runtime: Runtime
    webs: dict[int, Process]
    workers: list[Process]
    cookie: str
    mail: MailServer
    confirmed: Confirmed = field(default_factory=Confirmed)

    def answers(self, port: int) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return True
        except OSError:
            return False


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Server, Server]]:
    with primary_and_standby() as both:
        yield both


@pytest.fixture
def house(servers: tuple[Server, Server], tmp_path: Path, mail_server: MailServer) -> Iterator[House]:
    """Start everything on the two servers, by an address that names both."""
    hosts = ",".join(f"127.0.0.1:{one.port}" for one in servers)
    address = f"postgresql://agenda@{hosts}/agenda?target_session_attrs=read-write"
    config = make_config(tmp_path, address)
    upgrade(config.database_url)
    runtime = Runtime(
        sessions=Sessions(config.database_url),
        clock=system_clock,
        send=FolderTransport(tmp_path / "mail"),
        config=config,
    )
    with runtime.work() as session:
        world: World = make_world(session)
        session.flush()
        token = begin(session, world.person(session, "clerk"), "a test", runtime.clock())
    settings = {
        "AGENDA_SMTP_URL": f"smtp://127.0.0.1:{mail_server.port}",
        "AGENDA_LETTERS_PER_HOUR": "100000",
    }
    with processes(tmp_path, address) as start:
        yield _started(start, runtime, settings, f"{session_cookie(config)}={token}", mail_server)
    runtime.sessions.close()


def _started(
    start: Begin, runtime: Runtime, settings: dict[str, str], cookie: str, mail: MailServer
) -> House:
    ports = []
    for _ in range(2):
        with socket.create_server(("127.0.0.1", 0)) as free:
            ports.append(free.getsockname()[1])
    webs = {port: start(f"web-{port}", "serve", "--port", str(port), **settings) for port in ports}
    workers = [start(f"worker-{number}", "worker", **settings) for number in range(2)]
    house = House(runtime, webs, workers, cookie, mail)
    assert wait_until(lambda: all(map(house.answers, ports)), LONG)
    assert wait_until(lambda: any(one.leads for one in workers), LONG)
    return house


def keep_submitting(house: House, port: int, ended: threading.Event) -> None:
    """Submit topics at one web process, one after the other."""
    browser, number = Browser(port, house.cookie), 0
    while not ended.is_set():
        number += 1
        title = f"Onderwerp {number} bij {port}"
        try:
            status = browser.submit(title)
        except (OSError, HTTPException):
            status = 0
        house.confirmed.statuses.add(status)
        if status == 303:
            house.confirmed.topics.append(title)
        time.sleep(0.02)


def keep_queueing(house: House, ended: threading.Event) -> None:
    """Queue letters to some people, one after the other."""
    number = 0
    while not ended.is_set():
        number += 1
        key = f"brief {number}"
        try:
            queue(house.runtime, outgoing(key, to=PEOPLE[number % len(PEOPLE)]))
        except SQLAlchemyError:
            time.sleep(0.1)
            continue
        house.confirmed.letters.append(key)
        time.sleep(0.02)


def more_than_now(count: Callable[[], int], more: int) -> Callable[[], bool]:
    """Tell later whether so many have been added since now."""
    now = count()
    return lambda: count() >= now + more


def a_quarter_of_an_hour_later(runtime: Runtime) -> None:
    """Let leases of workers that lost the database end, and letters that wait for their next try be due."""
    now = runtime.clock()
    with runtime.work() as session:
        session.execute(
            update(Letter)
            .where(Letter.settled_at.is_(None))
            .values(leased_until=None, due_at=now, lease=None)
        )


def unsettled(runtime: Runtime) -> int:
    with runtime.read() as session:
        waiting = select(func.count()).select_from(Letter).where(Letter.settled_at.is_(None))
        return session.scalars(waiting).one()


@pytest.mark.slow
def test_when_the_standby_takes_over_nothing_confirmed_is_lost_and_no_letter_leaves_under_two_names(
    house: House, servers: tuple[Server, Server], record_property: Callable[[str, object], None]
) -> None:
    primary, standby = servers
    confirmed, ended = house.confirmed, threading.Event()
    people = [threading.Thread(target=keep_submitting, args=(house, port, ended)) for port in house.webs]
    people.append(threading.Thread(target=keep_queueing, args=(house, ended)))
    for one in people:
        one.start()
    try:
        assert wait_until(more_than_now(lambda: len(confirmed.topics), 20), LONG)
        assert wait_until(more_than_now(lambda: len(house.mail.received), 20), LONG)
        primary.kill()
        killed = time.monotonic()
        first = more_than_now(lambda: len(confirmed.topics), 1)
        topics = more_than_now(lambda: len(confirmed.topics), 20)
        letters = more_than_now(lambda: len(house.mail.received), 20)
        leads = [one.said.read_text().count("worker leads") for one in house.workers]
        assert wait_until(lambda: 503 in confirmed.statuses)
        standby.promote()
        promoted = time.monotonic()
        record_property("promoted, seconds after the kill", promoted - killed)
        assert wait_until(first, LONG)
        record_property("pages again, seconds after the promotion", time.monotonic() - promoted)
        assert wait_until(topics, LONG)
        assert wait_until(letters, LONG)
        record_property("letters again, seconds after the promotion", time.monotonic() - promoted)
        assert wait_until(
            lambda: [one.said.read_text().count("worker leads") for one in house.workers] != leads, LONG
        )
        record_property("a leader again, seconds after the kill", time.monotonic() - killed)
    finally:
        ended.set()
        for one in people:
            one.join()
    assert confirmed.statuses <= {303, 503}
    assert all(one.process.poll() is None for one in [*house.webs.values(), *house.workers])
    a_quarter_of_an_hour_later(house.runtime)
    assert wait_until(lambda: unsettled(house.runtime) == 0, LONG)

    with house.runtime.read() as session:
        kept = set(session.scalars(select(Topic.title)))
        fates = {row.key: row.fate for row in session.execute(select(Letter.key, Letter.fate))}
    assert set(confirmed.topics) <= kept
    assert {fates.get(key) for key in confirmed.letters} == {"sent"}
    names = defaultdict(set)
    for one in house.mail.received:
        names[one.message["Subject"]].add(one.message["Message-ID"])
    assert set(confirmed.letters) <= names.keys()
    assert {subject: ids for subject, ids in names.items() if len(ids) > 1} == {}
    record_property("topics confirmed", len(confirmed.topics))
    record_property("letters confirmed", len(confirmed.letters))
    record_property("letters accepted", len(house.mail.received))
