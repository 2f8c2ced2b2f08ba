"""Pages of the meetings room: the list, the quarter, and one meeting."""

from __future__ import annotations

from flask import Blueprint, Flask

pages = Blueprint("meetings", __name__)


def init(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)
