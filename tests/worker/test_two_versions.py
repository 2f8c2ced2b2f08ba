"""Two versions of the product beside each other, each in processes of its own, over one migration."""

from __future__ import annotations

import signal
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import select, text

from agenda import schema
from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.commands.serving import FINISH_SECONDS
from agenda.core.clock import system_clock
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from agenda.mail.transports import FolderTransport
from agenda.topics.model import Topic
from tests.conftest import make_config
from tests.mail.letters import outgoing, queue
from tests.support.next_version import ADDS, COUNTS, IN_SECONDS, USES, next_version
from tests.support.processes import LONG, ROOT, Begin, Process, processes, wait_until
from tests.support.smtp import MailServer
from tests.worker.people import Browser, Visitors, Watcher
from tests.world import World

pytestmark = pytest.mark.slow

PEOPLE = [f"wethouder.{number}@leidseregio.example" for number in range(8)]


@dataclass
class Machine:
    """One version at work: a web process and a worker."""

    door: int
    web: Process
    worker: Process


@dataclass
class House:
    """One database and one mail server for what runs, and what it is asked."""

    runtime: Runtime
    start: Begin
    mail: MailServer
    cookie: str
    folder: Path
    at_the_end: ExitStack
    queued: list[str] = field(default_factory=list)

    def machine(self, name: str, code: Path = ROOT) -> Machine:
        """Start this code beside what runs, and wait until it is at work."""
        worker = self.start(
            f"worker-{name}", code=code, AGENDA_SMTP_URL=self.mail.url, AGENDA_LETTERS_PER_HOUR="100000"
        )
        door, web = self.web(name, code)
        assert wait_until(lambda: "at work" in worker.said.read_text(), LONG), worker.said.read_text()
        return Machine(door, web, worker)

    def web(self, name: str, code: Path = ROOT) -> tuple[int, Process]:
        """Start a web process and wait until it serves; its port, and the process."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            door = free.getsockname()[1]
        web = self.start(f"web-{name}", "serve", "--port", str(door), code=code)
        assert wait_until(lambda: is_open(door), LONG), web.said.read_text()
        return door, web

    def upgraded_by(self, code: Path) -> None:
        """Bring the database up to date with this code, as an operator does."""
        upgrade = self.start("upgrade", "db", "upgrade", code=code)
        assert upgrade.process.wait(LONG) == 0, upgrade.said.read_text()

    def visitors(self, name: str, doors: Callable[[], list[int]]) -> Visitors:
        one = Visitors(doors, self.cookie, name)
        one.start()
        self.at_the_end.callback(one.end)
        return one

    def watcher(self, door: int) -> Watcher:
        one = Watcher(door)
        one.start()
        self.at_the_end.callback(one.end)
        return one

    def keep_queueing(self, ended: threading.Event) -> None:
        """Queue letters to some people, one after the other."""
        while not ended.wait(0.2):
            key = f"brief {len(self.queued)}"
            queue(self.runtime, outgoing(key, to=PEOPLE[len(self.queued) % len(PEOPLE)]))
            self.queued.append(key)

    def settled(self) -> bool:
        with self.runtime.read() as session:
            return set(session.scalars(select(Letter.fate))) <= {"sent"}

    def sent_with(self) -> Counter[str | None]:
        """How many letters each version sent; older code does not say."""
        with self.runtime.read() as session:
            return Counter(session.scalars(text("SELECT sent_with FROM letter WHERE fate = 'sent'")))


def is_open(door: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", door), 1):
            return True
    except OSError:
        return False


def more_than_now(count: Callable[[], int], more: int) -> Callable[[], bool]:
    """Tell later whether so many have been added since now."""
    now = count()
    return lambda: count() >= now + more


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """Several web processes need PostgreSQL."""
    return postgres_url


@pytest.fixture
def house(postgres_url: str, world: World, tmp_path: Path, mail_server: MailServer) -> Iterator[House]:
    config = make_config(tmp_path, postgres_url)
    sessions = Sessions(postgres_url)
    runtime = Runtime(sessions, system_clock, FolderTransport(tmp_path / "mail"), config)
    with runtime.work() as session:
        token = begin(session, world.person(session, "clerk"), "a test", runtime.clock())
    cookie = f"{session_cookie(config)}={token}"
    with processes(tmp_path, postgres_url) as start, ExitStack() as at_the_end:
        yield House(runtime, start, mail_server, cookie, tmp_path, at_the_end)
    sessions.close()


@contextmanager
def letters_coming(house: House) -> Iterator[None]:
    ended = threading.Event()
    thread = threading.Thread(target=house.keep_queueing, args=(ended,))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_the_next_version_takes_over_while_everything_goes_on(house: House, tmp_path: Path) -> None:
    old = house.machine("old")
    assert wait_until(lambda: old.worker.leads, LONG)
    # Now, when Python has compiled today's: the next one starts as fast.
    tomorrow = next_version(tmp_path / "next", "9999", ADDS, USES)
    watched = [house.watcher(old.door)]
    first = house.visitors("de oude", lambda: [old.door])
    with letters_coming(house):
        assert wait_until(more_than_now(lambda: first.at(old.door), 5), LONG)

        house.upgraded_by(tomorrow)
        after = more_than_now(lambda: first.at(old.door), 5)
        new = house.machine("new", tomorrow)
        watched.append(house.watcher(new.door))
        second = house.visitors("de nieuwe", lambda: [new.door])
        # Whoever comes to the old machine is let in by the new one once that is gone.
        third = house.visitors("de poort", lambda: [old.door, new.door])
        assert wait_until(after, LONG)
        assert wait_until(more_than_now(lambda: second.at(new.door), 5), LONG)
        assert wait_until(more_than_now(lambda: third.at(old.door), 5), LONG)
        beside = Counter(house.sent_with())
        assert wait_until(lambda: min((house.sent_with() - beside)[who] for who in (None, "next")) >= 3, LONG)
        assert not new.worker.leads
        the_olds, the_news = each_reads_and_changes_what_the_other_wrote(house, old, new)

        first.end()
        watched[0].end()
        old.worker.hears(signal.SIGTERM)
        assert old.worker.process.wait(LONG) == 0
        assert wait_until(lambda: new.worker.leads, LONG)
        old.web.hears(signal.SIGTERM)
        assert old.web.process.wait(LONG) == 0
        assert wait_until(more_than_now(lambda: third.at(new.door), 5), LONG)
        assert wait_until(more_than_now(lambda: house.sent_with()["next"], 5), LONG)
    house.at_the_end.close()

    visitors = [first, second, third]
    assert [one.others for one in visitors] == [[], [], []]
    assert {answer for one in watched for answer in one.answers} == {200}
    assert all(one.answers for one in watched)
    assert wait_until(house.settled, LONG)
    with house.runtime.read() as session:
        rows = session.execute(text("SELECT title, submitted_with FROM topic"))
        kept = dict(rows.all())
    by_door = {old.door: None, new.door: "next"}
    confirmed = {title: by_door[door] for one in visitors for title, door in one.confirmed.items()}
    assert confirmed == {title: kept.get(title, "lost") for title in confirmed}
    assert kept[the_olds] is None
    assert kept[the_news] == "next"
    subjects = Counter(str(one.message["Subject"]) for one in house.mail.received)
    assert {key: subjects[key] for key in house.queued} == dict.fromkeys(house.queued, 1)


def each_reads_and_changes_what_the_other_wrote(house: House, old: Machine, new: Machine) -> tuple[str, str]:
    """The titles of a topic that was begun with the old version and changed with the new, and the reverse."""
    at_old, at_new = Browser(old.door, house.cookie), Browser(new.door, house.cookie)
    titles = ("Begonnen bij de oude", "Begonnen bij de nieuwe")
    assert [at_old.submit(titles[0]), at_new.submit(titles[1])] == [303, 303]
    with house.runtime.read() as session:
        rows = select(Topic.title, Topic.id).where(Topic.title.in_(titles))
        numbers = dict(session.execute(rows).all())
    begun_at_old, begun_at_new = (numbers[title] for title in titles)
    assert at_new.ask("GET", f"/topics/{begun_at_old}/submitted-with")[:2] == (200, "not known")
    assert at_new.ask("GET", f"/topics/{begun_at_new}/submitted-with")[:2] == (200, "next")
    # To the old version the address does not exist: it is the old version.
    assert at_old.ask("GET", f"/topics/{begun_at_new}/submitted-with")[0] == 404
    assert at_old.send(f"/topics/{begun_at_new}/withdraw", why="Bij de oude", version="1") == 303
    assert at_new.send(f"/topics/{begun_at_old}/withdraw", why="Bij de nieuwe", version="1") == 303
    assert at_new.ask("GET", f"/topics/{begun_at_new}/submitted-with")[:2] == (200, "next")
    return titles


def test_where_older_code_cannot_go_on_it_steps_aside_and_changes_nothing(
    house: House, tmp_path: Path
) -> None:
    old = house.machine("old")
    tomorrow = next_version(tmp_path / "next", "b_9999", COUNTS, IN_SECONDS)
    early = Browser(old.door, house.cookie)
    first = house.visitors("de oude", lambda: [old.door])
    assert wait_until(more_than_now(lambda: first.at(old.door), 5), LONG)
    # Though nobody stopped the old version first.
    house.upgraded_by(tomorrow)

    status, page, _cookies = early.ask("GET", "/topics")
    assert (status, "Deze dienst wordt vernieuwd" in page) == (503, True)
    status, page, _cookies = early.ask(
        "POST", "/topics/new", csrf_token=early.token, title="Te laat", minutes="20"
    )
    assert (status, "Te laat" in page) == (503, True)
    assert early.ask("GET", "/readyz")[0] == 503
    assert old.worker.process.wait(LONG) == 1
    assert schema.BEYOND in old.worker.said.read_text()
    queue(house.runtime, outgoing("na de overgang"))

    new = house.machine("new", tomorrow)
    second = house.visitors("de nieuwe", lambda: [new.door])
    assert wait_until(more_than_now(lambda: second.at(new.door), 5), LONG)
    assert wait_until(lambda: new.worker.leads, LONG)
    assert wait_until(house.settled, LONG)
    house.at_the_end.close()

    assert set(first.others) == {"503"}
    assert second.others == []
    with house.runtime.read() as session:
        rows = session.execute(text("SELECT title, minutes FROM topic"))
        kept = dict(rows.all())
    assert kept.keys() == first.confirmed.keys() | second.confirmed.keys()
    # In seconds, all of them: the old version wrote no minutes into what the new one counts in seconds.
    assert set(kept.values()) == {20 * 60}
    subjects = [str(one.message["Subject"]) for one in house.mail.received]
    assert subjects.count("na de overgang") == 1


def test_a_web_process_that_is_told_to_stop_answers_what_it_was_asked(house: House) -> None:
    door, web = house.web("only")
    clerk = Browser(door, house.cookie)
    # One that was answered and stays open, and one that says nothing: nobody waits for these.
    idle, silent = HTTPConnection("127.0.0.1", door), socket.create_connection(("127.0.0.1", door))
    idle.request("GET", "/healthz", headers={"Host": "localhost"})
    assert idle.getresponse().read() == b"ok\n"
    with ThreadPoolExecutor(1) as somebody:
        with house.runtime.work() as session:
            session.execute(text("LOCK TABLE topic IN EXCLUSIVE MODE"))
            asked = somebody.submit(clerk.submit, "Op de valreep")
            assert wait_until(lambda: somebody_waits(house.runtime), LONG)
            web.hears(signal.SIGTERM)
            assert wait_until(lambda: not is_open(door), LONG)
            assert web.process.poll() is None
        assert asked.result(LONG) == 303
    assert web.process.wait(FINISH_SECONDS / 2) == 0
    idle.close()
    silent.close()
    with house.runtime.read() as session:
        assert session.scalars(select(Topic.title)).all() == ["Op de valreep"]


def somebody_waits(runtime: Runtime) -> bool:
    """Whether a process waits for another one's lock in this database."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with runtime.read() as session:
        return bool(session.scalar(waiting))
