"""What watches the product, and the administrator's page about its jobs, queues and failures."""

from __future__ import annotations

import hmac
from collections import Counter
from ipaddress import ip_address
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from agenda.core.problems import NotFound, Problem
from agenda.operations import failures, metrics, words
from agenda.operations.failures import Kind
from agenda.operations.health import look, troubles
from agenda.web import here, shell
from agenda.web.panels import offer_panel, offer_words

pages = Blueprint("operations", __name__)
REGISTRY = "metrics_registry"


def init(app: Flask) -> None:
    """Add the pages, measure every request, and warn administrators on their start page."""
    app.register_blueprint(pages)
    app.extensions[REGISTRY] = metrics.measure(app, app.extensions["runtime"])
    shell.say(app, words.PROBLEMS)
    offer_words(app, words.VERBS, words.FIELDS)
    offer_panel(app, "start", _warning, order=5)


@pages.get("/readyz")
@here.public
def readyz() -> tuple[Response, int]:
    """Tell a load balancer whether pages can be served; who watches the machine hears the rest."""
    health = look(here.runtime(), here.now())
    told = health.as_json() if _may_watch() else {"status": "ready" if health.ready else "not ready"}
    return jsonify(told), 200 if health.ready else 503


@pages.get("/metrics")
@here.public
def tell_figures() -> Response:
    """Tell Prometheus the figures; to anybody else this address does not exist."""
    if not _may_watch():
        raise NotFound("not_found")
    return Response(metrics.written(current_app.extensions[REGISTRY]), content_type=CONTENT_TYPE_LATEST)


@pages.get("/operations")
def index() -> str:
    """Show jobs, queues and failures; the page asks for itself anew now and then."""
    here.actor().must("administer")
    now = here.now()
    health = look(here.runtime(), now)
    with here.read() as session:
        found = failures.failures(session, now)
    return render_template(
        "operations/index.html",
        health=health,
        now=now,
        failures=found,
        counts=Counter(f.kind for f in found),
        words=words,
    )


@pages.get("/operations/<any(letter, mailbox, paper, text, search, calendar, push):kind>/<int:key>/let-be")
def ask_reason(kind: str, key: int) -> str:
    """Ask why a failure may be left as it is."""
    here.actor().must("administer")
    with here.read() as session:
        return _asking(session, Kind(kind), key)


@pages.post("/operations/<any(letter, mailbox, paper, text, search, calendar, push):kind>/<int:key>/let-be")
def let_be(kind: str, key: int) -> BaseResponse | tuple[str, int]:
    """Leave a failure as it is, with the reason."""
    here.actor().must("administer")
    why = request.form.get("why", "")
    try:
        with here.work() as session:
            _failure(session, Kind(kind), key)
            failures.dismiss(session, Kind(kind), key, why, here.actor(), here.now())
    except Problem as problem:
        if problem.code != "reason_missing":
            raise
        with here.read() as session:
            return _asking(session, Kind(kind), key, shell.sentence(problem.code, problem.facts)), 422
    flash(_("The failure is left as it is."), "success")
    return redirect(url_for("operations.index"), 303)


@pages.post("/operations/<any(letter, mailbox, paper, text, search, calendar, push):kind>/<int:key>/retry")
def retry(kind: str, key: int) -> BaseResponse:
    """Let one thing that failed be tried again."""
    here.actor().must("administer")
    with here.work() as session:
        _failure(session, Kind(kind), key)
        failures.retry(session, Kind(kind), key, here.actor(), here.now())
    flash(_("It is tried again within a minute."), "success")
    return redirect(url_for("operations.index"), 303)


@pages.post("/operations/<any(letter, mailbox, paper, text, search, calendar, push):kind>/retry")
def retry_all(kind: str) -> BaseResponse:
    """Let everything of a kind that failed be tried again; what cannot be is left as it was."""
    here.actor().must("administer")
    with here.read() as session:
        found = [f.key for f in failures.failures(session, here.now()) if f.kind is Kind(kind)]
    done = 0
    for key in found:
        try:
            with here.work() as session:
                failures.retry(session, Kind(kind), key, here.actor(), here.now())
        except Problem:
            # Such as a letter that helps nobody any more: it stays in the list.
            continue
        done += 1
    flash(
        ngettext("One is tried again within a minute.", "%(num)d are tried again within a minute.", done),
        "success" if done else "warning",
    )
    return redirect(url_for("operations.index"), 303)


def _failure(session: Session, kind: Kind, key: int) -> failures.Failure:
    found = (f for f in failures.failures(session, here.now()) if (f.kind, f.key) == (kind, key))
    failure = next(found, None)
    if failure is None:
        raise NotFound("not_found")
    return failure


def _asking(session: Session, kind: Kind, key: int, error: str = "") -> str:
    return render_template(
        "operations/let_be.html",
        failure=_failure(session, kind, key),
        words=words,
        error=error,
        why=request.form.get("why", ""),
        longest=failures.LONGEST_REASON,
    )


def _warning(session: Session, by: Any) -> str | None:
    """Warn an administrator of what is late or failed; None while all is well."""
    if not by.administrator:
        return None
    late = troubles(session, here.runtime(), here.now())
    failed = failures.how_many(session, here.now())
    if not (late or failed):
        return None
    return render_template("operations/_warning.html", troubles=late, failures=failed)


def _may_watch() -> bool:
    """Tell whether the figures are for this asker: by the token of the settings, or on this very machine."""
    token = here.runtime().config.metrics_token
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    # A proxy on this machine asks for others.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
