"""Who reads documents beside those with a role in the body: higher rooms say so.

The documents room knows no meetings, so it cannot know their guests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask import Flask, current_app
from sqlalchemy import ColumnElement, or_

from agenda.core.actor import Actor
from agenda.documents.queries import readable

# The condition on Document for what somebody reads for another reason than a role; None where there is none.
Reader = Callable[[Actor], ColumnElement[bool] | None]


def offer_readers(app: Flask, reader: Reader) -> None:
    """Let a room open documents to people who have no role in the body."""
    app.extensions.setdefault("document_readers", []).append(reader)


def readable_by(by: Actor) -> ColumnElement[bool]:
    """Give the condition on Document for all that somebody may read; removed ones are not left out."""
    offered = cast("list[Reader]", current_app.extensions.get("document_readers", []))
    further = [condition for reader in offered if (condition := reader(by)) is not None]
    return or_(readable(by), *further)
