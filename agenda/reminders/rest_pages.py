"""The page behind the link under a line of the letter: put it to rest, or wake it, without signing in.

Looking changes nothing, for programs look at links in mail; only a POST does (RFC 8058).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from agenda.core.database import get
from agenda.core.problems import Conflict, Invalid
from agenda.people.model import Person
from agenda.reminders import resting
from agenda.reminders.blueprint import pages
from agenda.reminders.ledger_words import RESTS
from agenda.reminders.letter_lines import said_of
from agenda.reminders.model import Reminder
from agenda.reminders.wishes import Rest
from agenda.reminders.words import SAID
from agenda.web import here

# A whole town hall may come from one address: this only stops machines that guess.
OPENING = "600 per 15 minutes"
ENDPOINTS = ("reminders.rest", "reminders.put_to_rest", "reminders.wake", "reminders.unsubscribe")


def offer(app: Flask) -> None:
    """Stop machines that guess links, and let mail programs unsubscribe without a page of ours."""
    app.extensions["csrf"].exempt(app.view_functions["reminders.unsubscribe"])
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="moving-window")
    for endpoint in ENDPOINTS:
        limited: Any = limiter.limit(OPENING)(app.view_functions[endpoint])
        app.view_functions[endpoint] = limited


@pages.get("/reminder/<token>")
@here.public
def rest(token: str) -> Response:
    """Show what can be done about one reminder."""
    return _page(token)


@pages.post("/reminder/<token>")
@here.public
def put_to_rest(token: str) -> Response:
    """Put it to rest as its reader chose; the last one who hears of a duty is asked whether they are sure."""
    given = request.form.get("rest", "")
    if given not in set(Rest):
        raise Invalid("rest_unknown")
    sure = request.form.get("sure") == "1"
    try:
        _change(
            token,
            lambda session, found: resting.rest(
                session, here.runtime().config, found, Rest(given), sure, here.now()
            ),
        )
    except Conflict as problem:
        if problem.code != "last_to_hear":
            raise
        return _page(token, asks=given, status=problem.status)
    return _back(token)


@pages.post("/reminder/<token>/wake")
@here.public
def wake(token: str) -> Response:
    """Undo it."""
    _change(token, lambda session, found: resting.wake(session, here.runtime().config, found, here.now()))
    return _back(token)


@pages.get("/reminder/<token>/off")
@here.public
def off(token: str) -> Response:
    """Lead who opens a program's unsubscribe link by hand to the page with the choices."""
    return _back(token)


@pages.post("/reminder/<token>/off")
@here.public
def unsubscribe(token: str) -> Response:
    """Switch off every kind that was in the letter: one POST by a mail program is enough (RFC 8058 3.2)."""
    _change(
        token,
        lambda session, found: resting.rest_whole_letter(session, here.runtime().config, found, here.now()),
    )
    return _secret(make_response(_("You get no more reminders of these kinds."), 200))


def _change(token: str, change: Callable[[Session, Reminder], object]) -> None:
    with here.work() as session:
        change(session, resting.reminder_behind(session, token, here.now()))


def _back(token: str) -> Response:
    return _secret(redirect(url_for("reminders.rest", token=token), 303))


def _page(token: str, asks: str = "", status: int = 200) -> Response:
    with here.read() as session:
        found = resting.reminder_behind(session, token, here.now())
        person = get(session, Person, found.person_id)
        if here.visitor() is None:
            g.person_language = person.language
        page = render_template(
            "reminders/rest.html",
            token=token,
            person=person,
            title=_(SAID[found.kind][0]),
            said=said_of(session, found, token),
            resting=resting.resting_for(session, found),
            choices=RESTS,
            asks=asks,
        )
    return _secret(make_response(page, status))


def _secret(response: BaseResponse) -> Response:
    """Keep the address, which is a secret, out of other sites' logs and out of search engines (rule 35)."""
    made = make_response(response)
    made.headers["Referrer-Policy"] = "no-referrer"
    made.headers["X-Robots-Tag"] = "noindex, nofollow"
    return made
