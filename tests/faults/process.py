"""One program of the house: started, hit, and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Program:
    """A program that keeps the same words, settings and log from one life to the next."""

    def __init__(self, name: str, words: Sequence[str], settings: Mapping[str, str], log: Path) -> None:
        self.name, self.words, self.log = name, list(words), log
        self.settings = {**os.environ, **settings}
        self.lives = 0
        self.life: subprocess.Popen[bytes] | None = None
        self.born = 0.0

    def start(self) -> None:
        """Begin a life; harmless while it lives."""
        if self.lives_now:
            return
        self.lives += 1
        self.born = time.monotonic()
        with self.log.open("ab") as log:
            self.life = subprocess.Popen(
                self.words,
                cwd=ROOT,
                env=self.settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def lives_now(self) -> bool:
        return self.life is not None and self.life.poll() is None

    @property
    def age(self) -> float:
        """How many seconds this life lasts already; 0 while it does not."""
        return time.monotonic() - self.born if self.lives_now else 0.0

    def kill(self) -> bool:
        """End it between two instructions; False when it did not live."""
        return self._signal(signal.SIGKILL, wait=True)

    def freeze(self) -> bool:
        """Let it stand still."""
        return self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def end(self) -> None:
        """Ask it to end, and see that it and its children do."""
        if self.life is None:
            return
        self.thaw()
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.life.wait(8)
        # Its session is its own: nobody else is in this group.
        with suppress(ProcessLookupError):
            os.killpg(self.life.pid, signal.SIGKILL)
        self.life.wait(10)

    def _signal(self, number: signal.Signals, *, wait: bool = False) -> bool:
        if self.life is None or self.life.poll() is not None:
            return False
        self.life.send_signal(number)
        if wait:
            self.life.wait(30)
        return True


def free_port() -> int:
    """Name a loopback port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Tell whether something listens there."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def wait_for_port(port: int, seconds: float) -> None:
    """Wait until something listens; TimeoutError when it does not."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if listens(port):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")
