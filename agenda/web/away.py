"""The page for when the database is away or busy: what was typed is kept in it, to be sent again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from agenda.core.database import CommitInDoubt, Unfit

# A standby takes over within about so long; browsers and proxies may ask again by themselves.
RETRY_SECONDS = 5
TEXTS = {
    "database_away": _l("The data cannot be reached for a moment. Nothing was changed. Try again shortly."),
    "database_busy": _l("It is too busy for a moment. Nothing was changed. Try again shortly."),
    "other_version": _l("This service is being renewed. Nothing was changed. Try again shortly."),
    "perhaps_saved": _l(
        "The data could not be reached at the very end. It may have been saved: look first, before you "
        "send it again."
    ),
}
# PostgreSQL's codes for what goes over by itself: a serialisation failure, a deadlock, a lock that did not
# come free, a statement that took too long, too many connections.
BUSY_STATES = {"40001", "40P01", "55P03", "57014", "53300"}
BUSY_SQLITE = {"SQLITE_BUSY", "SQLITE_LOCKED"}
Answer = Response | tuple[Response | str, int]


def init_away(app: Flask, broken: Callable[[Exception], Answer]) -> None:
    """Answer 503 with Retry-After where the database does not do its part; what is our fault is `broken`."""

    def answer(error: Exception) -> Answer:
        return broken(error) if _is_ours(error) else _away(error)

    app.extensions.setdefault("problem_texts", {}).update(TEXTS)
    for kind in (OperationalError, InterfaceError, PoolTimeout, Unfit):
        app.register_error_handler(kind, answer)


def _is_ours(error: Exception) -> bool:
    """Tell whether a statement itself is wrong, which SQLite calls by the same name as being away."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    return getattr(cause, "sqlite_errorname", None) == "SQLITE_ERROR"


def code_of(error: Exception) -> str:
    """Name what is the matter: away, busy, of another version, or away at the very moment of saving."""
    if isinstance(error, Unfit):
        return "other_version"
    if isinstance(error, CommitInDoubt):
        return "perhaps_saved"
    cause = error.orig if isinstance(error, DBAPIError) else None
    if (
        isinstance(error, PoolTimeout)
        or getattr(cause, "sqlstate", None) in BUSY_STATES
        or getattr(cause, "sqlite_errorname", None) in BUSY_SQLITE
    ):
        return "database_busy"
    return "database_away"


def _away(error: Exception) -> Response:
    code = code_of(error)
    g.database_away = True
    # The frame of the page must not ask the database who this is.
    g.pop("actor", None)
    current_app.logger.error("page failed: %s", code, exc_info=error)
    text = str(TEXTS[code])
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        response = jsonify(type="about:blank", title=text, status=503, code=code)
        response.content_type = "application/problem+json"
    else:
        response = make_response(_page(code, text))
    response.status_code = 503
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _page(code: str, text: str) -> str:
    return render_template(
        "web/away.html",
        title=_("Just a moment"),
        text=text,
        number=g.get("request_id"),
        typed=_typed(),
        files=any(file.filename for file in request.files.values()),
        doubt=code == "perhaps_saved",
        address=request.full_path.rstrip("?"),
    )


def _typed() -> Sequence[tuple[str, str]] | None:
    """Give what was sent, to be sent again; None where nothing was."""
    if request.method != "POST":
        return None
    return list(request.form.items(multi=True))
