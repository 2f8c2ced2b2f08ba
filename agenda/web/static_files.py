"""Static files: kept by browsers for a year, under an address that changes with their content."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.security import safe_join

YEAR = 31_536_000
WEEK = 604_800


def init_static(app: Flask) -> None:
    """Let every address of a static file carry a mark of its content, and let what carries it be kept."""

    @app.url_defaults
    def add_mark(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            mark = mark_of(app, values["filename"])
            if mark:
                values["v"] = mark

    @app.after_request
    def let_keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 304):
            filename = (request.view_args or {})["filename"]
            if request.args.get("v") == mark_of(app, filename):
                response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
            elif filename.endswith(".woff2"):
                # Style sheets name the fonts without a mark; a new font gets a new name.
                response.headers["Cache-Control"] = f"public, max-age={WEEK}"
        return response


def mark_of(app: Flask, filename: str) -> str | None:
    """Give ten letters that change with the content of a static file; None when there is no such file."""
    path = safe_join(app.static_folder or "", filename)
    if path is None or not Path(path).is_file():
        return None
    return _mark(path, Path(path).stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _mark(path: str, _changed: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]
