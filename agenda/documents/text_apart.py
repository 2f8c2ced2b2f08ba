"""Reading the text of a file in a process of its own: bounded in time and memory whatever the file holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

from agenda.documents.text_rules import LOCKED, MOST_CHARACTERS, OUT_OF_MEMORY

# For a machine that is so busy that a minute of processor takes longer.
MOST_SECONDS = 150.0
LOOK_EVERY = 0.2
_ROOT = Path(__file__).parents[2]
_BYTES_A_CHARACTER = 4


class NotRead(Exception):
    """There is no text; the text of this is our code for why."""


class Interrupted(Exception):
    """We were told to stop, which says nothing of the file."""


def read_apart(
    path: Path,
    media_type: str,
    stopped: Callable[[], bool] = lambda: False,
    *,
    seconds: float = MOST_SECONDS,
) -> str:
    """Give the text of a file within about so many seconds; NotRead with our code for why not.

    A new interpreter, not a fork: it has no database connection, socket or secret of ours to lose.
    """
    with tempfile.TemporaryFile() as told:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
            [sys.executable, "-m", "agenda.documents.text_reader", media_type, str(path.absolute())],
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={"PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
        )
        try:
            _wait(child, stopped, seconds)
        finally:
            if child.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        if child.returncode:
            raise NotRead(_why(child.returncode))
        told.seek(0)
        return told.read(MOST_CHARACTERS * _BYTES_A_CHARACTER).decode("utf-8", "replace")


def _wait(child: subprocess.Popen[bytes], stopped: Callable[[], bool], seconds: float) -> None:
    until = monotonic() + seconds
    while True:
        if stopped():
            raise Interrupted
        with suppress(subprocess.TimeoutExpired):
            child.wait(min(LOOK_EVERY, seconds))
            return
        if monotonic() > until:
            raise NotRead("took_too_long")


def _why(status: int) -> str:
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return "took_too_long"
    return {OUT_OF_MEMORY: "too_much_memory", LOCKED: "locked"}.get(status, "unreadable")
