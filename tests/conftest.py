"""Databases, a runtime and the world; every database test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from agenda.app import create_app
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.transports import FolderTransport
from agenda.schema import upgrade
from config import Config, load
from tests.world import StandingClock, World, make_world

pytest_plugins = ["tests.support.fixtures"]


def make_config(tmp_path: Path, database_url: str, **changed: str) -> Config:
    """Give the settings of a test: everything under its own folder."""
    return load(
        {
            "AGENDA_DATABASE_URL": database_url,
            "AGENDA_SECRET_KEY": "x" * 40,
            "AGENDA_BASE_URL": "http://localhost",
            "AGENDA_MAIL_FROM": "agenda@leidseregio.example",
            "AGENDA_VAR": str(tmp_path),
            **changed,
        }
    )


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file; each test gets a copy."""
    file = tmp_path_factory.mktemp("template") / "agenda.sqlite"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrate() -> Callable[[str], None]:
    """Bring an empty PostgreSQL database up to date; tests get copies of it."""
    return upgrade


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, migrated_sqlite: Path) -> str:
    """Give the address of an empty, migrated database of each kind."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    file = tmp_path / "agenda.sqlite"
    shutil.copy(migrated_sqlite, file)
    return f"sqlite:///{file}"


@pytest.fixture
def sessions(database_url: str) -> Iterator[Sessions]:
    made = Sessions(database_url)
    yield made
    made.close()


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def runtime(tmp_path: Path, database_url: str, sessions: Sessions, clock: StandingClock) -> Runtime:
    """Give a runtime whose letters become files under the test's own folder."""
    config = make_config(tmp_path, database_url)
    return Runtime(sessions=sessions, clock=clock, send=FolderTransport(tmp_path / "mail"), config=config)


@pytest.fixture
def world(runtime: Runtime) -> World:
    with runtime.work() as session:
        return make_world(session)


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    made = create_app(runtime)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a visitor who is not signed in; see `sign_in`."""
    return app.test_client()
