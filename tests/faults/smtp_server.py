"""A mail server in a process of its own, in the weather that a file beside its letters tells.

    python -m tests.faults.smtp_server FOLDER PORT SEED

Each letter that it takes in is written whole into FOLDER/letters and noted in FOLDER/smtp.jsonl before it
says so. FOLDER/weather.json holds {"kind": one of KINDS, "share": the share of letters that it befalls};
FOLDER/befell.jsonl notes each time that it befell one.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import signal
import sys
import threading
from email.parser import BytesHeaderParser
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.faults.journal import Journal

KINDS = (
    "fine",
    "451 at RCPT",
    "451 after DATA",
    "550 at RCPT",
    "hangs at RCPT",
    "hangs after DATA",
    "closes after DATA",
    "greylists",
    "slow",
)
AT_DATA = ("451 after DATA", "hangs after DATA", "closes after DATA", "slow")
LONGEST_HANG, SLOW_SECONDS = 12.0, 1.5


class Taker:
    """Takes letters in, and does to them what the weather says."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.journal = Journal(folder / "smtp.jsonl")
        self.befell = Journal(folder / "befell.jsonl")
        self.letters = folder / "letters"
        self.letters.mkdir(exist_ok=True)
        self.dice = random.Random(seed)
        self.seen: set[str] = set()
        self.now = "fine"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        self.now = self._weather()
        return "250 2.1.0 ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        # Another line may ask for the weather meanwhile: this letter keeps what befell it.
        session.befalls = self.now  # type: ignore[attr-defined]
        if self.now == "451 at RCPT":
            self._note(self.now)
            return "451 4.3.0 try again later"
        if self.now == "550 at RCPT":
            self._note(self.now)
            return "550 5.1.1 no such mailbox"
        if self.now == "greylists" and address not in self.seen:
            self._note(self.now)
            self.seen.add(address)
            return "450 4.7.1 greylisted, try again later"
        if self.now == "hangs at RCPT":
            self._note(self.now)
            await self._hang(server)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        befalls = getattr(session, "befalls", "fine")
        if befalls in AT_DATA:
            self._note(befalls)
        if befalls == "451 after DATA":
            return "451 4.3.0 try again later"
        if befalls == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        content = envelope.original_content or b""
        silent = befalls in {"closes after DATA", "hangs after DATA"}
        self._take_in(envelope.rcpt_tos[0], content, answered=not silent)
        if befalls == "hangs after DATA":
            await self._hang(server)
        if silent and server.transport is not None:
            server.transport.abort()  # type: ignore[attr-defined]
            await asyncio.Event().wait()
        return "250 2.0.0 taken in"

    def _take_in(self, recipient: str, content: bytes, *, answered: bool) -> None:
        name = hashlib.sha256(content).hexdigest()
        (self.letters / f"{name}.eml").write_bytes(content)
        identifier = str(BytesHeaderParser().parsebytes(content)["Message-ID"]).strip()
        self.journal.write(id=identifier, to=recipient.lower(), sha256=name, answered=answered)

    def _note(self, kind: str) -> None:
        self.befell.write(kind=kind)

    def _weather(self) -> str:
        try:
            told = json.loads((self.folder / "weather.json").read_text())
        except FileNotFoundError:
            return "fine"
        return str(told["kind"]) if self.dice.random() < told["share"] else "fine"

    async def _hang(self, server: SMTP) -> None:
        await asyncio.sleep(self.dice.uniform(2, LONGEST_HANG))
        if server.transport is not None:
            server.transport.abort()  # type: ignore[attr-defined]
        await asyncio.Event().wait()


class Listening(Controller):
    """Listens on the port that it was given, also right after another that was killed."""

    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=True, hostname="mail.example")


def main(folder: Path, port: int, seed: int) -> None:
    """Take letters in until told to stop."""
    controller = Listening(Taker(folder, seed), hostname="127.0.0.1", port=port)
    controller.start()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    stop.wait()
    controller.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
