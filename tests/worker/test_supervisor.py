"""A real worker tells systemd that it is at work and alive, as a Type=notify service does."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest

from agenda.core.supervisor import Supervisor
from agenda.schema import upgrade
from tests.support.processes import LONG, ROOT, processes, settings_of


@pytest.fixture
def systemd() -> Iterator[tuple[socket.socket, str]]:
    """The socket on which systemd listens, and its address."""
    # A socket's path has 107 characters at most: the folders of tests have longer ones.
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listens:
        listens.bind(f"{folder}/notify")
        listens.settimeout(LONG)
        yield listens, f"{folder}/notify"


def said(listens: socket.socket) -> str:
    return listens.recv(100).decode()


def test_a_worker_says_that_it_is_at_work_then_that_it_lives_and_at_last_that_it_ends(
    systemd: tuple[socket.socket, str], tmp_path: Path, database_url: str
) -> None:
    listens, address = systemd
    upgrade(database_url)
    with processes(tmp_path, database_url) as begin:
        one = begin("one", NOTIFY_SOCKET=address)
        assert said(listens) == "READY=1"
        began = time.monotonic()
        assert [said(listens) for _ in range(3)] == ["WATCHDOG=1"] * 3
        # Far more often than systemd asks for it.
        assert time.monotonic() - began < 60
        one.hears(signal.SIGTERM)
        while (last := said(listens)) == "WATCHDOG=1":
            pass
        assert last == "STOPPING=1"
        assert one.process.wait(LONG) == 0


def test_a_worker_with_a_job_that_hangs_falls_silent(
    systemd: tuple[socket.socket, str], tmp_path: Path, database_url: str
) -> None:
    listens, address = systemd
    upgrade(database_url)
    script = tmp_path / "hang.py"
    script.write_text(
        "import time\n"
        "from agenda import worker\n"
        "from agenda.app import create_app\n"
        "from agenda.cli import commands\n"
        "worker.GRACE_SECONDS = 0\n"
        "hangs = worker.Job('hangs', lambda *_: time.sleep(600), seconds=1, limit=1)\n"
        "worker.JOBS = (hangs,)\n"
        "commands(create_app)(['worker'])\n"
    )
    environment = settings_of(tmp_path, database_url) | {"PYTHONPATH": str(ROOT), "NOTIFY_SOCKET": address}
    ended = subprocess.run(
        [sys.executable, str(script)], cwd=ROOT, env=environment, check=False, timeout=LONG
    )
    assert ended.returncode == os.EX_SOFTWARE
    assert said(listens) == "READY=1"
    listens.setblocking(False)
    heard = []
    with pytest.raises(BlockingIOError):
        while True:
            heard.append(said(listens))
    # At most before the job hung; it does not say that it ends well either.
    assert heard in ([], ["WATCHDOG=1"], ["WATCHDOG=1"] * 2)


@pytest.mark.parametrize("address", ["", "/nowhere/notify", "@nobody-listens", "x" * 500])
def test_where_nobody_listens_the_work_goes_on(address: str) -> None:
    told = Supervisor(address)
    told.at_work()
    told.alive()
    told.ending()


def test_it_is_not_told_more_than_once_a_second(systemd: tuple[socket.socket, str]) -> None:
    listens, address = systemd
    told = Supervisor(address)
    for _ in range(100):
        told.alive()
    assert said(listens) == "WATCHDOG=1"
    listens.setblocking(False)
    with pytest.raises(BlockingIOError):
        listens.recv(100)


def test_an_address_that_is_in_no_folder_is_reached_too() -> None:
    name = f"agenda-{uuid4().hex}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listens:
        listens.bind(f"\0{name}")
        listens.settimeout(LONG)
        Supervisor(f"@{name}").at_work()
        assert said(listens) == "READY=1"
