"""Pages of the decisions room."""

from __future__ import annotations

from flask import Blueprint, Flask

pages = Blueprint("decisions", __name__)


def init(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)
