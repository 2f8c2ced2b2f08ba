"""The whole story without a browser: `python -m agenda demo play`."""

from __future__ import annotations

import re
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import CliRunner
from icalendar import Calendar

from agenda.app import create_app
from agenda.cli import commands

JOINT = "Gezamenlijk collegeoverleg Leidse regio"


@pytest.mark.slow
def test_the_story_is_told_and_leaves_its_letters(tmp_path: Path) -> None:
    told = CliRunner().invoke(commands(create_app), ["demo", "play", "--into", str(tmp_path / "play")])
    assert told.exit_code == 0, told.output
    steps = re.findall(r"^(\d)\. ", told.output, re.M)
    assert steps == list("12345678")
    invited, cancelled, letters, methods = 0, 0, 0, Counter[str]()
    sequences: dict[str, set[int]] = {}
    for file in (tmp_path / "play" / "mail").glob("*.eml"):
        letters += 1
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        for part in message.walk():
            if part.get_content_type() != "text/calendar":
                continue
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            calendar = Calendar.from_ical(payload)
            (event,) = calendar.walk("VEVENT")
            method = str(calendar["METHOD"])
            assert part.get_param("method") == method
            if JOINT in str(message["Subject"]):
                methods[method] += 1
                sequences.setdefault(method, set()).add(int(event["SEQUENCE"]))
                assert event["LOCATION"].startswith("Gemeentehuis Zoeterwoude")
                assert (
                    str(event["ATTENDEE"]).lower().removeprefix("mailto:")
                    == message["To"].addresses[0].addr_spec
                )
                invited += method == "REQUEST"
                cancelled += method == "CANCEL"
    assert invited == cancelled >= 42
    assert set(methods) == {"REQUEST", "CANCEL"}
    assert min(sequences["CANCEL"]) > max(sequences["REQUEST"])
    counted = {kind: int(number) for number, kind in re.findall(r"^ +(\d+) (\w+)$", told.output, re.M)}
    assert counted["invitation"] == invited
    assert counted["cancellation"] == cancelled
    assert counted["reminders"] > 42
    before = 32 + 15  # invitations, and the letters of two written rounds
    assert letters == sum(counted.values()) + before
