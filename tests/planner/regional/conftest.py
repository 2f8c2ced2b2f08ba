"""Meetings that could be held on one day, and a browser in which the secretary is signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core.runtime import Runtime
from tests.planner.regional.regional_world import meetings_of_two_bodies
from tests.world import World

AsSomeone = Callable[[str], FlaskClient]


@pytest.fixture
def numbers(runtime: Runtime, world: World) -> list[int]:
    """Give the numbers of three confirmed meetings of two bodies."""
    with runtime.work() as session:
        return [one.id for one in meetings_of_two_bodies(session, world)]


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
