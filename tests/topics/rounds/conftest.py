"""Somebody at the pages of written rounds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core.runtime import Runtime
from tests.world import World


@pytest.fixture
def as_someone(client: FlaskClient, runtime: Runtime, world: World) -> Callable[[str], FlaskClient]:
    """Sign the browser in as someone."""

    def signed_in(who: str) -> FlaskClient:
        with runtime.work() as session:
            token = begin(session, world.person(session, who), "a test", runtime.clock())
        client.set_cookie(session_cookie(runtime.config), token)
        return client

    return signed_in
