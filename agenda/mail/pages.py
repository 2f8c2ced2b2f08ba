"""Pages of the mail room: every letter and its fate."""

from __future__ import annotations

from flask import Blueprint, Flask

pages = Blueprint("mail", __name__)


def init(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)
