"""The pages of this room, in files of their own."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("retention", __name__)
