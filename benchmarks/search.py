"""How long a search takes among 100 000 papers, on both databases, with what a reader may see judged.

Run: python -m benchmarks.search [NUMBER]. Prints median and 95th percentile of what the page does, from the
question to the marked snippets, the time of our own processor in it (of which PostgreSQL's is no part), and
how long the worker took to make everything findable.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, text

from agenda.accounts.rules import By
from agenda.app import create_app
from agenda.core.runtime import Runtime
from agenda.documents.model import Document, DocumentVersion, Reading, Secrecy, StoredFile
from agenda.entry import runtime_from
from agenda.people.model import Body, Role
from agenda.schema import upgrade
from agenda.search import indexing
from agenda.search.asked import Asked
from agenda.search.queries import find
from agenda.search.rules import question
from agenda.search.shown import hits
from agenda.search.snippets import Marker
from agenda.search.sources import SOURCES
from benchmarks.likeness import FIRST, SECOND
from config import load
from tests.support.postgres import start

NUMBER = 100_000
BODIES = 5
BATCH = 500
ROUNDS = 30
START = datetime(2009, 1, 5, 9, 0, tzinfo=UTC)
# In how many of a thousand papers a word stands, beside those that make up the texts.
PLANTED = {"woningbouwopgave": 300, "zilverreiger": 1, "regionale energiestrategie": 20}
QUESTIONS = {
    "common word": "woningbouwopgave",
    "two common words": "woningbouwopgave gemeente",
    "rare word": "zilverreiger",
    "phrase": '"regionale energiestrategie"',
    "beginning of a word": "woningbouw",
    "three letters": "woo",
    "nothing": "bestaatnergens",
}
USUAL = """
    gemeente college raad voorstel besluit advies regio jaar inwoners beleid uitvoering kosten begroting
    overleg samenwerking wethouder portefeuille nota bijlage planning onderzoek resultaat afspraak
""".split()


def texts(number: int) -> Iterator[tuple[str, str]]:
    """Give titles and texts of papers, always the same: most of two pages, some of a hundred."""
    chance = random.Random(number)
    compounds = [f"{first}{second}" for first in FIRST for second in SECOND]
    for _ in range(number):
        length = chance.choices((150, 400, 1_500, 8_000), (55, 35, 9, 1))[0]
        words = chance.choices(compounds, k=length // 2) + chance.choices(USUAL, k=length // 2)
        chance.shuffle(words)
        for planted, often in PLANTED.items():
            if chance.random() * 1_000 < often:
                words.insert(chance.randrange(len(words)), planted)
        yield " ".join(chance.sample(words, 4)).capitalize(), " ".join(words)


def fill(runtime: Runtime, number: int) -> None:
    """Write the papers of five bodies; one in fifty is limited, one in a hundred secret."""
    with runtime.work() as session:
        session.add_all([Body(name=f"Gremium {one}") for one in range(1, BODIES + 1)])
    made: dict[Any, list[dict[str, Any]]] = {StoredFile: [], Document: [], DocumentVersion: [], Secrecy: []}
    for key, (title, words) in enumerate(texts(number), 1):
        at = START + timedelta(hours=key % 90_000)
        made[StoredFile].append(
            {
                "id": key,
                "sha256": f"{key:064x}",
                "size": len(words),
                "media_type": "application/pdf",
                "stored_at": at,
                "reading": Reading.READ,
                "reading_why": "",
                "attempts": 1,
                "text": words,
            }
        )
        made[Document].append(
            {
                "id": key,
                "body_id": key % BODIES + 1,
                "title": title,
                "created_at": at,
                "created_by": "x",
                "closed": key % 50 == 0,
                "confidential": False,
                "removed_why": "",
                "version": 1,
            }
        )
        made[DocumentVersion].append(
            {
                "id": key,
                "document_id": key,
                "number": 1,
                "file_id": key,
                "file_name": "stuk.pdf",
                "uploaded_at": at,
                "uploaded_by": "x",
                "remark": "",
            }
        )
        if key % 100 == 1:
            made[Secrecy].append(
                {
                    "document_id": key,
                    "ground": "x",
                    "imposed_by": "x",
                    "may_lift": "x",
                    "since": at.date(),
                    "recorded_at": at,
                    "lifted_by": "",
                    "lifted_why": "",
                    "version": 1,
                }
            )
        if key % 5_000 == 0 or key == number:
            with runtime.work() as session:
                for kind, rows in made.items():
                    if rows:
                        session.execute(insert(kind), rows)
                    rows.clear()


def make_findable(runtime: Runtime) -> float:
    """Let the worker's own steps take everything in, in larger handfuls; the seconds."""
    begin = time.perf_counter()
    for source in SOURCES:
        indexing._bring_up_to_date(runtime, replace(source, batch=BATCH), lambda: False)
    if not runtime.sessions.is_sqlite:
        with runtime.sessions.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return time.perf_counter() - begin


def measure(app: Flask, runtime: Runtime, by: By) -> None:
    """Ask each question time and again, as the page does."""
    with app.test_request_context():
        for name, words in QUESTIONS.items():
            spent, worked, total = [], [], 0
            for _ in range(ROUNDS):
                begin, work = time.perf_counter(), time.process_time()
                wanted = question(words)
                with runtime.read() as session:
                    found = find(session, by, Asked(q=words), wanted)
                    hits(session, by, found.entries, Marker(wanted.terms))
                spent.append(time.perf_counter() - begin)
                worked.append(time.process_time() - work)
                total = found.total
            spent.sort()
            own = sorted(worked)[len(worked) // 2] * 1_000
            median, late = spent[len(spent) // 2] * 1_000, spent[int(len(spent) * 0.95)] * 1_000
            print(f"  {name:22} {total:7} {median:8.1f} ms {late:8.1f} ms {own:8.1f} ms")


@contextmanager
def runtime_on(url: str, folder: Path) -> Iterator[Runtime]:
    """Give a runtime on an empty, migrated database."""
    upgrade(url)
    environment = {
        "AGENDA_DATABASE_URL": url,
        "AGENDA_SECRET_KEY": "x" * 40,
        "AGENDA_BASE_URL": "http://localhost",
        "AGENDA_MAIL_FROM": "agenda@leidseregio.example",
        "AGENDA_SMTP_URL": "smtp://localhost:25",
        "AGENDA_VAR": str(folder),
    }
    runtime = runtime_from(load(environment))
    try:
        yield runtime
    finally:
        runtime.sessions.close()


def main() -> None:
    """Print a table for each database."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER
    # Sees what is limited in two bodies of five, and the rest of two others.
    member, reader = frozenset({Role.MEMBER}), frozenset({Role.READER})
    by = By(person_id=1, name="x", roles={1: member, 2: member, 3: reader, 4: reader})
    with tempfile.TemporaryDirectory() as folder:
        cluster = start(os.getpid())
        cluster.run("CREATE DATABASE search")
        for name, url in (
            ("SQLite", f"sqlite:///{folder}/search.sqlite"),
            ("PostgreSQL", cluster.url("search")),
        ):
            with runtime_on(url, Path(folder)) as runtime:
                fill(runtime, number)
                took = make_findable(runtime)
                print(f"{name}, {number} papers, made findable in {took:.0f} s")
                print(f"  {'question':22} {'found':>7} {'median':>11} {'95th':>11} {'processor':>11}")
                measure(create_app(runtime), runtime, by)


if __name__ == "__main__":
    main()
