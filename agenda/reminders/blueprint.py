"""The one blueprint of the reminders room, to which each file of pages adds its own."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("reminders", __name__)
