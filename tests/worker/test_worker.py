"""The worker as a real process: one leads, another takes over, and both stop when told."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from agenda import steps, worker
from agenda.core.leadership import PULSE_SECONDS
from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from agenda.operations.model import JobState
from agenda.worker import Job, Turns
from tests.mail.letters import outgoing, queue
from tests.support.processes import ROOT, SOON, Process, processes, settings_of, wait_until
from tests.world import StandingClock

DELIVER = next(job for job in worker.JOBS if job.name == "deliver")


@pytest.fixture
def start(tmp_path: Path, database_url: str) -> Iterator[Callable[[str], Process]]:
    """Start workers that share one database; whatever still runs at the end is ended."""
    with processes(tmp_path, database_url) as begin:
        yield begin


@pytest.mark.slow
def test_of_two_workers_one_leads_and_the_other_takes_over_when_it_is_killed(
    start: Callable[[str], Process], runtime: Runtime, tmp_path: Path
) -> None:
    first = start("first")
    assert wait_until(lambda: first.leads)
    second = start("second")
    assert not wait_until(lambda: second.leads, seconds=PULSE_SECONDS + 3)
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
    scheduler = Turns(runtime, worker.JOBS).scheduler()
    scheduler.start(paused=True)
    try:
        assert {job.id for job in scheduler.get_jobs()} == {job.name for job in worker.JOBS}
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
    turns = Turns(replace(runtime, clock=failing_clock), [DELIVER])
    with caplog.at_level(logging.ERROR, "agenda.worker"), turns.going():
        assert wait_until(lambda: "job deliver failed" in caplog.text)
        assert "no time today" in caplog.text
        assert wait_until(lambda: any((runtime.config.var / "mail").glob("*.eml")))


def state_of(runtime: Runtime, name: str) -> JobState:
    with runtime.read() as session:
        return session.scalars(select(JobState).where(JobState.name == name)).one()


def test_how_a_job_went_is_written_down_and_a_failure_stays_readable_after_a_success(
    runtime: Runtime, clock: StandingClock
) -> None:
    said = ["the calendar server is away"]

    def step(_runtime: Runtime, _stopped: steps.Stopped) -> int:
        if said:
            raise OSError(said.pop())
        return 3

    job = Job("a job", step, seconds=5)
    turns = Turns(runtime, [job], name="here")
    turns.perform(job)
    failed = state_of(runtime, "a job")
    assert (failed.error, failed.failures, failed.succeeded_at) == (
        "OSError: the calendar server is away",
        1,
        None,
    )
    clock.at += timedelta(minutes=1)
    turns.perform(job)
    went = state_of(runtime, "a job")
    assert (went.succeeded_at, went.failures, went.done, went.worker) == (clock.at, 0, 3, "here")
    assert went.error == failed.error


def test_a_job_that_finds_nothing_is_not_written_down_at_every_look(
    runtime: Runtime, clock: StandingClock
) -> None:
    job = Job("a job", lambda _runtime, _stopped: 0, seconds=2)
    turns = Turns(runtime, [job])
    began = clock.at
    for _ in range(20):
        turns.perform(job)
        clock.at += timedelta(seconds=2)
    assert state_of(runtime, "a job").succeeded_at == began + timedelta(seconds=30)


def test_what_is_done_rarely_is_not_done_again_soon_by_another_worker_either(
    runtime: Runtime, clock: StandingClock
) -> None:
    times: list[datetime] = []

    def step(given: Runtime, _stopped: steps.Stopped) -> int:
        times.append(given.clock())
        return 0

    job = Job("a job", step, seconds=60, rarely=timedelta(hours=1))
    for _ in range(90):
        Turns(runtime, [job]).perform(job)
        clock.at += timedelta(minutes=1)
    assert len(times) == 2
    # A clock that was wrong, and a year ahead, must not keep a job at home for a year.
    clock.at -= timedelta(days=365)
    Turns(runtime, [job]).perform(job)
    assert len(times) == 3


def test_a_job_is_told_to_stop_once_its_time_is_over(runtime: Runtime) -> None:
    def step(_runtime: Runtime, stopped: steps.Stopped) -> int:
        looks = 0
        while not stopped():
            looks += 1
            time.sleep(0.01)
        return looks

    job = Job("a long job", step, seconds=60, limit=1)
    Turns(runtime, [job]).perform(job)
    assert state_of(runtime, "a long job").done > 0
    assert state_of(runtime, "a long job").error == ""


def test_a_worker_with_a_job_that_hangs_ends_its_process(tmp_path: Path, database_url: str) -> None:
    """Nothing ends a thread that hangs; the process that supervises the worker starts another."""
    script = tmp_path / "hang.py"
    script.write_text(
        "import time\n"
        "from agenda import worker\n"
        "from agenda.app import create_app\n"
        "from agenda.cli import commands\n"
        "worker.GRACE_SECONDS = 0\n"
        "hangs = worker.Job('hangs', lambda *_: time.sleep(600), seconds=1, limit=1)\n"
        "worker.JOBS = (hangs,)\n"
        "commands(create_app)(['worker'])\n"
    )
    environment = settings_of(tmp_path, database_url) | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, str(script)], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == os.EX_SOFTWARE, ended.stderr
    assert "stuck, and ended: hangs" in ended.stderr


def test_told_to_stop_the_letter_in_hand_is_finished_and_no_other_begun(runtime: Runtime) -> None:
    stop = threading.Event()
    for number in range(5):
        queue(runtime, outgoing(f"letter {number}"))

    def send_and_stop(letter: object, before_data: Callable[[], None]) -> None:
        stop.set()
        before_data()

    assert steps.deliver(replace(runtime, send=send_and_stop), stop.is_set) == 1
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
    assert steps.tick(runtime) == {
        "received": 0,
        "told": 0,
        "reminded": 0,
        "delivered": 1,
        "calendars": 0,
        "pushed": 0,
        "planned": 0,
        "no longer kept": 0,
        "swept": 0,
        "papers": 0,
        "papers read": 0,
        "made findable": 0,
    }
