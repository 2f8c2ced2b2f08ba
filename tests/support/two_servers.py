"""Two real PostgreSQL servers: a primary, and a standby that has confirmed whatever the primary confirms."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.support.memory import folder_in_memory
from tests.support.postgres import programs_for, server_user
from tools.needs import find_postgres

START_SECONDS = 60
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    # Confirmed is what both have: on a disk that is memory, writing through costs nothing.
    "synchronous_commit": "on",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "timezone": "UTC",
    # How soon a standby whose primary is gone hears that it is to take over: 5 seconds by itself.
    "wal_retrieve_retry_interval": "500ms",
}


class Server:
    """One of the two, as a process of its own."""

    def __init__(self, folder: Path, programs: Path, user: pwd.struct_passwd, name: str) -> None:
        self.folder, self.programs, self.user, self.name = folder, programs, user, name
        self.data = folder / name
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, program: str, *words: object) -> None:
        """Run one of PostgreSQL's programs as the servers' user."""
        done = subprocess.run(
            [str(self.programs / program), *map(str, words)],
            capture_output=True,
            text=True,
            **self._as_user(),
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def start(self, **more: str) -> None:
        """Serve; returns once it answers."""
        words = [f"-c{name}={value}" for name, value in (SETTINGS | more).items()]
        with (self.folder / f"{self.name}.log").open("ab") as log:
            places = ["-D", str(self.data), "-p", str(self.port), "-k", str(self.folder)]
            self.process = subprocess.Popen(
                [str(self.programs / "postgres"), *places, *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self._as_user(),
            )
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                return self.ask("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def ask(self, statement: str) -> None:
        """Carry out one statement."""
        with self.connect() as connection:
            connection.execute(statement.encode())

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """Give a connection of its owner, each statement by itself."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="agenda",
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    def kill(self) -> None:
        """End it and all its processes at once, as when the machine loses its power."""
        if self.process is None or self.process.poll() is not None:
            return
        # Each of its processes leads a group of its own; all are this one's children.
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for one in (self.process.pid, *map(int, children)):
            with _gone_already():
                os.kill(one, signal.SIGKILL)
        self.process.wait(30)

    def promote(self) -> None:
        """Let the standby take writes from now on; returns once it does."""
        self.command("pg_ctl", "promote", "-w", "-D", self.data)

    def _as_user(self) -> dict[str, object]:
        if os.geteuid() != 0:
            return {"cwd": self.folder}
        return {"cwd": self.folder, "user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}


@contextmanager
def _gone_already() -> Iterator[None]:
    try:
        yield
    except ProcessLookupError:
        return


def _wait_for(primary: Server) -> None:
    """Return once the primary confirms nothing that the standby does not have."""
    end = time.monotonic() + START_SECONDS
    with primary.connect() as connection:
        while (
            connection.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").fetchone()
            is None
        ):
            if time.monotonic() > end:
                raise RuntimeError("the standby does not follow")
            time.sleep(0.05)


@contextmanager
def primary_and_standby() -> Iterator[tuple[Server, Server]]:
    """Give both, running, with an empty database `agenda`; each commit is on both before it is confirmed."""
    found = find_postgres()
    if found is None or not (Path(found) / "pg_basebackup").exists():
        raise RuntimeError(
            "PostgreSQL's programs (postgres, initdb, pg_ctl, pg_basebackup) are not here: "
            "python -m tools.needs postgresql says how."
        )
    folder = Path(tempfile.mkdtemp(prefix="agenda-two-", dir=folder_in_memory()))
    user = server_user()
    if os.geteuid() == 0:
        os.chown(folder, user.pw_uid, user.pw_gid)
    programs = programs_for(user, Path(found), folder)
    primary, standby = (Server(folder, programs, user, name) for name in ("primary", "standby"))
    try:
        primary.command(
            "initdb",
            "-D",
            primary.data,
            "-U",
            "agenda",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        primary.start()
        primary.ask("CREATE DATABASE agenda")
        primary.command(
            "pg_basebackup", "-D", standby.data, "-R", "-X", "stream", "-c", "fast", "--no-sync",
            "-d", f"host=127.0.0.1 port={primary.port} user=agenda application_name=standby",
        )  # fmt: skip
        standby.start()
        primary.ask("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        primary.ask("SELECT pg_reload_conf()")
        _wait_for(primary)
        yield primary, standby
    finally:
        primary.kill()
        standby.kill()
        shutil.rmtree(folder, ignore_errors=True)
