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

HostInTurn = Callable[[Session, Body], Organisation | None]


def offer_host_in_turn(app: Flask, ask: HostInTurn) -> None:
    """Let a room above tell whose turn it is to be host of a body."""
    app.extensions["host_in_turn"] = ask


def whose_turn(session: Session, body: Body) -> Organisation | None:
    """Give the organisation that is host next; the first in order where nothing tells who was last."""
    ask: HostInTurn = current_app.extensions.get("host_in_turn", next_host)
    return ask(session, body)
