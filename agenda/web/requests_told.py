"""Each request has a number: in every line that is logged of it, in its answer, on the page of a fault."""

from __future__ import annotations

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("agenda.web.requests")

HEADER = "X-Request-ID"
# What a proxy may hand on; anything else is replaced.
_SANE = re.compile(r"[A-Za-z0-9-]{8,64}")
# They come every few seconds, and say nothing.
QUIET = {"static", "web.healthz", "operations.readyz", "operations.tell_figures"}


def seconds_so_far() -> float | None:
    """Tell how long this request has taken; None for one that ended before it began here."""
    return time.perf_counter() - g.request_began if "request_began" in g else None


def tell_requests(app: Flask, trusted_proxies: int) -> None:
    """Number and log each request of an app: its endpoint, never its address, for that can hold a key."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get(HEADER, "") if trusted_proxies else ""
        g.request_id = given if _SANE.fullmatch(given) else secrets.token_hex(8)
        g.request_began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        if "request_id" not in g:
            return response
        response.headers[HEADER] = g.request_id
        if request.endpoint not in QUIET:
            log.info(
                "answered",
                method=request.method,
                endpoint=request.endpoint or "none",
                status=response.status_code,
                ms=round((seconds_so_far() or 0) * 1000),
            )
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        structlog.contextvars.clear_contextvars()
