"""Whatever a message does to its reader, the answer comes in bounded time, and nobody's answer is made up."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agenda.mail.message_reader import MOST_MEMORY
from agenda.mail.message_reading import MOST_OCTETS, understand
from agenda.mail.reading_apart import Reader
from agenda.mail.understood import IncomingKind, Understood
from tests.mail.messages.programs import OURS, OWNER, TIME, attendee, calendar, event, head, simple
from tests.mail.messages.write import messages

ROOT = Path(__file__).parents[2]
SENDER = b"From: a@b.example\r\n"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as made:
        yield made


def answer(*lines: str) -> bytes:
    text = calendar("-//x//EN", "REPLY", event(attendee("ACCEPTED"), *TIME, *lines))
    return simple(head("Geaccepteerd"), "text/calendar; method=REPLY; charset=utf-8", text)


def nested(depth: int) -> bytes:
    kind = "Content-Type: multipart/mixed; boundary=b{}\r\n\r\n"
    inside = "".join(f"--b{n}\r\n{kind.format(n + 1)}" for n in range(depth))
    return SENDER + (kind.format(0) + inside).encode()


BOMBS: dict[str, tuple[bytes, str]] = {
    "multipart nested a thousand deep": (nested(1_000), "too_many_parts"),
    "multipart nested forty deep": (nested(40), "nested_too_deep"),
    "messages nested a thousand deep": (
        SENDER + b"Content-Type: message/rfc822\r\n\r\n" * 1_000,
        "nested_too_deep",
    ),
    "fifty thousand parts": (
        SENDER + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 50_000,
        "too_many_parts",
    ),
    "a head of twenty thousand encoded words": (
        SENDER + b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n\r\nx",
        "head_too_large",
    ),
    "fifty megabytes": (SENDER + b"Subject: groot\r\n\r\n" + b"x" * 50_000_000, "too_large"),
    "a calendar of ten megabytes": (answer("X-A:" + "x" * 6_000_000), "calendar_too_large"),
    "twenty thousand events": (
        simple(
            head("x"),
            "text/calendar; method=REPLY",
            calendar("-//x//EN", "REPLY", *[event(attendee("ACCEPTED"), *TIME)] * 20_000),
        ),
        "calendar_too_large",
    ),
    "a path as calendar text": (
        simple(head("x"), "text/calendar; method=REPLY", "/etc/passwd"),
        "not_a_calendar",
    ),
    "octets of nothing": (b"\0" * 100_000, "not_a_message"),
    "an image": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400, "not_a_message"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_with_its_reason(reader: Reader, name: str) -> None:
    """CALENDAR-MAIL rules 28, 29 and 36; RELIABILITY "a mail with 50 000 commas"."""
    content, why = BOMBS[name]
    said = reader.read(content)
    assert (said.kind, said.unreadable) == (IncomingKind.UNREADABLE, why)


def test_of_a_message_that_is_too_large_the_head_is_known(reader: Reader) -> None:
    said = reader.read(
        b"\r\n".join(line.encode() for line in head("Groot")) + b"\r\n\r\n" + b"x" * MOST_OCTETS
    )
    assert (said.sender, said.subject, said.addressed) == (OWNER, "Groot", (OURS,))


@pytest.mark.parametrize(
    "content",
    [
        b"From: " + b"," * 60_000 + b"\r\n\r\nhoi",
        b"Subject: x\r\n\r\n" + b"a" * 10_000_000,
        b"Subject: x\r\nContent-Type: text/html\r\n\r\n" + b"<" * 1_000_000,
        b"Subject: x\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
        b"Subject: x\r\nContent-Type: text/plain; " + b"a=b; " * 5_000 + b"\r\n\r\nhoi",
        b"Subject: x\r\nTo: " + b"a" * 60_000 + b"\r\n\r\nhoi",
    ],
)
def test_what_only_looks_like_a_bomb_is_read(reader: Reader, content: bytes) -> None:
    assert reader.read(content).kind is IncomingKind.TEXT


def test_a_recurrence_bomb_is_an_answer_like_any_other(reader: Reader) -> None:
    """CALENDAR-MAIL rule 30: nothing is expanded here."""
    said = reader.read(answer("RRULE:FREQ=SECONDLY;COUNT=999999999", "EXRULE:FREQ=SECONDLY"))
    assert [(one.attendee, one.partstat) for one in said.answers] == [(OWNER, "ACCEPTED")]


def test_what_stands_in_a_comment_starts_no_line_and_no_property_of_its_own(reader: Reader) -> None:
    said = reader.read(answer("COMMENT:Ja\\nATTENDEE;PARTSTAT=DECLINED:mailto:wethouder2@leiden.example"))
    assert [one.attendee for one in said.answers] == [OWNER]
    assert said.comment == "Ja\nATTENDEE;PARTSTAT=DECLINED:mailto:wethouder2@leiden.example"


def test_control_characters_and_line_breaks_in_names_are_gone(reader: Reader) -> None:
    """CALENDAR-MAIL rule 31; CVE-2024-6923."""
    evil = "=?utf-8?q?x=0D=0ABcc:_iemand@elders.example?= <wethouder1@leiden.example>"
    said = reader.read(simple(head("=?utf-8?q?a=00b=0D=0Ac?=", sender=evil), "text/plain", "hoi"))
    assert "\r" not in said.sender_name + said.subject
    assert "\n" not in said.sender_name + said.subject
    assert "\0" not in said.subject


def test_a_reader_that_died_reads_the_next_message(reader: Reader) -> None:
    good = answer()
    assert reader.read(good).kind is IncomingKind.REPLY
    assert reader._child is not None
    reader._child.kill()
    reader._child.wait()
    assert reader.read(good).kind is IncomingKind.UNREADABLE
    assert reader.read(good).kind is IncomingKind.REPLY


def test_the_reader_has_no_more_memory_than_it_needs_and_no_secret_of_ours(reader: Reader) -> None:
    reader.read(answer())
    assert reader._child is not None
    limits = Path(f"/proc/{reader._child.pid}/limits").read_text()
    line = next(line for line in limits.splitlines() if line.startswith("Max address space"))
    assert str(MOST_MEMORY) in line
    environment = Path(f"/proc/{reader._child.pid}/environ").read_bytes()
    assert b"AGENDA" not in environment


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the message is empty"),
        (b"\0" * 50, "neither a mail nor a calendar"),
        (nested(1_000), "more parts"),
    ],
    ids=["empty", "octets", "bomb"],
)
def test_the_command_says_in_one_line_what_cannot_be_read(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "bericht.eml"
    file.write_bytes(content)
    ended = run(str(file))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
    assert why in ended.stderr


@pytest.mark.parametrize("name", ["", "er-is-niets.eml"])
def test_the_command_says_in_one_line_that_there_is_no_file(tmp_path: Path, name: str) -> None:
    ended = run(str(tmp_path / name))
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)


def test_the_command_prints_the_fields_of_its_contract_and_no_others(tmp_path: Path) -> None:
    file = tmp_path / "antwoord.eml"
    file.write_bytes(answer("COMMENT:Tot vijf uur"))
    ended = run(str(file))
    assert json.loads(ended.stdout) == {
        "method": "REPLY",
        "uid": "meeting-7-20181218090000@leidseregio.example",
        "sequence": 0,
        "dtstamp": "2019-01-08T09:00:00+00:00",
        "answers": [
            {"attendee": OWNER, "partstat": "ACCEPTED", "recurrence_id": None, "comment": "Tot vijf uur"}
        ],
        "proposal": None,
        "delivery": None,
        "warnings": [],
    }


def test_a_file_without_end_takes_the_command_no_more_memory_than_another(tmp_path: Path) -> None:
    file = tmp_path / "groot.eml"
    with file.open("wb") as target:
        target.write(SENDER + b"\r\n")
        os.truncate(target.fileno(), 3_000_000_000)
    ended = run(str(file), memory=500_000_000)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "larger than 25 MB" in ended.stderr


def run(file: str, memory: int | None = None) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        if memory:
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))

    return subprocess.run(
        [sys.executable, "-m", "agenda", "read-message", file],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=limit,
        check=False,
    )


CORPUS = [content for _, content, _ in messages()]


def mutated(content: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    for at, length, instead in cuts:
        place = at % (len(content) + 1)
        content = content[:place] + instead + content[place + length :]
    return content


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    content=st.sampled_from(CORPUS),
    cuts=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 40), st.binary(max_size=20)), max_size=6),
)
def test_no_damage_breaks_the_reader_or_makes_somebody_answer_who_did_not(
    content: bytes, cuts: list[tuple[int, int, bytes]]
) -> None:
    said = understand(mutated(content, cuts))
    assert Understood.from_json(json.loads(json.dumps(said.as_json()))) == said
    if said.kind is IncomingKind.UNREADABLE:
        assert said.unreadable
    assert len(said.text) <= 20_000
