"""A mail server hands a message over on standard input and learns from the status what became of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from agenda.core.database import Sessions
from agenda.mail.model import Incoming
from agenda.schema import upgrade

ROOT = Path(__file__).parents[2]
MESSAGE = b"From: iemand@elders.example\r\nSubject: hoi\r\nMessage-ID: <1@elders.example>\r\n\r\nDag\r\n"


def receive(var: Path, content: bytes, *words: str, database: str = "") -> tuple[int, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("AGENDA_")}
    own |= {"AGENDA_DEMO": "1", "AGENDA_VAR": str(var)}
    if database:
        own["AGENDA_DATABASE_URL"] = database
    command = [sys.executable, "-m", "agenda", "receive", *words]
    ended = subprocess.run(command, cwd=ROOT, env=own, input=content, capture_output=True, check=False)
    return ended.returncode, ended.stderr.decode()


def test_a_message_is_kept_once_with_the_recipient_of_its_envelope(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'agenda.sqlite'}"
    upgrade(url)
    for _ in range(2):
        assert receive(tmp_path, MESSAGE, "--recipient", "agenda+abc@leidseregio.example") == (0, "")
    sessions = Sessions(url)
    with sessions.read() as session:
        kept = session.scalars(select(Incoming)).one()
        assert (kept.fate, kept.why, kept.content) == ("set_aside", "nobody_known", MESSAGE)
        assert kept.understood["addressed"] == ["agenda+abc@leidseregio.example"]
    sessions.close()


def test_nothing_on_standard_input_is_told_in_one_line(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'agenda.sqlite'}")
    status, told = receive(tmp_path, b"")
    assert (status, told) == (os.EX_DATAERR, "There is no message on standard input.\n")


def test_while_the_database_is_away_the_mail_server_keeps_the_message(tmp_path: Path) -> None:
    status, told = receive(tmp_path, MESSAGE, database="postgresql://nobody@127.0.0.1:1/none")
    assert status == os.EX_TEMPFAIL
    assert told.startswith("The database does not answer: ")
    assert told.count("\n") == 1
