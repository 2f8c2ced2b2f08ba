"""Who reads documents beside those with a role in the body, and what is kept from these: higher rooms say so.

The documents room knows no meetings, so it can know neither their guests nor their closed items.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask import Flask, current_app
from sqlalchemy import ColumnElement, and_, or_

from agenda.core.actor import Actor
from agenda.documents.queries import readable

# The condition on Document for what somebody reads for another reason than a role; None where there is none.
Reader = Callable[[Actor], ColumnElement[bool] | None]
# The condition on Document for what a role lets somebody read.
Keeper = Callable[[Actor], ColumnElement[bool]]


def offer_readers(app: Flask, reader: Reader) -> None:
    """Let a room open documents to people who have no role in the body."""
    app.extensions.setdefault("document_readers", []).append(reader)


def offer_keeper(app: Flask, keeper: Keeper) -> None:
    """Let a room keep documents from who has a role in the body, for where they belong."""
    app.extensions.setdefault("document_keepers", []).append(keeper)


def readable_by(by: Actor) -> ColumnElement[bool]:
    """Give the condition on Document for all that somebody may read; removed ones are not left out."""
    offered = cast("list[Reader]", current_app.extensions.get("document_readers", []))
    keepers = cast("list[Keeper]", current_app.extensions.get("document_keepers", []))
    further = [condition for reader in offered if (condition := reader(by)) is not None]
    return or_(and_(readable(by), *(keeper(by) for keeper in keepers)), *further)
