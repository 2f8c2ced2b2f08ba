"""Made while others write, and killed at any moment: what is there is whole, and hangs together."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from agenda.backup.restoring import examine, put_back
from agenda.people.model import Body, Organisation, OrganisationKind, Person, Seat
from config import ROOT
from tests.backup.conftest import KINDS, NewPlace
from tests.backup.places import PUT_BACK, Place, everything, place_at

PATIENCE = 120
# One may come too late, and then all is done; what counts is that nothing is half done.
KILLS = 6


def command(place: Place, *words: str) -> subprocess.Popen[bytes]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("AGENDA_")}
    own |= {
        "AGENDA_DATABASE_URL": place.runtime.config.database_url,
        "AGENDA_VAR": str(place.folder),
        "AGENDA_SECRET_KEY": "x" * 40,
        "AGENDA_BASE_URL": "http://localhost",
        "AGENDA_MAIL_FROM": "agenda@leidseregio.example",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "agenda", *words],
        cwd=ROOT,
        env=own,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def killed_once(process: subprocess.Popen[bytes], begun: Callable[[], bool], later: float) -> None:
    """Kill a process a while after something is seen of it; it may have ended before."""
    for _ in range(PATIENCE * 100):
        if begun() or process.poll() is not None:
            break
        time.sleep(0.01)
    time.sleep(later)
    process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_backed_up_while_others_write_hangs_together(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path, kind: str
) -> None:
    """Each writer adds rows that point at each other, and takes earlier ones away."""
    there, here = new_place(kind), new_place("sqlite")
    difficult(kind).back_up(tmp_path / "first.tar")
    there.restore(tmp_path / "first.tar")
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            with there.runtime.work() as session:
                number = len(written)
                body = Body(name=f"Gremium {number}", usual_minutes=number)
                seated = Organisation(kind=OrganisationKind.MUNICIPALITY, name=f"Gemeente {number}")
                session.add_all([body, seated])
                session.flush()
                session.add(Seat(body_id=body.id, organisation_id=seated.id, position=0))
                session.add(Person(name=f"Persoon {number}", email=f"{number}@leidseregio.example"))
            written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            at_least = len(written)
            there.back_up(tmp_path / f"{number}.tar")
            at_most = len(written) + 1
            here.restore(tmp_path / f"{number}.tar", replace=number > 0)
            rows = everything(here.sessions)
            counts = {
                sum(row["name"].startswith(f"{name} ") and row["name"][-1].isdigit() for row in rows[table])
                for name, table in (("Gremium", "body"), ("Gemeente", "organisation"), ("Persoon", "person"))
            }
            assert len(counts) == 1
            assert at_least <= counts.pop() <= at_most
            with here.runtime.read() as session:
                assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    finally:
        stop.set()
        writer.join()
    assert len(written) > 0


@pytest.mark.slow
def test_a_backup_that_is_killed_leaves_no_file_under_its_name(difficult: NewPlace, tmp_path: Path) -> None:
    there, path = difficult("sqlite"), tmp_path / "backup.tar"
    part = tmp_path / "backup.tar.part"
    chance = random.Random(5)
    for _ in range(KILLS):
        path.unlink(missing_ok=True)
        killed_once(command(there, "backup", str(path)), part.exists, chance.uniform(0, 0.3))
        if path.exists():
            assert examine(path, None).tables
    there.back_up(path, replace=True)
    assert examine(path, None).tables


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_restore_that_is_killed_leaves_what_was_there(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path, kind: str
) -> None:
    """At the worst moment: all tables and contents are written, and nothing is committed."""
    here, path = new_place(kind), tmp_path / "backup.tar"
    difficult("sqlite").back_up(path)
    here.restore(path)
    with here.runtime.work() as session:
        session.add(Person(name="Alleen hier", email="hier@leidseregio.example"))
    before = everything(here.sessions)
    here.sessions.close()
    facts = (here.runtime.config.database_url, here.folder, path)
    restoring = multiprocessing.get_context("spawn").Process(target=restore_and_be_killed, args=facts)
    restoring.start()
    restoring.join(PATIENCE)
    assert restoring.exitcode == -signal.SIGKILL
    assert everything(here.sessions) == before
    here.restore(path, replace=True)
    assert len(everything(here.sessions)["person"]) == len(before["person"]) - 1


def restore_and_be_killed(url: str, folder: Path, path: Path) -> None:
    here = place_at(url, folder)
    put_back(
        here.runtime,
        path,
        examine(path, None),
        passphrase=None,
        replace=True,
        real_now=PUT_BACK,
        now_in=_killed,
    )


def _killed(session: Session) -> datetime:
    assert session.scalar(text("SELECT count(*) FROM person")) > 0
    os.kill(os.getpid(), signal.SIGKILL)
    return PUT_BACK
