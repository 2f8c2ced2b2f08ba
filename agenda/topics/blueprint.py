"""The room's blueprint, on which each file of pages puts its own."""

from flask import Blueprint

pages = Blueprint("topics", __name__)
