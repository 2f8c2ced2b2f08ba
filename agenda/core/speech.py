"""Sentences in a reader's language where no page is being shown, such as in letters."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

ROOMS = Path(__file__).resolve().parent.parent


def mark(text: str) -> str:
    """Mark a text for the room's catalogue; import it as `_l`."""
    return text


@cache
def _catalogue(room: str, language: str) -> gettext.NullTranslations:
    folder = ROOMS / room / "translations"
    return gettext.translation("messages", str(folder), [language], fallback=True)


def speak(room: str, language: str, text: str, **facts: object) -> str:
    """Say a marked text in a language, its `%(fact)s` filled in."""
    said = _catalogue(room, language).gettext(text)
    return said % facts if facts else said
