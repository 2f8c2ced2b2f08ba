"""A hundred thousand old letters emptied in batches: seconds, the longest batch, and the memory it takes."""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import func, insert, select

from agenda.core.actor import System
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from agenda.mail.transports import FolderTransport
from agenda.retention import queries
from agenda.retention.actions import A_BATCH, remove_due, settle
from agenda.retention.register import BY_NAME
from agenda.schema import upgrade
from config import load

LETTERS = 100_000
AT_ONCE = 5_000
NOW = datetime(2020, 6, 1, 8, 0, tzinfo=UTC)
CONTENT = b"Subject: Uitnodiging\r\n\r\n" + b"Plaats: Raadhuis Zoeterwoude.\r\n" * 60


def main(letters: int = LETTERS) -> int:
    """Print the table; 1 when a letter was left."""
    with tempfile.TemporaryDirectory() as folder:
        runtime = _filled(Path(folder), letters)
        start = perf_counter()
        with runtime.read() as session:
            kind = BY_NAME["letters"]
            due = queries.what_is_due(session, kind, kind.proposed, "Europe/Amsterdam", NOW).number
        looked = perf_counter() - start
        moments = [perf_counter()]

        def stopped() -> bool:
            moments.append(perf_counter())
            return False

        tracemalloc.start()
        gone = remove_due(runtime, stopped=stopped)
        peak = tracemalloc.get_traced_memory()[1] / 1_000_000
        tracemalloc.stop()
        took = perf_counter() - moments[0]
        batches = [after - before for before, after in itertools.pairwise(moments)]
        with runtime.read() as session:
            left = session.scalar(select(func.count()).where(Letter.recipient != "")) or 0
        runtime.sessions.close()
    print(f"{letters} letters of {len(CONTENT)} octets, batches of {A_BATCH}, SQLite with synchronous=FULL")
    print(f"{'dry run':26} {looked:9.2f} s, {due} due")
    print(f"{'emptied':26} {took:9.2f} s, {gone} letters, {gone / took:.0f} a second")
    print(f"{'one batch, median':26} {statistics.median(batches) * 1000:9.0f} ms")
    print(f"{'one batch, longest':26} {max(batches) * 1000:9.0f} ms")
    print(f"{'memory at most':26} {peak:9.1f} MB")
    return int(left > 0)


def _filled(folder: Path, letters: int) -> Runtime:
    config = load(
        {
            "AGENDA_DATABASE_URL": f"sqlite:///{folder / 'agenda.sqlite'}",
            "AGENDA_SECRET_KEY": "x" * 40,
            "AGENDA_BASE_URL": "http://localhost",
            "AGENDA_MAIL_FROM": "agenda@leidseregio.example",
            "AGENDA_VAR": str(folder),
        }
    )
    upgrade(config.database_url)
    runtime = Runtime(Sessions(config.database_url), lambda: NOW, FolderTransport(folder / "mail"), config)
    sent = NOW - timedelta(days=500)
    for at in range(0, letters, AT_ONCE):
        with runtime.work() as session:
            rows = [_row(number, sent) for number in range(at, min(at + AT_ONCE, letters))]
            session.execute(insert(Letter), rows)
    with runtime.work() as session:
        settle(session, BY_NAME["letters"], BY_NAME["letters"].proposed, None, System(), NOW)
    return runtime


def _row(number: int, sent: datetime) -> dict[str, object]:
    address = f"lid{number % 50}@leiden.example"
    return {
        "key": f"letter {number}",
        "kind": "invitation",
        "lane": address,
        "recipient": address,
        "recipient_name": f"Lid {number % 50}",
        "subject": f"Uitnodiging {number}",
        "content": CONTENT,
        "message_id": f"<{number}@leidseregio.example>",
        "queued_at": sent,
        "due_at": sent,
        "attempts": 1,
        "maybe_twice": False,
        "settled_at": sent,
        "fate": "sent",
    }


if __name__ == "__main__":
    sys.exit(main())
