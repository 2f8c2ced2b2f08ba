"""A worker killed at any step and started again loses no letter, and doubles none but the one in flight."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from tests.mail import delivering
from tests.mail.letters import outgoing, queue
from tests.support.smtp import MailServer

ROOT = Path(__file__).parents[2]
KEYS = [f"letter {number}" for number in range(5)]
VICTIM = 2
SECONDS = 60


class Sniper(MailServer):
    """A mail server that kills its client with SIGKILL at one step of the letter in the middle.

    The step is what the server is about to say, or has just said, to that client.
    """

    def __init__(self, step: str) -> None:
        super().__init__()
        self.step = step
        self.client: subprocess.Popen[bytes] | None = None
        self.letters = -1
        self._controller.factory = self._listener  # type: ignore[method-assign]

    def _listener(self) -> SMTP:
        return Listener(self, hostname="mail.example")

    async def reached(self, step: str, line: SMTP) -> None:
        """Shoot, if this is the step of the letter in the middle; the client is gone when it returns."""
        connecting = step in ("connect", "EHLO")
        if self.client is None or self.step != step or not (connecting or self.letters == VICTIM):
            return
        os.kill(self.client.pid, signal.SIGKILL)
        try:
            await asyncio.to_thread(self.client.wait)
        finally:
            assert line.transport is not None
            line.transport.abort()  # type: ignore[attr-defined]


class Listener(SMTP):
    """Tells the sniper at which step the conversation is."""

    async def push(self, status: str | bytes) -> None:
        """Say one line to the client."""
        sniper: Sniper = self.event_handler
        line = status.decode() if isinstance(status, bytes) else status
        step = _STEPS.get(line.split("\r\n")[0])
        if line.startswith("354"):
            step = "DATA"
        elif line.startswith("220"):
            step = "connect"
        elif line.startswith("250 HELP"):
            step = "EHLO"
        if step == "MAIL":
            await sniper.reached("settled", self)
            sniper.letters += 1
        if step is not None:
            await sniper.reached(step, self)
        await super().push(status)
        if step is not None:
            await sniper.reached(f"after {step}", self)


_STEPS = {"250 2.1.0 ok": "MAIL", "250 2.1.5 ok": "RCPT", "250 2.0.0 taken in": "taken in"}
# How often the letter in the middle may come: the server has it from its last line on,
# and we know that from the moment we wrote it down.
TIMES = {
    "connect": {1},
    "EHLO": {1},
    "MAIL": {1},
    "RCPT": {1},
    "after RCPT": {1},
    "DATA": {1},
    "after DATA": {1, 2},
    "taken in": {2},
    "after taken in": {1, 2},
    "settled": {1},
}


@pytest.fixture
def sniper(request: pytest.FixtureRequest) -> Iterator[Sniper]:
    server = Sniper(request.param)
    server.start()
    yield server
    server.stop()


@pytest.mark.slow
@pytest.mark.parametrize("sniper", TIMES, indirect=True)
def test_a_worker_killed_at_any_step_loses_no_letter_and_doubles_only_the_one_in_flight(
    runtime: Runtime, sniper: Sniper, database_url: str, tmp_path: Path
) -> None:
    queue(runtime, *(outgoing(key) for key in KEYS))

    settings = settings_of(sniper, database_url, tmp_path)
    sniper.client = worker(settings)
    assert sniper.client.wait(SECONDS) == -signal.SIGKILL
    sniper.client = None
    # The next one knows nothing of the first but what stands in the database: it can live here.
    delivering.deliver(settings, minutes=16)

    with runtime.read() as session:
        rows = session.scalars(select(Letter).order_by(Letter.id)).all()
        assert [row.fate for row in rows] == ["sent"] * len(KEYS)
        times = Counter(received.raw for received in sniper.received)
        assert times.keys() == {row.content for row in rows}
        arrivals = [times[row.content] for row in rows]
        assert arrivals.pop(VICTIM) in TIMES[sniper.step]
        assert set(arrivals) == {1}
        flagged = [row.key for row in rows if row.maybe_twice]
        doubled = [row.key for row in rows if times[row.content] > 1]
        assert set(doubled) <= set(flagged) <= {KEYS[VICTIM]}


def settings_of(server: Sniper, database_url: str, folder: Path) -> dict[str, str]:
    return {
        "AGENDA_DATABASE_URL": database_url,
        "AGENDA_SECRET_KEY": "x" * 40,
        "AGENDA_BASE_URL": "http://localhost",
        "AGENDA_MAIL_FROM": "agenda@leidseregio.example",
        "AGENDA_SMTP_URL": server.url,
        "AGENDA_VAR": str(folder),
    }


def worker(settings: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a worker that delivers what is due."""
    command = [sys.executable, "-m", "tests.mail.delivering", json.dumps(settings)]
    return subprocess.Popen(command, cwd=ROOT)
