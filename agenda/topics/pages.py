"""Pages of the topics room."""

from __future__ import annotations

from flask import Blueprint, Flask

pages = Blueprint("topics", __name__)


def init(app: Flask) -> None:
    """Add the pages of the backlog."""
    app.register_blueprint(pages)
