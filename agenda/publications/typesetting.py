"""Typesetting in a process of its own: bounded in time and memory, and ended when nobody waits any more."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import IO

from agenda.core.text import one_line

# The statuses with which the child ends: see typesetter.py, which this process must not import.
_WHY = {3: "paper_too_large", 4: "typesetter_missing"}
MOST_SECONDS = 180.0
MOST_OCTETS = 200 * 1024 * 1024
# How often it is asked whether to go on.
_EVERY = 0.5
_ROOT = Path(__file__).resolve().parents[2]


class NotTypeset(Exception):
    """There is no paper; `code` says why.

    One of typesetter_missing, paper_too_large, paper_took_too_long, stopped and typesetting_failed.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def typeset(
    html: str,
    language: str,
    title: str,
    made_at: datetime,
    *,
    styles: Sequence[str] = ("paper.css",),
    images: Mapping[str, bytes] | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> bytes:
    """Set a page of HTML as a PDF that is PDF/A-3a and PDF/UA-1; raises NotTypeset where that fails.

    `language` is "nl" or "en". `styles` are stylesheets of this room. An image that is handed in is
    `<img src="image:NAME">`; no other address leads anywhere. `go_on` is asked twice a second and stops it.
    """
    asked = {
        "html": html,
        "language": language,
        "title": one_line(title),
        "made_at": made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "styles": list(styles),
        "images": {name: b64encode(content).decode() for name, content in (images or {}).items()},
    }
    # Through files: a pipe that nobody reads holds up who writes it. What a child that was ended leaves in
    # its folder goes with it.
    with TemporaryDirectory(prefix="agenda-paper-") as folder:
        source, target = Path(folder, "asked.json"), Path(folder, "made.pdf")
        source.write_text(json.dumps(asked), encoding="utf-8")
        run_apart("agenda.publications.typesetter", source, target, go_on)
        if not 0 < target.stat().st_size <= MOST_OCTETS:
            raise NotTypeset("typesetting_failed")
        return target.read_bytes()


def run_apart(module: str, source: Path, target: Path, go_on: Callable[[], bool] = lambda: True) -> None:
    """Run a module as a program from one file to another in the same folder; raises NotTypeset.

    `go_on` is asked twice a second and stops it.
    """
    with source.open("rb") as reading, target.open("wb") as writing:
        _wait(_started(module, reading, writing, str(source.parent)), go_on)


def _started(module: str, source: IO[bytes], target: IO[bytes], folder: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # modules of ours
        [sys.executable, "-m", module],
        stdin=source,
        stdout=target,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        # A new interpreter with nothing of ours: no database connection, no socket and no secret.
        env={"PYTHONUTF8": "1", "TMPDIR": folder, "XDG_CACHE_HOME": folder},
        start_new_session=True,
    )


def _wait(child: subprocess.Popen[bytes], go_on: Callable[[], bool]) -> None:
    until = monotonic() + MOST_SECONDS
    try:
        while True:
            try:
                status = child.wait(_EVERY)
                break
            except subprocess.TimeoutExpired:
                if not go_on():
                    raise NotTypeset("stopped") from None
                if monotonic() > until:
                    raise NotTypeset("paper_took_too_long") from None
    finally:
        if child.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    if status in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise NotTypeset("paper_took_too_long")
    if status:
        raise NotTypeset(_WHY.get(status, "typesetting_failed"))
