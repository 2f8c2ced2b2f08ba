"""Pages of the people room: organisations, bodies, persons and who sits where."""

from __future__ import annotations

from flask import Blueprint, Flask

pages = Blueprint("people", __name__)


def init(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)
