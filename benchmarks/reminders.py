"""One look for reminders with a million of them behind us, and a hundred thousand that are due at once.

Run: python -m benchmarks.reminders [LEDGER] [DUE]. Each database is measured in a process of its own, for the
peak of its memory.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, insert, select, text

from agenda.core.runtime import Runtime
from agenda.decisions.model import ActionItem
from agenda.people.model import Body, Person
from agenda.reminders.actions import remind_everyone
from agenda.reminders.model import Reminder
from benchmarks.search import runtime_on
from tests.support.crowd import crowd
from tests.support.postgres import start
from tests.world import START, World, make_world

LEDGER, DUE = 1_000_000, 100_000
PER_PERSON = 40
TOPICS, MEETINGS = 400, 200
BATCH = 20_000
LOOKS = 9
AIM_SECONDS = 1.0
# A Wednesday at nine in the morning, the day after which everything was given.
MORNING = START + timedelta(days=1)


def fill_ledger(runtime: Runtime, world: World, number: int) -> None:
    """Write reminders that went in the ten years before."""
    people = list(world.people.values())
    for first in range(0, number, BATCH):
        rows = []
        for n in range(first, min(first + BATCH, number)):
            at = START - timedelta(days=1 + n % 3_650)
            person = people[n % len(people)]
            rows.append(
                {
                    "key": f"no_answer|meeting:{n}|{at:%Y-%m-%d}|-7|{person}",
                    "kind": "no_answer",
                    "person_id": person,
                    "subject_kind": "meeting",
                    "subject_id": 1_000_000 + n,
                    "due_at": at,
                    "sent_at": at,
                    "letter_key": f"reminders:{person}:{at:%Y-%m-%d}",
                }
            )
        with runtime.work() as session:
            session.execute(insert(Reminder), rows)


def give_actions(runtime: Runtime, world: World, number: int) -> None:
    """Give many people forty actions each, of which they hear the next morning."""
    people = [
        {"name": f"Medewerker {n}", "email": f"m{n}@leiden.example"} for n in range(number // PER_PERSON)
    ]
    with runtime.work() as session:
        session.execute(insert(Person), [one | {"language": "nl", "version": 1} for one in people])
        owners = session.scalars(select(Person.id).where(Person.name.like("Medewerker %"))).all()
        rows = [
            {
                "body_id": world.body_id,
                "text": f"Offerte {n} opvragen",
                "owner_id": owners[n % len(owners)],
                "made_at": START,
                "given_at": START,
                "remark": "",
                "version": 1,
            }
            for n in range(number)
        ]
        for first in range(0, number, BATCH):
            session.execute(insert(ActionItem), rows[first : first + BATCH])


def look(runtime: Runtime) -> tuple[int, float]:
    """Look once, as the worker does: how many letters, and the seconds."""
    begin = time.perf_counter()
    with runtime.work() as session:
        letters = remind_everyone(session, runtime.config, MORNING)
    return letters, time.perf_counter() - begin


def measure(name: str, url: str, folder: Path, ledger: int, due: int) -> int:
    """Print what one database needs; 1 when a look takes longer than the aim."""
    with runtime_on(url, folder) as runtime:
        with runtime.work() as session:
            world = make_world(session)
            crowd(session, world, TOPICS, MEETINGS)
            bodies = session.scalar(select(func.count(Body.id)))
        look(runtime)
        fill_ledger(runtime, world, ledger)
        _settle(runtime)
        looks = [look(runtime) for _ in range(LOOKS)]
        seconds = sorted(taken for _, taken in looks)
        median = statistics.median(seconds)
        print(f"{name:12} one look, nothing due, {ledger} rows, {bodies} bodies, {MEETINGS} meetings")
        print(
            f"{'':12} median {median:.3f} s, slowest {seconds[-1]:.3f} s, letters {sum(n for n, _ in looks)}"
        )
        give_actions(runtime, world, due)
        before = _megabytes()
        letters, taken = look(runtime)
        with runtime.read() as session:
            queued = session.scalar(select(func.count(Reminder.id)).where(Reminder.sent_at == MORNING)) or 0
        print(f"{'':12} {queued} reminders gathered and queued in {letters} letters: {taken:.1f} s, ", end="")
        print(f"peak memory {_megabytes():.0f} MB ({before:.0f} MB before)", flush=True)
    return int(median > AIM_SECONDS or queued < due)


def _settle(runtime: Runtime) -> None:
    """Let the database count its rows, as it does by itself in the course of a day."""
    with runtime.sessions.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(ledger: int = LEDGER, due: int = DUE) -> int:
    """Measure both databases; 1 when one of them is too slow."""
    print(f"aim: one look under {AIM_SECONDS:.0f} s", flush=True)
    cluster = start(os.getpid())
    cluster.run("CREATE DATABASE reminders")
    with tempfile.TemporaryDirectory() as folder:
        urls = {"SQLite": f"sqlite:///{folder}/agenda.sqlite", "PostgreSQL": cluster.url("reminders")}
        failed = [
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "benchmarks.reminders",
                    "--of",
                    name,
                    url,
                    folder,
                    str(ledger),
                    str(due),
                ],
                check=False,
            ).returncode
            for name, url in urls.items()
        ]
    return int(any(failed))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--of"]:
        found, address, place, rows, many = sys.argv[2:]
        sys.exit(measure(found, address, Path(place), int(rows), int(many)))
    sys.exit(main(*map(int, sys.argv[1:])))
