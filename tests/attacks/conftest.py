"""One filled region for all attacks; every test finds it as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.transports import FolderTransport
from tests.attacks.field import Field, fill
from tests.conftest import make_config
from tests.world import StandingClock, make_world


@pytest.fixture(scope="session")
def region(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path, new_app: Callable[[Runtime], Flask]
) -> Iterator[Field]:
    """Fill the region once: two bodies with one of everything, everyone signed in."""
    folder = tmp_path_factory.mktemp("attacks")
    file = folder / "agenda.sqlite"
    shutil.copy(migrated_sqlite, file)
    sessions = Sessions(f"sqlite:///{file}")
    config = make_config(folder, f"sqlite:///{file}")
    runtime = Runtime(sessions, StandingClock(), FolderTransport(folder / "mail"), config)
    with runtime.work() as session:
        world = make_world(session)
    app = new_app(runtime)
    app.config.update(WTF_CSRF_ENABLED=False)
    made = fill(app, runtime, world, file)
    yield made
    made.close()
    sessions.close()


@pytest.fixture
def field(region: Field) -> Iterator[Field]:
    """Give the region, untouched by whatever was tried before."""
    region.restore()
    yield region
    region.restore()


@pytest.fixture
def guarded(field: Field, new_app: Callable[[Runtime], Flask]) -> Field:
    """Give the region behind an app whose forms are protected, as for real."""
    return replace(field, app=new_app(field.runtime))
