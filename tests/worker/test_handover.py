"""The lead passes on when its worker is killed, hangs or is cut off; one that comes back does no harm."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from agenda.core.leadership import PULSE_SECONDS, SILENCE_SECONDS
from tests.support.postgres import Cluster
from tests.support.processes import LONG, Begin, Process, processes, wait_until
from tests.support.proxy import Line, line_to

pytestmark = pytest.mark.slow

Happens = Callable[[Process, Line], None]


@pytest.fixture
def start(tmp_path: Path, postgres_url: str) -> Iterator[Begin]:
    """Start workers on one database; they are ended afterwards, also where they stand still."""
    with processes(tmp_path, postgres_url) as begin:
        yield begin


@pytest.fixture
def line(postgres_cluster: Cluster) -> Iterator[Line]:
    """Give the first worker's line to the database."""
    with line_to(str(postgres_cluster.folder / ".s.PGSQL.5432")) as one:
        yield one


def is_killed(worker: Process, _line: Line) -> None:
    worker.hears(signal.SIGKILL)


def stands_still(worker: Process, _line: Line) -> None:
    worker.hears(signal.SIGSTOP)


def is_cut_off(_worker: Process, line: Line) -> None:
    line.becomes("silent")


@pytest.mark.parametrize("happens", [is_killed, stands_still, is_cut_off])
def test_another_worker_leads_soon(
    happens: Happens,
    start: Begin,
    line: Line,
    postgres_url: str,
    record_property: Callable[[str, object], None],
) -> None:
    through = f"postgresql://agenda@127.0.0.1:{line.port}/{make_url(postgres_url).database}"
    first = start("first", AGENDA_DATABASE_URL=through)
    assert wait_until(lambda: first.leads, LONG)
    second = start("second")
    assert wait_until(lambda: second.can_be_told, LONG)
    # It has looked whether somebody leads, and somebody does.
    time.sleep(PULSE_SECONDS)
    assert not second.leads
    happens(first, line)
    began = time.monotonic()
    assert wait_until(lambda: second.leads, LONG)
    record_property(f"{happens.__name__}: seconds to the next leader", round(time.monotonic() - began, 1))
    if happens is is_killed:
        return
    line.becomes("open")
    first.hears(signal.SIGCONT)
    assert wait_until(lambda: "the lead is lost" in first.said.read_text(), LONG)
    assert first.process.poll() is None
    # It stands by, and leads again once the other one is gone.
    second.hears(signal.SIGKILL)
    assert wait_until(lambda: first.said.read_text().count("worker leads") == 2, LONG)
    first.hears(signal.SIGTERM)
    assert first.process.wait(LONG) == 0


def test_the_silence_that_ends_a_lead_and_the_looks_of_others_fit_in_fifteen_seconds() -> None:
    assert PULSE_SECONDS + SILENCE_SECONDS < 15
