"""One message that a mail server hands over on standard input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO

from agenda.core.runtime import Runtime
from agenda.mail.inbox import Handler, keep, settle_one
from agenda.mail.message_head import addresses, unique
from agenda.mail.message_reading import MOST_OCTETS
from agenda.mail.reading_apart import Reader

# Of a huge message we keep its first part: the head, and the beginning of what a person wrote.
KEPT_OF_HUGE = 256 * 1024
_PIECE = 1024 * 1024


def receive(
    runtime: Runtime, source: BinaryIO, recipients: Sequence[str], handlers: Sequence[Handler]
) -> bool:
    """Keep one message and deal with it; False where there was none to read.

    `recipients` are those of its envelope, which need not stand in its head. Once it is kept it is not lost:
    what cannot be dealt with now is dealt with by the worker. Raises what the database raises, and then
    nothing was kept.
    """
    content, size = _taken(source)
    if not content:
        return False
    with Reader() as reader:
        understood = reader.read(content)
    sent_to = [address for recipient in recipients for address in addresses(recipient)]
    understood = replace(understood, addressed=unique([*sent_to, *understood.addressed]))
    kept = content if size <= MOST_OCTETS else content[:KEPT_OF_HUGE]
    with runtime.work() as session:
        incoming = keep(session, "receive", kept, size, understood, runtime.clock())
        if incoming is not None:
            session.flush()
    if incoming is not None:
        settle_one(runtime, incoming.id, handlers)
    return True


def _taken(source: BinaryIO) -> tuple[bytes, int]:
    """Read all that comes, keep what we may read of it, and count the rest."""
    content = source.read(MOST_OCTETS + 1)
    size = len(content)
    while more := source.read(_PIECE) if size > MOST_OCTETS else b"":
        size += len(more)
    return content, size
