"""The two kinds of database, as they run in a house: slow, locked, killed, and started again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

import psycopg

from tests.faults.process import free_port
from tests.faults.proxy import Proxy
from tools.needs import find_postgres

START_SECONDS = 60
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "max_wal_size": "128MB",
    "timezone": "UTC",
}


class Sqlite:
    """A file; what befalls it is another process that keeps the lock to write."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.file = folder / "var" / "agenda.sqlite"
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.url = self.direct_url = f"sqlite:///{self.file}"

    def start(self) -> None:
        """Nothing runs."""

    def stop(self) -> None:
        """Nothing runs."""

    def slow_down(self, seconds: float) -> None:
        """Keep everybody from writing for so long."""
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(self.file, timeout=5)) as held:
            held.isolation_level = None
            held.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            held.execute("ROLLBACK")

    def kill(self, gently: bool) -> bool:
        """Nothing runs that could be killed."""
        return False

    def faults(self) -> list[str]:
        """Tell what the database itself finds wrong with itself."""
        with closing(sqlite3.connect(self.file)) as connection:
            told = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        return [line for line in told if line != "ok"] + [f"a reference to nothing: {row}" for row in broken]


class Postgres:
    """A server of our own, reached through a cable that can be slow or torn."""

    kind = "postgres"

    def __init__(self, folder: Path) -> None:
        programs = find_postgres()
        if programs is None:
            raise RuntimeError(
                "PostgreSQL's programs are not here: python -m tools.needs postgresql says how."
            )
        self.programs = Path(programs)
        self.folder = folder / "postgres"
        self.folder.mkdir(parents=True)
        (folder / "var").mkdir(exist_ok=True)
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        if os.geteuid() == 0:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.port = free_port()
        self.proxy = Proxy(self.port)
        self.direct_url = f"postgresql+psycopg://agenda@127.0.0.1:{self.port}/agenda"
        # Who is unplugged must hear of it some time: without a limit a client waits for ever.
        self.url = f"postgresql+psycopg://agenda@127.0.0.1:{self.proxy.port}/agenda?connect_timeout=10"
        self.server: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-D", "data", "-U", "agenda", "-A", "trust", "-E", "UTF8", "--locale=C")

    def start(self) -> None:
        """Start the server, and make its database where there is none."""
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        words = [str(self.programs / "postgres"), "-D", "data", "-p", str(self.port), "-k", str(self.folder)]
        for name, value in SETTINGS.items():
            words += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            self.server = subprocess.Popen(
                words, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._as_user()
            )
        self._wait()
        with closing(self._connected("postgres")) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'agenda'").fetchone():
                connection.execute("CREATE DATABASE agenda")

    def stop(self) -> None:
        """End the server and its cable."""
        self.proxy.close()
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            try:
                self.server.wait(30)
            except subprocess.TimeoutExpired:
                self._kill_all()

    def slow_down(self, seconds: float) -> None:
        """Let every piece that goes over the cable wait a while, for so long."""
        self.proxy.delay = 0.15
        time.sleep(seconds)
        self.proxy.delay = 0.0

    def kill(self, gently: bool) -> bool:
        """End the server at once, gently as `pg_ctl stop -m immediate` does, and start it again."""
        if self.server is None:
            return False
        if gently:
            self.server.send_signal(signal.SIGQUIT)
            self.server.wait(30)
        else:
            self._kill_all()
        self.start()
        return True

    def faults(self) -> list[str]:
        """Tell what the database itself finds wrong with itself."""
        found = []
        with closing(self._connected("agenda")) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
            indexes = connection.execute(
                "SELECT c.oid, c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                " JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE a.amname = 'btree' AND n.nspname = 'public' AND i.indisvalid"
            ).fetchall()
            for oid, name in indexes:
                try:
                    connection.execute("SELECT bt_index_check(%s, true)", (oid,))
                except psycopg.Error as error:
                    found.append(f"index {name}: {error}")
            tables = connection.execute("SELECT relname FROM pg_stat_user_tables").fetchall()
            for (table,) in tables:
                rows = connection.execute("SELECT * FROM verify_heapam(%s)", (table,)).fetchall()
                found += [f"table {table}: {row}" for row in rows]
        return found

    def _kill_all(self) -> None:
        """Kill the server and every process that it started: none of them may tidy up."""
        if self.server is None:
            return
        told = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children")
        children = [int(word) for word in told.read_text().split()] if told.exists() else []
        for process in (self.server.pid, *children):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.server.wait(30)
        # What they shared is only let go of when the last of them is gone.
        until = time.monotonic() + START_SECONDS
        while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < until:
            time.sleep(0.02)

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.server is None or self.server.poll() is not None:
                break
            with suppress(psycopg.OperationalError), closing(self._connected("postgres")):
                return
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-3_000:]}")

    def _connected(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="agenda",
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def _run(self, program: str, *words: str) -> None:
        command = [str(self.programs / program), *words]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, **self._as_user())

    def _as_user(self) -> dict[str, object]:
        if os.geteuid() != 0:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}


Database = Sqlite | Postgres


def make(kind: str, folder: Path) -> Database:
    """Prepare a database of this kind in a folder."""
    return Sqlite(folder) if kind == "sqlite" else Postgres(folder)


class SmallDisk:
    """A disk of its own, small enough to be filled; an ordinary folder where only root could make one."""

    MEGABYTES = 400

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        words = ["mount", "-t", "tmpfs", "-o", f"size={self.MEGABYTES}m,mode=755", "faults", str(folder)]
        self.is_one = os.geteuid() == 0 and subprocess.run(words, capture_output=True).returncode == 0

    def fill(self, seconds: float) -> bool:
        """Leave no room for so long; False where the disk is not our own to fill."""
        if not self.is_one:
            return False
        filler = self.folder / "filler"
        try:
            with filler.open("wb", buffering=0) as file, suppress(OSError):
                while file.write(b"x" * 4_096 * 16):
                    pass
            time.sleep(seconds)
        finally:
            filler.unlink(missing_ok=True)
        return True

    def remove(self, keep_in: Path) -> None:
        """Put what is on it where it is kept, and let go of it."""
        shutil.copytree(self.folder, keep_in, symlinks=True, ignore=shutil.ignore_patterns("postgres"))
        if self.is_one:
            subprocess.run(["umount", "-l", str(self.folder)], check=False, capture_output=True)
