"""The demonstration's own pages: its clock and its post."""

from __future__ import annotations

from flask import Blueprint, Flask

pages = Blueprint("demo", __name__)


def init(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)
