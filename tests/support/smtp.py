"""A real SMTP server on loopback that misbehaves on request."""

import asyncio
from collections import deque
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Behaviour = Literal["accept", "temporary", "permanent", "temporary_after_data", "hang", "drop_after_data"]


@dataclass(frozen=True)
class Received:
    """A letter as the server took it in: the envelope and the bytes."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    acknowledged: bool

    @property
    def message(self) -> EmailMessage:
        """The letter, parsed."""
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


class MailServer:
    """Collects letters; `next_is(...)` scripts what happens to the next ones, one word a letter.

    accept                 taken in (also when the script has run out, unless `always_is` said otherwise)
    temporary              451 at RCPT
    permanent              550 at RCPT
    temporary_after_data   451 after the letter's text
    hang                   no answer at RCPT until the client gives up
    drop_after_data        the letter is taken in, and the connection closed before the answer
    """

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self._script: deque[Behaviour] = deque()
        self._otherwise: Behaviour = "accept"
        self._now: Behaviour = "accept"
        self._controller = _Controller(self)

    def next_is(self, *behaviours: Behaviour) -> None:
        """Script the next letters, one word a letter."""
        self._script.extend(behaviours)

    def always_is(self, behaviour: Behaviour) -> None:
        """What happens to every letter beyond the script."""
        self._otherwise = behaviour

    @property
    def url(self) -> str:
        """As AGENDA_SMTP_URL takes it."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        return self._controller.port

    @property
    def accepted(self) -> list[Received]:
        """The letters that the client was told to be taken in."""
        return [letter for letter in self.received if letter.acknowledged]

    def start(self) -> None:
        """Listen on a free loopback port."""
        self._controller.start()
        self.connections = 0  # starting tries the port once

    def stop(self) -> None:
        """Stop listening; who hangs is cut off."""
        self._controller.stop()

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A letter begins: its behaviour comes off the script."""
        self._now = self._script.popleft() if self._script else self._otherwise
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A reader of the letter."""
        if self._now == "temporary":
            return "451 4.3.0 try again later"
        if self._now == "permanent":
            return "550 5.1.1 no such mailbox"
        if self._now == "hang":
            await asyncio.Event().wait()
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The letter's text."""
        if self._now == "temporary_after_data":
            return "451 4.3.0 try again later"
        dropped = self._now == "drop_after_data"
        content = envelope.original_content or b""
        self.received.append(
            Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), content, acknowledged=not dropped)
        )
        if dropped and server.transport is not None:
            server.transport.abort()  # type: ignore[attr-defined]
            await asyncio.Event().wait()
        return "250 2.0.0 taken in"


class _CountingSMTP(SMTP):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.connections += 1
        super().connection_made(transport)


class _Controller(Controller):
    def __init__(self, server: MailServer) -> None:
        super().__init__(server, hostname="127.0.0.1", port=0)

    def factory(self) -> SMTP:
        return _CountingSMTP(self.handler, enable_SMTPUTF8=True, hostname="mail.example")

    def _trigger_server(self) -> None:
        # Port 0 asked for a free one: this is the one it got.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
