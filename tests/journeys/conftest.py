"""The whole product, live: the demonstration region, its pages and its worker."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from agenda import steps, worker
from agenda.app import create_app
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.demo.clock import demo_clock
from agenda.demo.start import load_demo
from agenda.mail.transports import FolderTransport
from agenda.schema import upgrade
from config import load
from tests.support.live import served


@dataclass(frozen=True)
class Live:
    """A demonstration that can be visited."""

    address: str
    runtime: Runtime


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load the demonstration once; each test visits a copy."""
    folder = tmp_path_factory.mktemp("demo")
    runtime = _runtime(folder, 8000)
    upgrade(runtime.config.database_url)
    load_demo(runtime)
    # Once, and not by the worker of each test.
    steps.make_papers(runtime)
    runtime.sessions.close()
    return folder


@pytest.fixture
def live(demo_folder: Path, tmp_path: Path) -> Iterator[Live]:
    """Give a fresh demonstration with its web server and its worker."""
    folder = tmp_path / "demo"
    shutil.copytree(demo_folder, folder)
    with running(folder) as found:
        yield found


@contextmanager
def running(folder: Path) -> Iterator[Live]:
    """Serve the demonstration in a folder, with a worker beside it."""
    with serving(folder) as live:
        stop = threading.Event()
        working = threading.Thread(target=worker.run, args=(live.runtime, stop))
        working.start()
        try:
            yield live
        finally:
            stop.set()
            working.join(30)


@contextmanager
def serving(folder: Path) -> Iterator[Live]:
    """Serve the demonstration in a folder; what a worker does is done when a test asks."""
    port = _free_port()
    runtime = _runtime(folder, port)
    try:
        with served(create_app(runtime), port=port) as address:
            yield Live(address, runtime)
    finally:
        runtime.sessions.close()


def _runtime(folder: Path, port: int) -> Runtime:
    config = load(
        {
            "AGENDA_DEMO": "1",
            "AGENDA_VAR": str(folder),
            "PORT": str(port),
            # A story does not wait a minute for what may still change.
            "AGENDA_SETTLE_SECONDS": "0",
        }
    )
    sessions = Sessions(config.database_url)
    send = FolderTransport(folder / "mail")
    return Runtime(sessions=sessions, clock=demo_clock(sessions), send=send, config=config)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
