"""The blueprint that all pages of papers stand on."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("publications", __name__)
