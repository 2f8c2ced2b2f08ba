"""Browsers in which someone is signed in, and a region in which somebody did a bit of everything."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from agenda import steps
from agenda.core.runtime import Runtime
from agenda.mail import actions as mail
from agenda.mail.model import Incoming
from tests.accounts.helpers import sign_in
from tests.attacks.field import side_of
from tests.meetings.conftest import as_someone
from tests.world import World

__all__ = ["as_someone"]

NAME, ADDRESS = "Van der Ven, Zoë", "zoe.van-der-ven+agenda@leiden.example"
ROLE = "Bestuurssecretaris Zoeterwoude (verwijderd)"


@pytest.fixture
def lived(app: Flask, runtime: Runtime, world: World) -> World:
    """Give a region in which somebody with a name that is hard to write did a bit of everything."""
    with runtime.work() as session:
        person = world.person(session, "secretary")
        person.name, person.email = NAME, ADDRESS
        session.flush()
        side_of(session, runtime, world, world.body_id, "secretary")
    sign_in(app.test_client(), runtime, world, "secretary")
    steps.tell(runtime)
    steps.deliver(runtime)
    mails_are_settled(runtime)
    return world


def mails_are_settled(runtime: Runtime) -> None:
    while mail.deliver_all(runtime):
        pass
    with runtime.work() as session:
        for message in session.scalars(select(Incoming).where(Incoming.settled_at.is_(None))):
            message.settled_at, message.fate = runtime.clock(), "done"
