"""The product as real processes: `python -m agenda VERB`, with what each of them says."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).parents[2]
SOON = 30.0
# A busy machine starts processes slowly; what hangs is found out all the same.
LONG = 300.0


def settings_of(folder: Path, database_url: str) -> dict[str, str]:
    """The environment of a process whose files lie in this folder."""
    return {
        "PATH": os.environ["PATH"],
        "AGENDA_DATABASE_URL": database_url,
        "AGENDA_SECRET_KEY": "x" * 40,
        "AGENDA_BASE_URL": "http://localhost",
        "AGENDA_MAIL_FROM": "agenda@leidseregio.example",
        "AGENDA_VAR": str(folder),
    }


class Process:
    """One of them."""

    def __init__(self, name: str, environment: Mapping[str, str], *words: str, code: Path = ROOT) -> None:
        self.said = Path(environment["AGENDA_VAR"]) / f"{name}.log"
        with self.said.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "agenda", *words], cwd=code, env=environment, stderr=log, stdout=log
            )

    @property
    def leads(self) -> bool:
        """Whether this worker said that it leads."""
        return "worker leads" in self.said.read_text()

    @property
    def can_be_told(self) -> bool:
        """Whether it is so far that SIGTERM does not simply end it: Linux knows which signals it catches."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        caught = re.search(r"^SigCgt:\s*(\w+)", status, re.MULTILINE)
        assert caught
        return bool(int(caught.group(1), 16) >> (signal.SIGTERM - 1) & 1)

    def hears(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def end(self) -> None:
        """End it in whatever state it is."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Begin(Protocol):
    """Starts a process by its name, a worker unless other words are given."""

    def __call__(self, name: str, *words: str, code: Path = ROOT, **settings: str) -> Process: ...


@contextmanager
def processes(folder: Path, database_url: str) -> Iterator[Begin]:
    """Starts processes that share one database; whatever still runs at the end is ended."""
    started: list[Process] = []

    def begin(name: str, *words: str, code: Path = ROOT, **settings: str) -> Process:
        environment = settings_of(folder, database_url) | settings
        started.append(Process(name, environment, *(words or ("worker",)), code=code))
        return started[-1]

    try:
        yield begin
    finally:
        for one in started:
            one.end()


def wait_until(true: Callable[[], bool], seconds: float = SOON) -> bool:
    """Whether it became true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return true()
