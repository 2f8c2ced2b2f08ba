"""Four workers at once on one PostgreSQL: each thing is done by one of them, and one person's in order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from agenda import steps
from agenda.core.runtime import Runtime
from agenda.documents.model import StoredFile
from agenda.documents.text_reading import take
from agenda.mail.model import Letter
from tests.invitations.region import EVERYONE, Region
from tests.mail.letters import outgoing, queue
from tests.support.processes import LONG, Begin, processes, wait_until
from tests.support.smtp import MailServer
from tests.world import StandingClock, World

WORKERS = 4
PEOPLE = [f"wethouder.{number}@leidseregio.example" for number in range(10)]
LETTERS = 200


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """Several workers need PostgreSQL."""
    return postgres_url


@pytest.fixture
def start(tmp_path: Path, postgres_url: str) -> Iterator[Begin]:
    with processes(tmp_path, postgres_url) as begin:
        yield begin


def all_at_once(step: Callable[[], int]) -> list[int]:
    """Let four do the same thing at the same moment; what each of them did."""
    with ThreadPoolExecutor(WORKERS) as workers:
        return [done.result() for done in [workers.submit(step) for _ in range(WORKERS)]]


@pytest.mark.slow
def test_four_workers_deliver_every_letter_once_and_each_persons_in_order(
    start: Begin, runtime: Runtime, mail_server: MailServer
) -> None:
    queue(runtime, *(outgoing(f"brief {n:03}", to=PEOPLE[n % len(PEOPLE)]) for n in range(LETTERS)))
    settings = {
        "AGENDA_SMTP_URL": f"smtp://127.0.0.1:{mail_server.port}",
        "AGENDA_LETTERS_PER_HOUR": "100000",
    }
    workers = [start(f"worker-{number}", **settings) for number in range(WORKERS)]
    assert wait_until(lambda: len(mail_server.received) >= LETTERS, LONG)
    assert sum(one.leads for one in workers) == 1
    subjects = [str(one.message["Subject"]) for one in mail_server.received]
    assert [subject for subject, times in Counter(subjects).items() if times > 1] == []
    by_person = defaultdict(list)
    for one in mail_server.received:
        by_person[one.recipients[0]].append(str(one.message["Subject"]))
    assert all(letters == sorted(letters) for letters in by_person.values())
    assert mail_server.connections > 1


def test_four_who_tell_at_once_tell_everyone_once(
    runtime: Runtime, world: World, clock: StandingClock, mail_server: MailServer
) -> None:
    """As when a leader that hung goes on in the middle, and another one leads by now."""
    region = Region(runtime, world, clock, mail_server)
    region.plan()
    region.confirm()
    with runtime.read() as session:
        before = session.scalars(select(func.count()).select_from(Letter)).one()
    told = all_at_once(lambda: steps.tell(runtime))
    with runtime.read() as session:
        after = session.scalars(select(func.count()).select_from(Letter)).one()
    assert sorted(told) == [0, 0, 0, EVERYONE]
    assert after - before == EVERYONE


def test_four_who_take_a_file_at_once_take_four_files(runtime: Runtime) -> None:
    with runtime.work() as session:
        session.add_all(
            StoredFile(sha256=f"{n:064}", size=1, media_type="application/pdf", stored_at=runtime.clock())
            for n in range(WORKERS)
        )

    def take_one() -> int:
        with runtime.work() as session:
            taken = take(session, runtime.clock())
            return taken.file_id if taken else 0

    assert len(set(all_at_once(take_one)) - {0}) == WORKERS
