"""A private PostgreSQL for one test run, and a fresh database for each test that asks."""

import fcntl
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg

from tests.support import postgres_keeper
from tests.support.memory import folder_in_memory
from tools.needs import find_postgres

START_SECONDS = 60
FIRST_WITH_STRATEGY = 150_000


@dataclass(frozen=True)
class Cluster:
    """A running server that only this test run can reach."""

    folder: Path

    def url(self, database: str) -> str:
        """The address of one of its databases, as AGENDA_DATABASE_URL and SQLAlchemy take it."""
        return f"postgresql+psycopg://agenda@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        """Carry out one statement as the owner of everything."""
        with self._connection() as connection:
            connection.execute(statement.encode())

    @cached_property
    def kept(self) -> psycopg.Connection[tuple[Any, ...]]:
        """One connection for what every test needs twice, open until `close`."""
        return self._connection()

    def close(self) -> None:
        """Let go of what was kept; the server runs on."""
        self.kept.close()

    def _connection(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=str(self.folder), user="agenda", dbname="postgres", autocommit=True, connect_timeout=10
        )

    def template(self, name: str, fill: Callable[[str], None]) -> None:
        """Make the database `name` once for the whole run; `fill(url)` migrates it."""
        with locked(self.folder / f"{name}.lock"):
            done = self.folder / f"{name}.done"
            if not done.exists():
                self.run(f'DROP DATABASE IF EXISTS "{name}"')
                self.run(f'CREATE DATABASE "{name}"')
                fill(self.url(name))
                done.touch()

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The address of a fresh copy of a template, gone afterwards."""
        name = f"test_{uuid.uuid4().hex[:16]}"
        # Two copies of one template at the same moment disturb each other.
        with locked(self.folder / f"{template}.lock"):
            self.kept.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{self._quickly}'.encode())
        try:
            yield self.url(name)
        finally:
            self.kept.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    @property
    def _quickly(self) -> str:
        # In memory, copying files takes less than writing all of it into the log; older servers always do.
        return " STRATEGY FILE_COPY" if self.kept.info.server_version >= FIRST_WITH_STRATEGY else ""


def shared_cluster(meeting_place: Path, owner: int) -> Cluster:
    """The run's server, started by whoever asks first; it stops by itself when the process `owner` ends."""
    with locked(meeting_place / "postgres.lock"):
        note = meeting_place / "postgres.json"
        if note.exists():
            return Cluster(Path(json.loads(note.read_text())["folder"]))
        cluster = start(owner)
        note.write_text(json.dumps({"folder": str(cluster.folder)}))
        return cluster


def start(owner: int) -> Cluster:
    """Start a server in a folder of its own; RuntimeError with its log when it does not come up."""
    found = find_postgres()
    if found is None:
        raise RuntimeError("PostgreSQL's programs are not here: python -m tools.needs postgresql says how.")
    # A socket's path must be short: not under pytest's own folders.
    folder = Path(tempfile.mkdtemp(prefix="agenda-pg-", dir=folder_in_memory()))
    user = server_user()
    if os.geteuid() == 0:
        os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        return _start_in(folder, user, Path(found), owner)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _start_in(folder: Path, user: pwd.struct_passwd, found: Path, owner: int) -> Cluster:
    programs = programs_for(user, found, folder)
    _as(user, folder, programs / "initdb", "-D", "data", "-U", "agenda", "-A", "trust", "-E", "UTF8",
        "--locale=C", "--no-sync")  # fmt: skip
    keeper = [
        sys.executable,
        postgres_keeper.__file__,
        str(owner),
        str(user.pw_uid),
        str(programs),
        str(folder),
    ]
    subprocess.Popen(
        keeper,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ).returncode = 0  # it outlives this process on purpose: nobody waits for it
    cluster = Cluster(folder)
    _wait_for(cluster)
    return cluster


def _wait_for(cluster: Cluster) -> None:
    for _ in range(START_SECONDS * 20):
        try:
            return cluster.run("SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.05)
    log = cluster.folder / "log"
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text() if log.exists() else 'no log'}")


def server_user() -> pwd.struct_passwd:
    """Who the server runs as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    return pwd.getpwnam("nobody")


def programs_for(user: pwd.struct_passwd, programs: Path, folder: Path) -> Path:
    """The programs where this user can run them; copied there when they are in somebody's private folder."""
    try:
        _as(user, folder, programs / "postgres", "--version")
    except (PermissionError, subprocess.CalledProcessError):
        packages, inner = programs.parents[2], programs.relative_to(programs.parents[2])
        copy = folder / "packages"
        shutil.copytree(programs.parent, copy / inner.parent, symlinks=True)
        for libraries in packages.glob(f"{inner.parts[0]}.libs"):  # beside the package, as wheels have it
            shutil.copytree(libraries, copy / libraries.name)
        return copy / inner
    return programs


def _as(user: pwd.struct_passwd, folder: Path, *command: object) -> None:
    root = os.geteuid() == 0
    subprocess.run(
        [str(part) for part in command],
        check=True,
        capture_output=True,
        cwd=folder,
        user=user.pw_uid if root else None,
        group=user.pw_gid if root else None,
        extra_groups=[] if root else None,
    )


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file's lock: one process at a time, freed when the process dies."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
