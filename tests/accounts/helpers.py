"""Sign in as someone, with a real session and its cookie."""

from __future__ import annotations

from flask.testing import FlaskClient

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core.runtime import Runtime
from agenda.people.model import Person
from tests.world import World


def sign_in(client: FlaskClient, runtime: Runtime, world: World, who: str) -> FlaskClient:
    """Let this client be someone of the world, such as "secretary", as after a mailed link."""
    return sign_in_person(client, runtime, world.people[who])


def sign_in_person(client: FlaskClient, runtime: Runtime, person_id: int) -> FlaskClient:
    """Let this client be the person with this number."""
    with runtime.work() as session:
        token = begin(session, session.get_one(Person, person_id), "Firefox/64.0 (Windows)", runtime.clock())
    secure = runtime.config.secure
    client.set_cookie(session_cookie(runtime.config), token, domain="localhost", secure=secure, httponly=True)
    return client
