"""Letters for tests of the outbox."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from agenda.core.runtime import Runtime, Transport
from agenda.mail.actions import Outgoing, post
from agenda.mail.compose import LetterText, Mailbox
from agenda.mail.model import Letter

ALDERMAN = "wethouder.leiden.1@leidseregio.example"


def outgoing(key: str, to: str = ALDERMAN, **facts: Any) -> Outgoing:
    """A plain letter with its key as subject."""
    given: dict[str, Any] = {
        "kind": "reminders",
        "recipient": Mailbox("Wethouder Leiden 1", to),
        "text": LetterText(subject=key, text=f"Tekst van {key}.\n", html=f"<p>Tekst van {key}.</p>\n"),
    }
    return Outgoing(key=key, **(given | facts))


def queue(runtime: Runtime, *letters: Outgoing) -> list[int]:
    """Queue letters in one transaction each, in this order; their numbers."""
    numbers = []
    for letter in letters:
        with runtime.work() as session:
            numbers.append(post(session, runtime.config, letter, runtime.clock()).id)
    return numbers


def letter(runtime: Runtime, key: str) -> Letter:
    """The row of the letter with this key."""
    with runtime.read() as session:
        row = session.scalars(select(Letter).where(Letter.key == key)).one()
        session.expunge(row)
        return row


def through(runtime: Runtime, send: Transport) -> Runtime:
    """The same house with another way out."""
    return replace(runtime, send=send)
