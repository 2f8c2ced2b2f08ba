"""When a calendar's owner is busy, from the bytes of an iCalendar file.

The fast reader is asked first; what it does not know is read by the reference reader in a process of its
own, which is ended when it takes too long. Whatever a calendar holds, the answer comes in bounded time and
memory.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import numpy as np

from agenda.core.fetching import MOST_BYTES
from agenda.dates.busy import Busy, Flag, Unreadable
from agenda.dates.ics_busy import read_fast

__all__ = ["Busy", "Flag", "Unreadable", "read_busy"]

_ROOT = Path(__file__).parents[2]
_FIRST_LINE = b"BEGIN:VCALENDAR"
_LAST_LINE = b"END:VCALENDAR"


def read_busy(content: bytes, first: datetime, last: datetime, zone: str, *, seconds: float = 10.0) -> Busy:
    """Return when the calendar's owner is busy between the two moments, within about so many seconds.

    `zone` is the person's own: of floating times, of whole days, and of zones that nobody knows. Raises
    Unreadable, with our own code for why.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large")
    if not content.removeprefix(b"\xef\xbb\xbf").lstrip()[: len(_FIRST_LINE)].upper() == _FIRST_LINE:
        raise Unreadable("not_a_calendar")
    if _LAST_LINE not in content[-1_000:].upper():
        # The end was lost on the way, and with it maybe events: half a calendar would show false freedom.
        raise Unreadable("unreadable")
    ends_at = time.monotonic() + seconds

    def check() -> None:
        if time.monotonic() > ends_at:
            raise Unreadable("took_too_long")

    try:
        return read_fast(content, first, last, zone, check)
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001 - whatever the fast reader stumbles over, the other is asked
        check()
    return read_apart(content, first, last, zone, seconds=ends_at - time.monotonic())


def read_apart(content: bytes, first: datetime, last: datetime, zone: str, *, seconds: float) -> Busy:
    """Return what the reference reader finds, in a process of its own that ends within so many seconds.

    A new interpreter, not a fork: it has no database connection, socket or secret of ours to lose.
    """
    asked = json.dumps({"first": first.isoformat(), "last": last.isoformat(), "zone": zone}).encode()
    child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-m", "agenda.dates.ics_reference", str(int(seconds) + 1)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env={"OPENBLAS_NUM_THREADS": "1"},
        start_new_session=True,
    )
    try:
        told, _ = child.communicate(asked + b"\n" + content, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Unreadable("took_too_long") from None
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
    return _understood(told, child.returncode)


def _understood(told: bytes, status: int) -> Busy:
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Unreadable("took_too_long")
    try:
        answer = json.loads(told)
    except ValueError:
        raise Unreadable("unreadable") from None
    if "code" in answer:
        raise Unreadable(answer["code"])
    found = np.array(answer["blocks"], dtype=np.int64).reshape(-1, 2)
    return Busy(found, tuple(Flag(code, detail) for code, detail in answer["flags"]))
