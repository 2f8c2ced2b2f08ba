"""The worker as a real process: one leads, another takes over, and both stop when told."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from agenda import worker
from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from tests.mail.letters import outgoing, queue
from tests.world import StandingClock

ROOT = Path(__file__).parents[2]
SOON = 30.0


class Process:
    """One `python -m agenda worker`, with what it says."""

    def __init__(self, folder: Path, name: str, database_url: str) -> None:
        self.said = folder / f"{name}.log"
        environment = {
            "PATH": os.environ["PATH"],
            "AGENDA_DATABASE_URL": database_url,
            "AGENDA_SECRET_KEY": "x" * 40,
            "AGENDA_BASE_URL": "http://localhost",
            "AGENDA_MAIL_FROM": "agenda@leidseregio.example",
            "AGENDA_VAR": str(folder),
        }
        with self.said.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "agenda", "worker"], cwd=ROOT, env=environment, stderr=log
            )

    @property
    def leads(self) -> bool:
        return "worker leads" in self.said.read_text()

    @property
    def can_be_told(self) -> bool:
        """Whether it is so far that SIGTERM does not simply end it: Linux knows which signals it catches."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        caught = int(re.search(r"^SigCgt:\s*(\w+)", status, re.MULTILINE).group(1), 16)
        return bool(caught >> (signal.SIGTERM - 1) & 1)


def wait_until(true: Callable[[], bool], seconds: float = SOON) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return true()


@pytest.fixture
def start(tmp_path: Path, database_url: str) -> Iterator[Callable[[str], Process]]:
    """Start workers that share one database; whatever still runs at the end is ended."""
    started: list[Process] = []

    def begin(name: str) -> Process:
        started.append(Process(tmp_path, name, database_url))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()


@pytest.mark.slow
def test_of_two_workers_one_leads_and_the_other_takes_over_when_it_is_killed(
    start: Callable[[str], Process], runtime: Runtime, tmp_path: Path
) -> None:
    first = start("first")
    assert wait_until(lambda: first.leads)
    second = start("second")
    assert not wait_until(lambda: second.leads, seconds=worker.WAIT_FOR_LEAD_SECONDS + 3)
    first.process.send_signal(signal.SIGKILL)
    assert wait_until(lambda: second.leads)
    queue(runtime, outgoing("after the change of lead"))
    assert wait_until(lambda: any((tmp_path / "mail").glob("*.eml")))
    second.process.send_signal(signal.SIGTERM)
    assert second.process.wait(timeout=10) == 0
    with runtime.read() as session:
        assert [letter.fate for letter in session.query(Letter)] == ["sent"]


@pytest.mark.slow
def test_a_worker_that_waits_for_the_lead_stops_at_once_too(start: Callable[[str], Process]) -> None:
    first = start("first")
    assert wait_until(lambda: first.leads)
    second = start("second")
    assert wait_until(lambda: second.can_be_told)
    time.sleep(0.5)
    for one in (second, first):
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(timeout=10) == 0


def test_jobs_run_late_rather_than_never_and_one_at_a_time(runtime: Runtime) -> None:
    scheduler = worker.scheduler_for(runtime, threading.Event())
    scheduler.start(paused=True)
    try:
        assert {job.id for job in scheduler.get_jobs()} == {
            "tell",
            "remind",
            "deliver",
            "calendars",
            "push",
            "plan",
            "papers",
            "mailbox",
            "sweep",
            "texts",
            "search",
        }
        for job in scheduler.get_jobs():
            assert job.coalesce is True
            assert job.max_instances == 1
            assert job.misfire_grace_time is None
        assert str(scheduler.timezone) == "UTC"
    finally:
        scheduler.shutdown()


def test_a_job_that_fails_is_written_down_and_runs_again(
    runtime: Runtime, clock: StandingClock, caplog: pytest.LogCaptureFixture
) -> None:
    """The clock fails once, as a database or a mail server may."""
    broken = [True]

    def failing_clock() -> datetime:
        if broken.pop() if broken else False:
            raise OSError("no time today")
        return clock()

    queue(runtime, outgoing("a letter"))
    scheduler = worker.scheduler_for(replace(runtime, clock=failing_clock), threading.Event())
    for name in ("tell", "remind"):
        scheduler.remove_job(name)
    with caplog.at_level(logging.ERROR, "agenda.worker"):
        scheduler.start()
        try:
            assert wait_until(lambda: "job deliver failed" in caplog.text)
            assert "no time today" in caplog.text
            assert wait_until(lambda: any((runtime.config.var / "mail").glob("*.eml")))
        finally:
            scheduler.shutdown()


def test_told_to_stop_the_letter_in_hand_is_finished_and_no_other_begun(runtime: Runtime) -> None:
    stop = threading.Event()
    for number in range(5):
        queue(runtime, outgoing(f"letter {number}"))

    def send_and_stop(letter: object, before_data: Callable[[], None]) -> None:
        stop.set()
        before_data()

    assert worker.deliver(replace(runtime, send=send_and_stop), stop) == 1
    with runtime.read() as session:
        fates = sorted(str(letter.fate) for letter in session.query(Letter))
    assert fates == ["None"] * 4 + ["sent"]


def test_a_database_that_goes_away_ends_the_lead_and_not_the_worker(
    runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    """The engine points at a server that is not there; the worker says so and goes on trying."""
    stop = threading.Event()
    elsewhere = type(runtime.sessions)("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    thread = threading.Thread(target=worker.run, args=(replace(runtime, sessions=elsewhere), stop))
    with caplog.at_level(logging.ERROR, "agenda.worker"):
        thread.start()
        assert wait_until(lambda: "does not answer" in caplog.text)
    assert thread.is_alive()
    stop.set()
    thread.join(SOON)
    assert not thread.is_alive()
    elsewhere.close()
    with pytest.raises(OperationalError), elsewhere.read() as session:
        session.connection()


def test_one_pass_by_hand_says_what_was_done(runtime: Runtime) -> None:
    queue(runtime, outgoing("a letter"))
    assert worker.tick(runtime) == {
        "received": 0,
        "told": 0,
        "reminded": 0,
        "delivered": 1,
        "calendars": 0,
        "pushed": 0,
        "planned": 0,
        "swept": 0,
        "papers": 0,
        "papers read": 0,
        "made findable": 0,
    }
