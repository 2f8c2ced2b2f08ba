"""Databases, a runtime and the world; every database test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from agenda.app import create_app
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.transports import FolderTransport
from agenda.schema import upgrade
from config import Config, load
from tests.support.memory import folder_in_memory
from tests.support.warm import WarmWords, keep_warm
from tests.world import StandingClock, World, make_world

pytest_plugins = ["tests.support.fixtures"]

# Enough to find most faults at each change; AGENDA_THOROUGH=1 looks for the rare ones.
settings.register_profile("each change", max_examples=40)
settings.register_profile("thorough", max_examples=1_000)
settings.load_profile("thorough" if os.environ.get("AGENDA_THOROUGH") else "each change")

LONGEST_IN_A_NAME = 80


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Keep the tests' folders in memory, unless somebody chose a place, and let Python keep what it compiles.

    Where that is switched off, each of the many programs that tests start compiles the whole product anew.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    memory = folder_in_memory()
    if memory:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
    # As the product logs: through the standard library, where pytest looks; by itself it prints.
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.render_to_log_kwargs],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a test with a file or a long text in it by what that is, not by all of it.

    Files with a date or a random key in them differ in every process, and two workers must name a test alike.
    """
    too_long = isinstance(val, str) and len(val) > LONGEST_IN_A_NAME
    return argname if too_long or isinstance(val, bytes) else None


@pytest.fixture(scope="session", autouse=True)
def warm(run_folder: Path) -> None:
    """Compile what every test needs once, and not in every test."""
    keep_warm(run_folder / "compiled-templates")


def make_config(tmp_path: Path, database_url: str, **changed: str) -> Config:
    """Give the settings of a test: everything under its own folder."""
    return load(
        {
            "AGENDA_DATABASE_URL": database_url,
            "AGENDA_SECRET_KEY": "x" * 40,
            "AGENDA_BASE_URL": "http://localhost",
            "AGENDA_MAIL_FROM": "agenda@leidseregio.example",
            "AGENDA_VAR": str(tmp_path),
            # What must be told leaves at once, unless a test is about waiting.
            "AGENDA_SETTLE_SECONDS": "0",
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


@pytest.fixture(scope="session")
def settled() -> Callable[[str], World]:
    """Fill a migrated database with the world."""

    def settle(url: str) -> World:
        sessions = Sessions(url)
        with sessions.work() as session:
            made = make_world(session)
        sessions.close()
        return made

    return settle


@pytest.fixture(scope="session")
def settled_sqlite(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path, settled: Callable[[str], World]
) -> tuple[Path, World]:
    """Fill one SQLite file with the world; each test that asks for it gets a copy."""
    file = tmp_path_factory.mktemp("settled") / "agenda.sqlite"
    shutil.copy(migrated_sqlite, file)
    return file, settled(f"sqlite:///{file}")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, migrated_sqlite: Path) -> str:
    """Give the address of a migrated database of each kind: empty, or with the world for who asks for it."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    if "world" in request.fixturenames:
        migrated_sqlite, _world = request.getfixturevalue("settled_sqlite")
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
def world(database_url: str, settled_sqlite: tuple[Path, World]) -> World:
    """Tell what stands in the database; both kinds number alike."""
    return deepcopy(settled_sqlite[1])


@pytest.fixture(scope="session")
def new_app() -> Callable[[Runtime], Flask]:
    """Make an app as the product does."""
    return lambda runtime: WarmWords.given_to(create_app(runtime))


@pytest.fixture
def app(runtime: Runtime, new_app: Callable[[Runtime], Flask]) -> Flask:
    made = new_app(runtime)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a visitor who is not signed in; see `sign_in`."""
    return app.test_client()
