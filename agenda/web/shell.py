"""What every page shares: language, filters, the frame, and the pages for refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask_babel import Babel
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import IntegerConverter, Map

from agenda.core import words
from agenda.core.database import LARGEST_KEY
from agenda.core.problems import Problem
from agenda.web import here
from agenda.web.away import init_away
from agenda.web.language import language
from agenda.web.panels import panels_about
from agenda.web.requests_told import tell_requests
from agenda.web.security import protect
from agenda.web.static_files import init_static

Texts = Mapping[str, Any]

PROBLEMS: Texts = {
    "not_found": _l("This page does not exist, or is not yours to see."),
    "forbidden": _l("You may not do this. Ask the secretary of this body."),
    "changed_meanwhile": _l("Someone else changed this in the meantime. Nothing was overwritten."),
    "csrf": _l("This form was open for too long. Go back, reload the page and try again."),
    "too_many": _l("That was too often in a short time. Try again in a few minutes."),
    "too_large": _l("This is too large to receive."),
    "bad_request": _l("This request could not be understood."),
    "method": _l("This address does not accept that kind of request."),
    "broken": _l("Something went wrong on our side. Nothing was changed; try again in a moment."),
}
BY_STATUS = {400: "bad_request", 404: "not_found", 405: "method", 413: "too_large", 429: "too_many"}


def say(app: Flask, texts: Texts) -> None:
    """Give the sentences for a room's refusals, by code."""
    app.extensions.setdefault("problem_texts", {}).update(texts)


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """Tell in the reader's language why something was refused."""
    text = current_app.extensions["problem_texts"].get(code)
    if text is None:
        return code
    return str(text) % {name: _spoken(fact) for name, fact in facts.items()} if facts else str(text)


def _spoken(fact: Any) -> Any:
    zone = ZoneInfo(here.runtime().config.time_zone)
    if isinstance(fact, datetime):
        return words.when(fact, zone, language())
    if isinstance(fact, date):
        return words.date_only(fact, zone, language())
    return fact


class KeyConverter(IntegerConverter):
    """The number of a row in an address: what no database holds is no address."""

    regex = "[0-9]{1,10}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_KEY)


def init_shell(app: Flask, translations: list[str]) -> None:
    """Set up what every page shares."""
    config = here_config(app)
    app.url_map.converters["int"] = KeyConverter
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(translations)
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    Babel(app, locale_selector=language)
    CSRFProtect(app)
    tell_requests(app, config.trusted_proxies)
    protect(app, config.secure)
    init_static(app)
    say(app, PROBLEMS)
    _add_filters(app)
    _add_context(app)
    _add_refusals(app)


def here_config(app: Flask) -> Any:
    """Give the settings of this app, also outside a request."""
    return app.extensions["runtime"].config


def _add_filters(app: Flask) -> None:
    zone = ZoneInfo(here_config(app).time_zone)

    def spoken(say_it: Callable[..., str]) -> Callable[..., str]:
        return lambda value, *more: say_it(value, *more, zone, language())

    def daytime(moment: datetime) -> str:
        return f"{words.date_only(moment, zone, language())}, {words.clock(moment, zone, language())}"

    for name in ("when", "day", "date_only", "clock", "timespan", "clockspan"):
        app.add_template_filter(spoken(getattr(words, name)), name)
    app.add_template_filter(lambda minutes: words.duration(minutes, language()), "duration")
    app.add_template_filter(daytime, "daytime")
    app.add_template_global(asked_here)
    app.add_template_global(panels_about)


def asked_here() -> dict[str, Any]:
    """Give the values of the present address, for one that differs in a few.

    Without what `url_for` takes for itself: "?_scheme=javascript" must not make links of that kind.
    """
    asked = request.args.to_dict(flat=False)
    kept = {name: value for name, value in asked.items() if name != "endpoint" and not name.startswith("_")}
    return {**kept, **(request.view_args or {})}


def _add_context(app: Flask) -> None:
    @app.context_processor
    def frame() -> dict[str, Any]:
        demo_frame = app.extensions.get("demo_frame")
        return {
            "actor": here.visitor(),
            "language": language(),
            "demo": demo_frame() if demo_frame and not g.get("database_away") else None,
            "has_endpoint": lambda name: name in app.view_functions,
        }


def _add_refusals(app: Flask) -> None:
    @app.errorhandler(Problem)
    def refuse(problem: Problem) -> tuple[Response | str, int]:
        return page(problem.code, problem.status, problem.facts)

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> tuple[Response | str, int]:
        return page("csrf", 400)

    @app.errorhandler(SecurityError)
    def mistaken(_error: SecurityError) -> tuple[str, int, dict[str, str]]:
        # Asked under a name that is not ours: no address can be built, so no page either.
        return "Bad Request\n", 400, {"Content-Type": "text/plain"}

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[Response | str, int] | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        return page(BY_STATUS.get(status, "broken" if status >= 500 else "bad_request"), status)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[Response | str, int]:
        app.logger.error("page failed", exc_info=error)
        return page("broken", 500)

    init_away(app, broken)


def page(code: str, status: int, facts: Mapping[str, Any] | None = None) -> tuple[Response | str, int]:
    """Answer a refusal: as a page, or as problem+json (RFC 9457) to a program."""
    text = sentence(code, facts or {})
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        answer = jsonify(type="about:blank", title=text, status=status, code=code)
        answer.content_type = "application/problem+json"
        return answer, status
    title = _("Not found") if status == 404 else _("This did not work")
    # Of a fault of ours its reader can tell us the number, and we find it in the log.
    number = g.get("request_id") if status >= 500 else None
    return render_template("web/problem.html", title=title, text=text, status=status, number=number), status
