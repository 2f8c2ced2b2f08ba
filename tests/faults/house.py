"""The whole product as it runs for real, with a database, a mail server and a mailbox of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from agenda.core.clock import system_clock
from agenda.core.database import Sessions
from agenda.demo import clock as demo
from tests.faults import databases
from tests.faults.databases import SmallDisk
from tests.faults.process import ROOT, Program, free_port, wait_for_port
from tests.faults.proxy import Proxy
from tests.support import mail_stack
from tools.needs import find_mail_servers

MAILBOX = "agenda@leidseregio.example"
START_SECONDS, LOAD_SECONDS = 120.0, 300.0
Answer = TypeVar("Answer")


class House:
    """`python -m agenda serve`, two workers, and all that they talk to; the demonstration lives in it.

    Its clock is the demonstration's: it runs on, and `wind` lets days pass.
    """

    def __init__(self, folder: Path, kind: str, seed: int) -> None:
        self.folder = folder
        self.disk = SmallDisk(folder / "disk")
        self.database = databases.make(kind, self.disk.folder)
        self.var = self.disk.folder / "var"
        self.smtp_port, self.port = free_port(), free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.mail = mail_stack.start([MAILBOX]) if _may_run_mail() else None
        self.imap = Proxy(self.mail.imap_port) if self.mail else None
        self.settings = self._settings()
        python = sys.executable
        self.smtp = self._program(
            "smtp", [python, "-m", "tests.faults.smtp_server", str(folder), str(self.smtp_port), str(seed)]
        )
        self.web = self._program("web", [python, "-m", "agenda", "serve", "--port", str(self.port)])
        self.workers = [self._program(f"worker{n}", [python, "-m", "agenda", "worker"]) for n in (1, 2)]
        self.sessions = Sessions(self.database.direct_url)
        self.down: set[str] = set()
        # How long the web took to start, in seconds.
        self.starting = 0.0
        self.weather("fine", 0.0)

    @property
    def programs(self) -> list[Program]:
        """What is watched over, and started again when it ends."""
        return [self.smtp, self.web, *self.workers]

    def start(self) -> None:
        """Load the region, and start everything."""
        self.database.start()
        loading = self._program("load", [sys.executable, "-m", "agenda", "demo", "load"])
        loading.start()
        assert loading.life is not None
        try:
            if loading.life.wait(LOAD_SECONDS):
                raise RuntimeError(f"the region was not loaded: {loading.log.read_text()[-2_000:]}")
        finally:
            loading.end()
        for program in self.programs:
            program.start()
        wait_for_port(self.port, START_SECONDS)
        self.starting = self.web.age

    def watch(self) -> None:
        """Start again what ended, as the machine's own keeper of services does."""
        for program in self.programs:
            if program.name not in self.down:
                program.start()

    def stop(self) -> None:
        """End everything; what it wrote stays in the folder."""
        for program in reversed(self.programs):
            program.end()
        self.sessions.close()
        self.database.stop()
        if self.imap is not None:
            self.imap.close()
        if self.mail is not None:
            self.mail.stop()

    def remove(self) -> None:
        """Let go of the disk, and keep a copy of what was on it."""
        kept = self.folder / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        self.disk.remove(kept)

    def weather(self, kind: str, share: float) -> None:
        """Say what the mail server does to letters from now on."""
        told = self.folder / "weather.new"
        told.write_text(json.dumps({"kind": kind, "share": share}))
        told.replace(self.folder / "weather.json")

    def now(self) -> datetime:
        """Tell the time that the product tells."""

        def told() -> datetime:
            with self.sessions.read() as session:
                return demo.shown(session, system_clock())

        return patiently(told)

    def wind(self, by: timedelta) -> datetime:
        """Let time pass; give the new time."""

        def wound() -> datetime:
            with self.sessions.work() as session:
                return demo.wind(session, by, system_clock())

        return patiently(wound)

    def receive(self, content: bytes, recipient: str) -> int | None:
        """Hand a message to `python -m agenda receive`; its exit code, or None where it took too long."""
        words = [sys.executable, "-m", "agenda", "receive", "--recipient", recipient]
        settings = {**os.environ, **self.settings}
        try:
            ended = subprocess.run(
                words, input=content, cwd=ROOT, env=settings, capture_output=True, timeout=40, check=False
            )
        except subprocess.TimeoutExpired:
            return None
        return ended.returncode

    def log(self, name: str) -> str:
        """Give what a program wrote down."""
        file = self.folder / f"{name}.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def _program(self, name: str, words: list[str]) -> Program:
        return Program(name, words, self.settings, self.folder / f"{name}.log")

    def _settings(self) -> dict[str, str]:
        settings = {
            "AGENDA_DEMO": "1",
            "AGENDA_VAR": str(self.var),
            "AGENDA_DATABASE_URL": self.database.url,
            "AGENDA_SECRET_KEY": "faults" * 8,
            "AGENDA_BASE_URL": self.base,
            "AGENDA_SMTP_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "AGENDA_SETTLE_SECONDS": "4",
            "AGENDA_LETTERS_PER_HOUR": "5000",
            # Each reader comes from an address of their own: the limit on guessing links counts by it.
            "AGENDA_TRUSTED_PROXIES": "1",
            "PYTHONUNBUFFERED": "1",
        }
        if self.imap is not None and self.mail is not None:
            url = self.mail.imap_url(MAILBOX)
            settings["AGENDA_IMAP_URL"] = url.replace(f":{self.mail.imap_port}/", f":{self.imap.port}/")
        return settings


def patiently(ask: Callable[[], Answer]) -> Answer:
    """Ask a database that may be away, locked or full, until it answers."""
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            return ask()
        except DBAPIError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _may_run_mail() -> bool:
    return os.geteuid() == 0 and find_mail_servers() is not None
