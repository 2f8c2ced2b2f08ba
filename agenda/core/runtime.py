"""What an entry point hands to everything below it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from agenda.core.clock import Clock
from agenda.core.database import Sessions
from config import Config


class Envelope(Protocol):
    """What a transport needs to know of a letter."""

    @property
    def recipient(self) -> str: ...

    @property
    def content(self) -> bytes: ...

    @property
    def message_id(self) -> str: ...


class Transport(Protocol):
    """Carries one letter out of the house, or raises why it could not.

    Calls `before_data` right before the moment after which the letter may have arrived.
    """

    def __call__(self, letter: Envelope, before_data: Callable[[], None]) -> None: ...


@dataclass(frozen=True)
class Runtime:
    """The outside world: the database, the time, the way out for letters, the settings."""

    sessions: Sessions
    clock: Clock
    send: Transport
    config: Config

    def work(self) -> AbstractContextManager[Session]:
        """Give one writing transaction."""
        return self.sessions.work()

    def read(self) -> AbstractContextManager[Session]:
        """Give one transaction to look in."""
        return self.sessions.read()
