"""In which language a page speaks: the visitor's choice, else the person's own, else Dutch."""

from __future__ import annotations

from flask import g, request

LANGUAGES = ("nl", "en")
COOKIE = "language"


def language() -> str:
    """Give the language of this request."""
    chosen = request.cookies.get(COOKIE) or g.get("person_language")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]
