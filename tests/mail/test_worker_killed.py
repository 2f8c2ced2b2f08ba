"""A worker killed at any step and started again loses no letter, and doubles none but the one in flight."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from tests.mail.letters import outgoing, queue
from tests.support.smtp import MailServer

ROOT = Path(__file__).parents[2]
KEYS = [f"letter {number}" for number in range(6)]
VICTIM = 3
STEPS = ["EHLO", "MAIL", "RCPT", "DATA", "content", "taken in", "next MAIL"]
# From here on the server has the letter, whatever the worker knows of it.
ARRIVED = STEPS.index("taken in")


class Sniper(MailServer):
    """A mail server that kills its client with SIGKILL at one step of one letter."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self.step = step
        self.client: subprocess.Popen[bytes] | None = None
        self.started = threading.Event()
        self.letters = 0

    async def _reached(self, step: str) -> None:
        at = VICTIM + 1 if step == "next MAIL" else VICTIM
        if self.client is None or self.step != step or self.letters != at:
            return
        os.kill(self.client.pid, signal.SIGKILL)
        await asyncio.to_thread(self.client.wait)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if self.step == "EHLO" and self.client is not None:
            os.kill(self.client.pid, signal.SIGKILL)
            await asyncio.to_thread(self.client.wait)
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.letters += 1
        await self._reached("MAIL")
        await self._reached("next MAIL")
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._reached("RCPT")
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await self._reached("content")
        answer = await super().handle_DATA(server, session, envelope)
        await self._reached("taken in")
        return answer
