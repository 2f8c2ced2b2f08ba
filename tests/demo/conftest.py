"""The demonstration, loaded once; each test plays in a copy of it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.demo.clock import demo_clock
from agenda.demo.start import load_demo
from agenda.mail.transports import FolderTransport
from agenda.people.model import Person
from agenda.schema import upgrade
from config import Config, load

As = Callable[[str], FlaskClient]


def demo_config(folder: Path) -> Config:
    return load({"AGENDA_DEMO": "1", "AGENDA_VAR": str(folder), "AGENDA_BASE_URL": "http://localhost"})


def demo_runtime(folder: Path) -> Runtime:
    config = demo_config(folder)
    sessions = Sessions(config.database_url)
    send = FolderTransport(folder / "mail")
    return Runtime(sessions=sessions, clock=demo_clock(sessions), send=send, config=config)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demonstration that nobody touched yet."""
    folder = tmp_path_factory.mktemp("demo")
    runtime = demo_runtime(folder)
    upgrade(runtime.config.database_url)
    load_demo(runtime)
    runtime.sessions.close()
    return folder


@pytest.fixture
def demo(loaded: Path, tmp_path: Path) -> Iterator[Runtime]:
    """A demonstration of one's own."""
    shutil.copytree(loaded, tmp_path / "var")
    runtime = demo_runtime(tmp_path / "var")
    yield runtime
    runtime.sessions.close()


@pytest.fixture
def demo_app(demo: Runtime, new_app: Callable[[Runtime], Flask]) -> Flask:
    made = new_app(demo)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture
def as_role(demo: Runtime, demo_app: Flask) -> As:
    """Give a browser of someone by name, signed in with the demonstration's one click."""

    def signed_in(name: str) -> FlaskClient:
        client = demo_app.test_client()
        with demo.read() as session:
            person = session.scalars(select(Person.id).where(Person.name == name)).one()
        assert client.post("/demo/sign-in", data={"person": person}).status_code == 303
        return client

    return signed_in


def rows(page: str) -> int:
    """Count the rows of the one table on a page."""
    return len(re.findall(r'<th scope="row">', page))
