"""A worker killed while it reads a text: the file waits again, and is read once."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agenda.core.runtime import Runtime
from agenda.documents.model import Reading, StoredFile
from agenda.documents.text_reading import read_texts
from tests.documents.test_texts import state, store
from tests.world import StandingClock

ROOT = Path(__file__).parents[2]
SECONDS = 180
# Takes seconds to read: the worker is shot in the middle.
LONG = "woord en wederwoord " * 1_000_000


@pytest.mark.slow
def test_a_text_whose_worker_was_killed_is_read_by_the_next_one(
    runtime: Runtime, database_url: str, tmp_path: Path, clock: StandingClock
) -> None:
    file_id = store(runtime, LONG.encode())
    settings = {
        "AGENDA_DATABASE_URL": database_url,
        "AGENDA_SECRET_KEY": "x" * 40,
        "AGENDA_BASE_URL": "http://localhost",
        "AGENDA_MAIL_FROM": "agenda@leidseregio.example",
        "AGENDA_SMTP_URL": "smtp://localhost:25",
        "AGENDA_VAR": str(tmp_path),
    }
    command = [sys.executable, "-m", "tests.documents.reading", json.dumps(settings)]
    with subprocess.Popen(command, cwd=ROOT) as worker:
        until = time.monotonic() + SECONDS
        while attempts(runtime, file_id) == 0 and time.monotonic() < until:
            time.sleep(0.05)
        worker.kill()

    assert attempts(runtime, file_id) == 1
    assert state(runtime, file_id)[0] is Reading.WAITING
    # Nobody knows yet that the first is dead.
    assert read_texts(runtime) == 0
    clock.wind(minutes=6)
    assert read_texts(runtime) == 1
    assert attempts(runtime, file_id) == 2
    reading, why, text = state(runtime, file_id)
    assert (reading, why) == (Reading.READ, "")
    assert text.startswith("woord en wederwoord ")


def attempts(runtime: Runtime, file_id: int) -> int:
    with runtime.read() as session:
        return session.get_one(StoredFile, file_id).attempts
