"""Browsers of this room's tests, each signed in as someone by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from agenda.core.runtime import Runtime
from tests.accounts.helpers import sign_in
from tests.world import World

AsSomeone = Callable[[str], FlaskClient]


@pytest.fixture
def as_someone(app: Flask, runtime: Runtime, world: World) -> AsSomeone:
    """Give a browser in which someone is signed in: as_someone("secretary")."""
    return lambda who: sign_in(app.test_client(), runtime, world, who)
