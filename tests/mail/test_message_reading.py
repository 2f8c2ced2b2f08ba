"""What other people's programs send says to us what its sender meant (CALENDAR-MAIL rules 18 to 25)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agenda.mail.message_reading import understand
from agenda.mail.understood import Understood
from tests.mail.messages import write
from tests.mail.messages.programs import OURS

MESSAGES = sorted((Path(__file__).parent / "messages").glob("*.eml"))
NAMES = [message.stem for message in MESSAGES]


def told(said: Understood, expected: dict[str, Any]) -> dict[str, Any]:
    """What was understood, in the words of the file beside the message, and only what that speaks of."""
    found = {
        "kind": said.kind.value,
        "method": said.method,
        "uid": said.uid,
        "sequence": said.sequence,
        "dtstamp": said.dtstamp.isoformat() if said.dtstamp else None,
        "answers": [[one.attendee, one.partstat, one.comment] for one in said.answers],
        "names": [one.name for one in said.answers],
        "recurrences": [one.recurrence_id for one in said.answers],
        "delegated": [address for one in said.answers for address in one.delegated_to],
        "proposal": said.proposal
        and [said.proposal.starts_at.isoformat(), said.proposal.ends_at.isoformat()],
        "comment": said.comment,
        "delivery": said.delivery
        and [list(said.delivery.failed), list(said.delivery.delayed), said.delivery.of],
        "text": said.text,
        "sender": said.sender,
        "addressed": list(said.addressed),
        "warnings": list(said.warnings),
        "unreadable": said.unreadable,
    }
    return {name: found[name] for name in expected}


@pytest.mark.parametrize("message", MESSAGES, ids=NAMES)
def test_a_message_says_what_its_sender_meant(message: Path) -> None:
    expected = json.loads(message.with_suffix(".json").read_text())
    said = understand(message.read_bytes())
    assert told(said, expected) == expected
    if "warnings" not in expected and said.method:
        assert said.warnings == ()
    if said.message_id:
        assert "addressed" in expected or OURS in said.addressed


def test_there_are_sixty_messages_and_more_and_the_files_are_as_they_were_written() -> None:
    written = {name: content for name, content, _ in write.messages()}
    assert len(written) >= 60
    assert written == {message.stem: message.read_bytes() for message in MESSAGES}


@pytest.mark.parametrize("message", MESSAGES, ids=NAMES)
def test_what_was_understood_is_kept_and_read_back_whole(message: Path) -> None:
    said = understand(message.read_bytes())
    assert Understood.from_json(json.loads(json.dumps(said.as_json()))) == said
