"""Before each page: who is this, and may they come here without signing in?"""

from __future__ import annotations

from flask import Flask, Response, g, make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from agenda.accounts import actions, queries
from agenda.accounts.actors import actor_for
from agenda.accounts.lifetimes import ABSOLUTE, LINK, NOTE_EVERY
from agenda.core.clock import local_day
from agenda.web import here
from agenda.web.language import COOKIE as LANGUAGE_COOKIE
from agenda.web.pages import YEAR
from config import Config

BROWSER_COOKIE = "asked-here"


def session_cookie(config: Config) -> str:
    """Name the cookie; under HTTPS the prefix keeps other hosts from planting one (RFC 6265bis, 4.1.3)."""
    return "__Host-signed-in" if config.secure else "signed-in"


def set_session_cookie(response: BaseResponse, token: str) -> None:
    """Let this browser hold the session."""
    _set(response, session_cookie(_config()), token, int(ABSOLUTE.total_seconds()))


def drop_session_cookie(response: BaseResponse) -> None:
    """Let this browser forget the session."""
    response.delete_cookie(
        session_cookie(_config()), secure=_config().secure, httponly=True, samesite="Lax", path="/"
    )


def set_browser_cookie(response: BaseResponse, token: str) -> None:
    """Mark the browser that asks for a link: the link works here only."""
    _set(response, BROWSER_COOKIE, token, int(LINK.total_seconds()))


def set_language_cookie(response: BaseResponse, language: str) -> None:
    """Let this browser speak the language that was chosen."""
    _set(response, LANGUAGE_COOKIE, language, YEAR)


def this_browser() -> str:
    """Say by which program this page is asked, for the list of one's sessions."""
    return request.user_agent.string


def end_former(session: Session) -> None:
    """End the session that this browser held before; a new one takes its place."""
    if "sign_in_id" in g:
        actions.end(session, g.sign_in_id, here.actor(), here.now())


def _set(response: BaseResponse, name: str, token: str, seconds: int) -> None:
    response.set_cookie(
        name, token, max_age=seconds, secure=_config().secure, httponly=True, samesite="Lax", path="/"
    )


def _config() -> Config:
    return here.runtime().config


def guard(app: Flask) -> None:
    """Let every page know who asks, and send visitors to the sign-in page."""

    @app.before_request
    def know_who_asks() -> BaseResponse | None:
        if request.endpoint is None or request.endpoint == "static":
            return None
        token = request.cookies.get(session_cookie(_config()))
        if token:
            _recognise(token)
        if here.visitor() is None and not here.is_public(request.endpoint):
            return _to_sign_in()
        return None


def _recognise(token: str) -> None:
    config, now = _config(), here.now()
    with here.read() as session:
        found = queries.signed_in(session, token, now, config.demo)
        if found is None:
            return
        g.actor = actor_for(session, found.person, local_day(now, config.time_zone))
        g.person_language = found.person.language
        g.sign_in_id = found.id
        seen_at = found.seen_at
    if now - seen_at >= NOTE_EVERY:
        with here.work() as session:
            actions.note_seen(session, g.sign_in_id, now)


def _to_sign_in() -> Response | BaseResponse:
    # After a POST there is nothing to go back to: the form itself is gone.
    back = request.full_path.rstrip("?") if request.method != "POST" else None
    address = url_for("accounts.sign_in_page", next=back if back != "/" else None)
    if here.is_htmx():
        return make_response("", 200, {"HX-Redirect": url_for("accounts.sign_in_page")})
    return redirect(address, 303)
