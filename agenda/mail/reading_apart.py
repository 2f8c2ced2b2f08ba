"""Reading messages in a process of its own: bounded in time and memory whatever they hold."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

from agenda.mail.message_head import read_head
from agenda.mail.message_reader import LENGTH_OCTETS, OUT_OF_MEMORY
from agenda.mail.message_reading import MOST_OCTETS, from_head
from agenda.mail.understood import Understood

# For a machine that is so busy that two seconds of processor take longer.
MOST_SECONDS = 4.0
# What is said of a message is at most its text and answers.
MOST_SAID = 50_000_000
_ROOT = Path(__file__).parents[2]
_PIECE = 65_536


class _Ended(Exception):
    """The child did not answer; the text is our code for why."""


class Reader:
    """Reads one message after another in a child process; a context manager.

    The child is a new interpreter, not a fork: it has no database connection, socket or secret of ours to
    lose. It starts with the first message, and anew after one that ended it.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, content: bytes) -> Understood:
        """Tell what a message says within about five seconds; else UNREADABLE with a code for why."""
        if len(content) > MOST_OCTETS:
            return replace(from_head(read_head(content)), unreadable="too_large")
        try:
            return Understood.from_json(json.loads(self._asked(content)))
        except _Ended as ended:
            self.close()
            return replace(from_head(read_head(content)), unreadable=str(ended))

    def close(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        child.wait()

    def _asked(self, content: bytes) -> bytes:
        child = self._child = self._child or _started()
        until = monotonic() + MOST_SECONDS
        try:
            self._send(child, len(content).to_bytes(LENGTH_OCTETS, "big") + content, until)
            length = int.from_bytes(self._take(child, LENGTH_OCTETS, until), "big")
            if length > MOST_SAID:
                raise _Ended("unreadable")
            return self._take(child, length, until)
        except BrokenPipeError:
            raise _Ended(_why(child)) from None

    def _send(self, child: subprocess.Popen[bytes], content: bytes, until: float) -> None:
        rest, pipe = memoryview(content), _number(child.stdin)
        while rest:
            _, ready, _ = select.select([], [pipe], [], max(0, until - monotonic()))
            if not ready:
                raise _Ended("took_too_long")
            rest = rest[os.write(pipe, rest[:_PIECE]) :]

    def _take(self, child: subprocess.Popen[bytes], number: int, until: float) -> bytes:
        found, pipe = bytearray(), _number(child.stdout)
        while len(found) < number:
            ready, _, _ = select.select([pipe], [], [], max(0, until - monotonic()))
            if not ready:
                raise _Ended("took_too_long")
            piece = os.read(pipe, min(number - len(found), _PIECE))
            if not piece:
                raise _Ended(_why(child))
            found += piece
        return bytes(found)


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "agenda.mail.message_reader"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env={"PYTHONUTF8": "1"},
        bufsize=0,
        start_new_session=True,
    )


def _number(pipe: object) -> int:
    number: int = pipe.fileno()  # type: ignore[attr-defined]
    return number


def _why(child: subprocess.Popen[bytes]) -> str:
    """Name why the child ended: its processor time, or else what it stumbled over, mostly memory."""
    status = child.wait()
    if status == OUT_OF_MEMORY:
        return "too_much_memory"
    return (
        "took_too_long" if status in {-signal.SIGPROF, -signal.SIGKILL, -signal.SIGXCPU} else "reader_ended"
    )
