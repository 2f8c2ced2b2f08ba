"""Letters a second through the outbox with 1, 2 and 4 real workers, to a mail server of its own process.

    python -m benchmarks.outbox_workers [LETTERS]

PostgreSQL keeps its data in memory here: what is measured is the work, not the disk. On SQLite one worker; a
second adds nothing there. A lane is a reader: one reader's letters leave one after another, so a single lane
is the worst that can happen. Measured from the moment the letters are committed until the last has arrived,
so with the two seconds in which a worker may not look. Every Message-ID must have come once. The processors'
time a letter is of all workers together, and says what a busy machine does not.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

from aiosmtpd.smtp import SMTP, Envelope, Session

from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.actions import post
from agenda.mail.transports import FolderTransport
from agenda.schema import upgrade
from benchmarks.outbox import Taker, letter_to
from config import ROOT, Config, load
from tests.support.postgres import start

LETTERS = 1_000
LONGEST_SECONDS = 120.0
MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.MULTILINE | re.IGNORECASE)


class Round(NamedTuple):
    """Letters a second, and the seconds that processors worked for one."""

    speed: float
    cpu: float


class Noting:
    """Notes when the latest letter came, and every Message-ID."""

    def __init__(self) -> None:
        self.identifiers: list[bytes] = []
        self.latest = 0.0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        found = MESSAGE_ID.search(envelope.original_content or b"")
        self.identifiers.append(found.group(1) if found else b"")
        self.latest = monotonic()
        return "250 2.0.0 taken in"


def take_letters(told: Connection) -> None:
    """Be the mail server: tell the port; when asked, how many came, how many differ, and the latest."""
    noting = Noting()
    server = Taker(noting, hostname="127.0.0.1", port=0)
    server.start()
    told.send(server.port)
    while told.recv():
        told.send((len(noting.identifiers), len(set(noting.identifiers)), noting.latest))
    server.stop()


@contextmanager
def mail_server() -> Iterator[tuple[int, Connection]]:
    """Run one; gives its port and who to ask."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=take_letters, args=(theirs,))
    process.start()
    try:
        yield ours.recv(), ours
    finally:
        ours.send(False)
        process.join()


def settings(folder: Path, database_url: str, port: int) -> dict[str, str]:
    """Give the environment of a worker."""
    return {
        "PATH": os.environ["PATH"],
        "AGENDA_DATABASE_URL": database_url,
        "AGENDA_SECRET_KEY": "x" * 40,
        "AGENDA_BASE_URL": "http://localhost",
        "AGENDA_MAIL_FROM": "agenda@leidseregio.example",
        "AGENDA_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "AGENDA_LETTERS_PER_HOUR": "1000000",
        "AGENDA_VAR": str(folder),
    }


@contextmanager
def workers(
    environment: dict[str, str], number: int, folder: Path
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run so many workers, each so far that it looks for letters."""
    with ExitStack() as stack:
        logs = [folder / f"worker{one}.log" for one in range(number)]
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "agenda", "worker"],
                cwd=ROOT,
                env=environment | {"AGENDA_LOG": "text"},
                stderr=stack.enter_context(log.open("w")),
            )
            for log in logs
        ]
        try:
            while not all("worker is at work" in log.read_text() for log in logs):
                assert all(one.poll() is None for one in running), [log.read_text() for log in logs]
                sleep(0.1)
            yield running
        finally:
            for one in running:
                one.terminate()
            for one in running:
                one.wait()


def queue(config: Config, letters: int, lanes: int, first: int) -> None:
    """Queue the letters in one transaction."""
    sessions = Sessions(config.database_url)
    now = datetime.now(UTC)
    runtime = Runtime(sessions, lambda: now, FolderTransport(config.var), config)
    with runtime.work() as session:
        for number in range(first, first + letters):
            post(session, config, letter_to(number, number % lanes), now)
    sessions.close()


def measure(database_url: str, number: int, letters: int) -> tuple[list[Round], bool]:
    """Let so many workers deliver, once for each kind of lanes; and whether every letter came once."""
    rounds: list[Round] = []
    with tempfile.TemporaryDirectory() as name, mail_server() as (port, server):
        folder = Path(name)
        url = database_url or f"sqlite:///{folder / 'agenda.sqlite'}"
        environment = settings(folder, url, port)
        upgrade(url)
        arrived = different = 0
        with workers(environment, number, folder) as running:
            for lanes in (letters, 50, 1):
                queue(load(environment), letters, lanes, first=arrived)
                begin, latest, due, spent = monotonic(), 0.0, arrived + letters, cpu_seconds(running)
                while arrived < due and monotonic() - begin < LONGEST_SECONDS:
                    sleep(0.1)
                    server.send(True)
                    arrived, different, latest = server.recv()
                rounds.append(Round(letters / (latest - begin), (cpu_seconds(running) - spent) / letters))
    return rounds, arrived == different == letters * len(rounds)


def cpu_seconds(processes: list[subprocess.Popen[bytes]]) -> float:
    """Tell how long processors worked for these (proc(5): the 14th and 15th field of `stat`)."""
    ticks = 0
    for process in processes:
        after_name = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(after_name[11]) + int(after_name[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main(letters: int = LETTERS) -> int:
    """Print the table; 1 when letters are missing or came twice."""
    cluster = start(os.getpid())
    print(f"{letters} letters, letters/s (ms CPU a letter)")
    print(f"{'':22} {'a lane each':>16} {'50 lanes':>16} {'one lane':>16} {'ratio':>6}")
    good, one = True, 0.0
    for database, number in (("SQLite", 1), ("PostgreSQL", 1), ("PostgreSQL", 2), ("PostgreSQL", 4)):
        if database == "SQLite":
            rounds, whole = measure("", number, letters)
        else:
            with cluster.database() as url:
                rounds, whole = measure(url, number, letters)
        good = good and whole
        one = rounds[0].speed if number == 1 else one
        name = f"{database}, {number} worker{'s' if number > 1 else ''}"
        told = " ".join(f"{each.speed:8.0f} ({each.cpu * 1000:4.1f})" for each in rounds)
        print(f"{name:22} {told} {rounds[0].speed / one:6.1f}", flush=True)
    cluster.close()
    print("every letter arrived once" if good else "LETTERS ARE MISSING OR CAME TWICE")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
