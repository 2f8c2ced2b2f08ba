"""How the accounts room names things on screen."""

from __future__ import annotations

from flask_babel import gettext as _

# In this order: Edge and Opera also call themselves Chrome, and Chrome also Safari.
_PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """Say which browser this was, "Firefox, Windows", as far as it told."""
    named = [_first(agent, _PROGRAMS), _first(agent, _DEVICES)]
    return ", ".join(name for name in named if name) or _("Unknown browser")


def _first(agent: str, signs: tuple[tuple[str, str], ...]) -> str | None:
    return next((name for sign, name in signs if sign in agent), None)
