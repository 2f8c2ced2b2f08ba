"""What a page needs of its surroundings: the runtime, the actor, the time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import current_app, g, request
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.problems import NotFound
from agenda.core.runtime import Runtime

View = TypeVar("View", bound=Callable[..., Any])


def runtime() -> Runtime:
    """Give the runtime that the entry point handed in."""
    return cast(Runtime, current_app.extensions["runtime"])


def work() -> AbstractContextManager[Session]:
    """Give one writing transaction; the page that opens it owns it."""
    return runtime().work()


def read() -> AbstractContextManager[Session]:
    """Give one transaction to look in."""
    return runtime().read()


def now() -> datetime:
    """Tell the time, the same one for the whole request."""
    if "now" not in g:
        g.now = runtime().clock()
    return cast(datetime, g.now)


def visitor() -> Actor | None:
    """Give who is signed in, if anyone is."""
    return cast("Actor | None", g.get("actor"))


def actor() -> Actor:
    """Give who is signed in; NotFound for a visitor who is not."""
    found = visitor()
    if found is None:
        raise NotFound("not_found")
    return found


def public(view: View) -> View:
    """Open a page to visitors who are not signed in; stands right above the function."""
    view.public = True  # type: ignore[attr-defined]
    return view


def is_public(endpoint: str) -> bool:
    """Tell whether a visitor who is not signed in may come here."""
    return bool(getattr(current_app.view_functions.get(endpoint), "public", False))


def is_htmx() -> bool:
    """Tell whether a part of the page is asked for, not the whole."""
    return request.headers.get("HX-Request") == "true"


def own_path(target: str | None, otherwise: str) -> str:
    """Give the target when it is a path of this site, else the other (open redirects)."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return otherwise
    if any(ord(character) < 33 for character in target):
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else target
