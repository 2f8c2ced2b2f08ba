"""Whose turn it is to be host.

Which organisation was host last is known to the meetings room, which stands above this one:
it offers the answer.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app
from sqlalchemy.orm import Session

from agenda.people.model import Body, Organisation
from agenda.people.queries import next_host

LastHost = Callable[[Session, Body], Organisation | None]


def offer_last_host(app: Flask, ask: LastHost) -> None:
    """Let a room above tell which organisation was host of a body last."""
    app.extensions["last_host"] = ask


def whose_turn(session: Session, body: Body) -> Organisation | None:
    """Give the organisation that is host next; the first in order where nobody knows who was last."""
    ask: LastHost | None = current_app.extensions.get("last_host")
    return next_host(session, body, after=ask(session, body) if ask else None)
