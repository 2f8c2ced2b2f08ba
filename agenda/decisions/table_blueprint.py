"""The blueprint that the pages of the table stand on."""

from flask import Blueprint

pages = Blueprint("table", __name__)
