"""The room's blueprint, for the modules that add pages to it."""

from flask import Blueprint

pages = Blueprint("search", __name__)
