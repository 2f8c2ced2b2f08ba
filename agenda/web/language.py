"""In which language a page speaks: the visitor's choice, else the person's own, else Dutch."""

from __future__ import annotations

from datetime import timedelta

from flask import g, request
from flask_babel import format_timedelta
from flask_babel import gettext as _

LANGUAGES = ("nl", "en")
COOKIE = "language"


def language() -> str:
    """Give the language of this request."""
    chosen = request.cookies.get(COOKIE) or g.get("person_language")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def ago(age: timedelta) -> str:
    """Tell how long ago something was: "just now", "2 hours ago"."""
    if age < timedelta(minutes=1):
        return str(_("just now"))
    return str(_("%(age)s ago", age=format_timedelta(age, threshold=1.2)))
