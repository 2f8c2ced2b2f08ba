"""A backup and its way back: rows and megabytes a second, and the most memory that each took.

Each step runs in a process of its own, so that what one takes does not count for another.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import insert

from agenda.backup.restoring import examine, put_back
from agenda.backup.writing import back_up
from agenda.core.audit import AuditEntry
from agenda.core.clock import system_clock
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.documents.model import StoredFile
from agenda.documents.storage import place_of
from agenda.mail.transports import FolderTransport
from agenda.schema import upgrade
from config import Config, load

ROWS, CONTENTS, CONTENT = 200_000, 40, 25 << 20
AT_ONCE = 10_000
MOST_MB = 200
NOW = datetime(2018, 12, 18, 8, 0, tzinfo=UTC)
PASSPHRASE = "een lange wachtzin"
STEPS = ("nothing", "backup", "sealed", "restore", "opened")


def main(rows: int = ROWS, contents: int = CONTENTS) -> int:
    """Print the table; 1 when a step without sealing took more memory than it may."""
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder), rows, contents)
        megabytes = contents * CONTENT / 1e6
        print(f"{rows} rows, {megabytes:.0f} MB of documents{'':8} seconds  rows/s    MB/s  peak MB")
        for step in STEPS:
            command = [sys.executable, "-m", "benchmarks.backup", step, folder]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            seconds, peak = float(told[0]), int(told[1])
            speeds = f"{rows / seconds:8.0f} {megabytes / seconds:7.0f}" if step != "nothing" else " " * 16
            print(f"{step:40} {seconds:8.1f} {speeds} {peak:8}")
            worst = max(worst, peak if step in ("backup", "restore") else 0)
    print(f"nothing: the program by itself; sealed, opened: with a passphrase. Aim: {MOST_MB} MB unsealed")
    return 0 if worst < MOST_MB else 1


def _settings(folder: Path) -> Config:
    return load(
        {
            "AGENDA_DATABASE_URL": f"sqlite:///{folder / 'agenda.sqlite'}",
            "AGENDA_SECRET_KEY": "x" * 40,
            "AGENDA_BASE_URL": "http://localhost",
            "AGENDA_MAIL_FROM": "agenda@leidseregio.example",
            "AGENDA_VAR": str(folder),
        }
    )


def _fill(folder: Path, rows: int, contents: int) -> None:
    config = _settings(folder)
    upgrade(config.database_url)
    sessions = Sessions(config.database_url)
    with sessions.work() as session:
        for begin in range(0, rows, AT_ONCE):
            entries = [_entry(number) for number in range(begin, min(begin + AT_ONCE, rows))]
            session.execute(insert(AuditEntry), entries)
        for _ in range(contents):
            content = os.urandom(CONTENT)
            sha256 = hashlib.sha256(content).hexdigest()
            place = place_of(config.documents, sha256)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            session.add(StoredFile(sha256=sha256, size=CONTENT, media_type="application/pdf", stored_at=NOW))
    sessions.close()


def _entry(number: int) -> dict[str, object]:
    return {
        "at": NOW,
        "actor_name": "Bestuurssecretaris",
        "subject_kind": "meeting",
        "subject_id": number,
        "verb": "changed",
        "before": {"title": f"Overleg {number}", "minutes": 60},
        "after": {"title": f"Gezamenlijk overleg {number}", "minutes": 90},
    }


def step(name: str, folder: Path) -> None:
    """Do one step, and print its seconds and the most memory in megabytes."""
    passphrase = PASSPHRASE if name in ("sealed", "opened") else None
    path = folder / ("sealed.age" if passphrase else "backup.tar")
    begun = perf_counter()
    if name in ("backup", "sealed"):
        config = _settings(folder)
        sessions = Sessions(config.database_url)
        back_up(sessions, config, path, NOW, passphrase)
        sessions.close()
    elif name in ("restore", "opened"):
        _restore(path, folder / name, passphrase)
    print(perf_counter() - begun, _peak())


def _peak() -> int:
    """Tell the most memory of this process in megabytes; what getrusage says holds its parent's too."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024


def _restore(path: Path, folder: Path, passphrase: str | None) -> None:
    folder.mkdir()
    config = _settings(folder)
    runtime = Runtime(Sessions(config.database_url), system_clock, FolderTransport(folder / "mail"), config)
    put_back(
        runtime,
        path,
        examine(path, passphrase),
        passphrase=passphrase,
        replace=False,
        real_now=NOW,
        now_in=lambda _session: NOW,
    )
    runtime.sessions.close()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        step(sys.argv[1], Path(sys.argv[2]))
    else:
        sys.exit(main())
