"""A thousand letters through the outbox to a mail server on loopback: letters a second, and the median."""

from __future__ import annotations

import statistics
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.actions import Outgoing, deliver_all, post
from agenda.mail.compose import LetterText, Mailbox
from agenda.mail.transports import SmtpTransport
from agenda.schema import upgrade
from config import load

LETTERS = 1_000
READERS = 50
ROUNDS = 3
AIM = 100
NOW = datetime(2018, 12, 18, 8, 0, tzinfo=UTC)


class Taker(Controller):
    """A mail server that takes in everything; it listens on a port that was free."""

    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="mail.example")

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Counting:
    """Counts the letters it takes in."""

    def __init__(self) -> None:
        self.letters = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.letters += 1
        return "250 2.0.0 taken in"


def main(letters: int = LETTERS) -> int:
    """Print the table; 1 when fewer arrived than were queued."""
    counting = Counting()
    server = Taker(counting, hostname="127.0.0.1", port=0)
    server.start()
    try:
        rounds = [_one_round(f"smtp://127.0.0.1:{server.port}", letters) for _ in range(ROUNDS)]
    finally:
        server.stop()
    print(f"{letters} letters, {ROUNDS} rounds{'':6} {'letters/s, median':>18} {'slowest':>8} {'fastest':>8}")
    for name, seconds in zip(("queued", "delivered by one worker"), zip(*rounds, strict=True), strict=True):
        speeds = sorted(letters / taken for taken in seconds)
        print(f"{name:30} {statistics.median(speeds):14.0f} {speeds[0]:8.0f} {speeds[-1]:8.0f}")
    print(f"aim: {AIM} letters/s delivered, with synchronous=FULL")
    return 0 if counting.letters == letters * ROUNDS else 1


def _one_round(smtp_url: str, letters: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder), smtp_url, letters)


def measure(folder: Path, smtp_url: str, letters: int) -> tuple[float, float]:
    """Queue and deliver on SQLite; the seconds of each."""
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
    sessions, smtp = Sessions(config.database_url), SmtpTransport(smtp_url)
    runtime = Runtime(sessions, lambda: NOW, smtp, config)
    start = perf_counter()
    with runtime.work() as session:
        for number in range(letters):
            post(session, config, letter_to(number, number % READERS), NOW)
    queued = perf_counter() - start
    start = perf_counter()
    deliver_all(runtime, letters)
    delivered = perf_counter() - start
    smtp.close()
    sessions.close()
    return queued, delivered


def letter_to(number: int, reader: int) -> Outgoing:
    """Write an invitation of the usual size to one of the readers."""
    line = "Plaats: Raadhuis Zoeterwoude. Uw agendapunten: warmtenet, huisvesting van studenten.\n"
    return Outgoing(
        key=f"letter {number}",
        kind="invitation",
        recipient=Mailbox(f"Lid {reader}", f"lid{reader}@leiden.example"),
        text=LetterText(f"Uitnodiging {number}", line * 20, f"<p>{line}</p>\n" * 20),
    )


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
