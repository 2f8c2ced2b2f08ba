"""The blueprint that all pages of the planner stand on."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("planner", __name__, url_prefix="/planner")
