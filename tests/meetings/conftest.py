"""Browsers of this room's tests, each signed in as someone by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core.runtime import Runtime
from tests.world import World

AsSomeone = Callable[[str], FlaskClient]


@pytest.fixture
def as_someone(app: Flask, runtime: Runtime, world: World) -> AsSomeone:
    """Give a browser in which someone is signed in: as_someone("secretary")."""

    def signed_in(who: str) -> FlaskClient:
        with runtime.work() as session:
            token = begin(session, world.person(session, who), "a test", runtime.clock())
        client = app.test_client()
        client.set_cookie(session_cookie(runtime.config), token)
        return client

    return signed_in
