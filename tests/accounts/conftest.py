"""A mailbox to find the sign-in link in, and the demonstration's own app."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from flask import Flask
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from tests.world import World

LinkOf = Callable[[str], str]


@pytest.fixture
def newest_link(runtime: Runtime, world: World) -> LinkOf:
    """Give the path of the link in the newest letter to someone."""

    def find(who: str) -> str:
        with runtime.read() as session:
            query = (
                select(Letter.content).where(Letter.person_id == world.people[who]).order_by(Letter.id.desc())
            )
            content = session.scalars(query).first()
        assert content is not None, f"{who} has no letter"
        text = message_from_bytes(content, policy=policy.default).get_body(("plain",)).get_content()
        return re.search(r"https?://localhost(/sign-in/link/\S+)", text).group(1)

    return find


@pytest.fixture
def demo_app(runtime: Runtime, new_app: Callable[[Runtime], Flask]) -> Flask:
    """Give the app as it is in the demonstration, on the same database."""
    made = new_app(replace(runtime, config=replace(runtime.config, demo=True)))
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture
def guarded_app(runtime: Runtime, new_app: Callable[[Runtime], Flask]) -> Flask:
    """Give the app with the protection of its forms switched on, as for real."""
    made = new_app(runtime)
    made.config.update(TESTING=True)
    return made
