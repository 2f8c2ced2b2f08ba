"""The blueprint that all pages of reminders stand on."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("reminders", __name__)
