"""Papers that leave the house: their pages, and what they offer elsewhere."""

from __future__ import annotations

from flask import Flask

from agenda.publications import (
    letter_edit_pages,
    letter_leaving_pages,
    letter_pages,
    letter_panels,
    letterhead_pages,
)
from agenda.publications.blueprint import pages
from agenda.publications.letter_words import PROBLEMS
from agenda.web import shell

# Importing a module of pages adds them to the blueprint.
__all__ = ["init", "letter_edit_pages", "letter_leaving_pages", "letter_pages", "letterhead_pages", "pages"]


def init(app: Flask) -> None:
    """Add the pages, and what they offer elsewhere."""
    app.register_blueprint(pages)
    shell.say(app, PROBLEMS)
    letter_panels.offer(app)
