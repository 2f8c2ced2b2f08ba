"""`read-message`: what the product understands of a message, without a database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from agenda.mail.message_reading import MOST_OCTETS
from agenda.mail.reading_apart import Reader
from agenda.mail.understood import IncomingKind, Understood

WHY = {
    "not_a_message": "this is neither a mail nor a calendar",
    "not_a_calendar": "the calendar part holds no calendar",
    "no_event": "the calendar holds no event",
    "calendar_too_large": "the calendar is larger than any program of calendars makes",
    "too_large": f"the message is larger than {MOST_OCTETS // 1024**2} MB",
    "head_too_large": "the head of the message is larger than 64 KB",
    "too_many_parts": "the message has more parts than any mail program makes",
    "nested_too_deep": "the parts of the message are nested deeper than any mail program makes",
    "took_too_long": "reading the message took too long",
    "too_much_memory": "reading the message takes too much memory",
    "empty": "the message is empty",
}
UNREADABLE = "the message cannot be read"


@click.command("read-message")
@click.argument("file", type=click.Path(path_type=Path))
def read_message(file: Path) -> None:
    """Print as JSON what the product understands of a calendar message."""
    try:
        with file.open("rb") as source:
            content = source.read(MOST_OCTETS + 1)
    except OSError as error:
        _refuse(file, error.strerror or "it cannot be opened")
    with Reader() as reader:
        understood = reader.read(content)
    if understood.kind is IncomingKind.UNREADABLE:
        _refuse(file, WHY.get(understood.unreadable, UNREADABLE))
    click.echo(json.dumps(as_told(understood), ensure_ascii=False, indent=2))


def as_told(understood: Understood) -> dict[str, Any]:
    """Give what the command prints: the fields of docs/read-message.md, always all of them."""
    proposal, delivery = understood.proposal, understood.delivery
    return {
        "method": understood.method or None,
        "uid": understood.uid or None,
        "sequence": understood.sequence if understood.method else None,
        "dtstamp": understood.dtstamp.isoformat() if understood.dtstamp else None,
        "answers": [
            {
                "attendee": answer.attendee or None,
                "partstat": answer.partstat,
                "recurrence_id": answer.recurrence_id,
                "comment": answer.comment,
            }
            for answer in understood.answers
        ],
        "proposal": proposal
        and {"starts_at": proposal.starts_at.isoformat(), "ends_at": proposal.ends_at.isoformat()},
        "delivery": delivery and {"failed": list(delivery.failed)},
        "warnings": list(understood.warnings),
    }


def _refuse(file: Path, why: str) -> None:
    click.echo(f"{str(file)!r}: {why}.", err=True)
    sys.exit(2)
