"""Topics for tests: put on the backlog by the product itself, or by a person of the world."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from agenda.core.actor import System
from agenda.core.runtime import Runtime
from agenda.topics.actions import create_topic
from agenda.topics.model import Topic
from agenda.topics.rules import Particulars
from tests.world import START, World

PLAIN = Particulars(title="Warmterotonde")


def add(session: Session, world: World, title: str = "Warmterotonde", **more: Any) -> Topic:
    """Put a topic on the backlog of the world's body."""
    return create_topic(session, world.body(session), replace(PLAIN, title=title, **more), System(), START)


def added(runtime: Runtime, world: World, title: str = "Warmterotonde", **more: Any) -> int:
    """Put a topic on the backlog in a transaction of its own, and give its number."""
    with runtime.work() as session:
        return add(session, world, title, **more).id


@contextmanager
def counted(runtime: Runtime) -> Iterator[list[str]]:
    """Gather the statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(runtime.sessions.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(runtime.sessions.engine, "before_cursor_execute", note)
