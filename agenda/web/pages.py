"""The start page and the choice of language."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from agenda.web import here
from agenda.web.language import COOKIE, LANGUAGES
from agenda.web.panels import panels, tasks_for

pages = Blueprint("web", __name__)
YEAR = 31_536_000


def init(app: Flask) -> None:
    """Add the start page."""
    app.register_blueprint(pages)


@pages.get("/")
def start() -> str:
    """Show what needs this person now."""
    with here.read() as session:
        tasks = tasks_for(session, here.actor(), here.now())
        shown = panels("start", session, here.actor())
        return render_template("web/start.html", tasks=tasks, panels=shown, now=here.now())


@pages.post("/language")
@here.public
def choose_language() -> BaseResponse:
    """Keep the chosen language and go back to where one was."""
    response: BaseResponse = redirect(here.own_path(request.form.get("next"), url_for("web.start")), 303)
    chosen = request.form.get("language")
    if chosen in LANGUAGES:
        response.set_cookie(
            COOKIE, chosen, max_age=YEAR, secure=here.runtime().config.secure, httponly=True, samesite="Lax"
        )
    return response


@pages.get("/healthz")
@here.public
def healthz() -> Response:
    """Tell a load balancer that the process is alive."""
    return make_response("ok\n", 200, {"Content-Type": "text/plain"})
