"""The blueprint that all pages of the meetings room stand on."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("meetings", __name__)
