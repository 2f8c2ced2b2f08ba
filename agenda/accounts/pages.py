"""Pages of the accounts room: signing in and out, and one's own profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import (
    Blueprint,
    Flask,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.accounts import actions, guard, queries, tokens
from agenda.accounts.forms import ProfileForm, SignInForm
from agenda.accounts.lifetimes import LINK_MINUTES
from agenda.accounts.words import browser_name
from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.core.problems import Changed, Gone
from agenda.people.model import Person
from agenda.web import here
from agenda.web.panels import offer_panel, panels
from agenda.web.shell import say

pages = Blueprint("accounts", __name__)
Rows = Sequence[tuple[str, Any, Any]]
NEXT = "next"
# A whole town hall may come from one address, so these only stop machines.
ASKING = "30 per 15 minutes"
TRYING = "60 per 15 minutes"
TEXTS = {
    "link_unusable": _l("This link does not work (any more). Ask for a new one."),
    "profile_incomplete": _l("Fill in a name and choose a language."),
}


def init(app: Flask) -> None:
    """Add the pages, the guard before every page, and the limits."""
    app.register_blueprint(pages)
    if app.extensions["runtime"].config.demo:
        app.add_url_rule("/demo/sign-in", "accounts.demo_sign_in", demo_sign_in, methods=["POST"])
    guard.guard(app)
    say(app, TEXTS)
    offer_panel(app, "person", _sessions_panel)
    app.add_template_filter(browser_name, "browser_name")
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="moving-window")
    for endpoint, limit in (("accounts.ask", ASKING), ("accounts.follow_link", TRYING)):
        view: Any = app.view_functions[endpoint]
        limited: Any = limiter.limit(limit)(view)
        app.view_functions[endpoint] = limited


@pages.get("/sign-in")
@here.public
def sign_in_page() -> str | Response:
    """Ask for an address to mail a link to."""
    _remember_where(request.args.get("next"))
    if here.visitor() is not None:
        return redirect(_where_to(), 303)
    return _sign_in_page(SignInForm(formdata=None))


@pages.post("/sign-in")
@here.public
def ask() -> Response | tuple[str, int]:
    """Mail the link, and answer the same whether anyone has this address."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), 422
    browser = request.cookies.get(guard.BROWSER_COOKIE)
    if browser is None or not tokens.looks_right(browser):
        browser = tokens.new_token()
    with here.work() as database:
        actions.ask_link(database, str(form.email.data), browser, here.now(), here.runtime().config)
    response = redirect(url_for("accounts.asked"), 303)
    guard.set_browser_cookie(response, browser)
    return response


@pages.get("/sign-in/asked")
@here.public
def asked() -> str:
    """Tell to look in the mailbox."""
    return render_template("accounts/asked.html", minutes=LINK_MINUTES)


@pages.get("/sign-in/link/<token>")
@here.public
def show_link(token: str) -> Response:
    """Show a button; only pressing it uses the link, for mail scanners open every address."""
    response = make_response(render_template("accounts/link.html", token=token))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@pages.post("/sign-in/link/<token>")
@here.public
def follow_link(token: str) -> Response | tuple[str, int]:
    """Use the link and sign in."""
    try:
        with here.work() as database:
            made = actions.sign_in_by_link(
                database, token, request.cookies.get(guard.BROWSER_COOKIE), guard.this_browser(), here.now()
            )
            guard.end_former(database)
    except Gone:
        return render_template("accounts/link_unusable.html", minutes=LINK_MINUTES), Gone.status
    return _signed_in(made)


@here.public
def demo_sign_in() -> Response:
    """Be someone in the demonstration, by one click."""
    with here.work() as database:
        person = get(database, Person, request.form.get("person", type=int) or 0)
        made = actions.begin(database, person, guard.this_browser(), here.now())
        guard.end_former(database)
    return _signed_in(made)


@pages.post("/sign-out")
@here.public
def sign_out() -> Response:
    """End this session."""
    if here.visitor() is not None:
        with here.work() as database:
            actions.end(database, g.sign_in_id, here.actor(), here.now())
    return _signed_out()


@pages.post("/sign-out/everywhere")
def sign_out_everywhere() -> Response:
    """End every session of this person, this one too."""
    with here.work() as database:
        actions.end_everywhere(database, here.actor(), here.now())
    return _signed_out()


@pages.post("/people/<int:person_id>/sign-out")
def sign_out_person(person_id: int) -> Response:
    """End every session of someone else."""
    with here.work() as database:
        actions.end_everywhere_for(database, person_id, here.actor(), here.now())
    flash(_("This person is signed out everywhere."), "success")
    return redirect(url_for("people.person", person_id=person_id), 303)


@pages.get("/profile")
def profile() -> str:
    """Show one's own name, language and sessions."""
    with here.read() as database:
        person = _me(database)
        form = ProfileForm(formdata=None, obj=person)
        return _profile_page(database, person, form)


@pages.post("/profile")
def change_profile() -> Response | tuple[str, int]:
    """Keep one's own name and language."""
    form = ProfileForm()
    if not form.validate():
        with here.read() as database:
            return _profile_page(database, _me(database), form), 422
    try:
        with here.work() as database:
            person = actions.change_profile(
                database,
                here.actor(),
                str(form.name.data),
                str(form.language.data),
                form.seen_version(),
                here.now(),
            )
            chosen = person.language
    except Changed:
        return _profile_conflict(form), Changed.status
    with force_locale(chosen):
        flash(_("Your profile has been saved."), "success")
    response = redirect(url_for("accounts.profile"), 303)
    guard.set_language_cookie(response, chosen)
    return response


@pages.post("/profile/sessions/<int:sign_in_id>/end")
def end_session(sign_in_id: int) -> Response:
    """End one of one's own sessions."""
    with here.work() as database:
        actions.end(database, sign_in_id, here.actor(), here.now())
    if sign_in_id == g.sign_in_id:
        return _signed_out()
    flash(_("That session has ended."), "success")
    return redirect(url_for("accounts.profile"), 303)


def _sessions_panel(database: Session, person: Person) -> str:
    sessions = queries.sessions_of(database, person.id, here.now(), here.runtime().config.demo)
    return render_template("accounts/_sessions.html", person=person, sessions=sessions)


def _sign_in_page(form: SignInForm) -> str:
    config = here.runtime().config
    groups = []
    if config.demo:
        with here.read() as database:
            groups = queries.demo_groups(database, local_day(here.now(), config.time_zone))
    return render_template("accounts/sign_in.html", form=form, groups=groups)


def _remember_where(target: str | None) -> None:
    path = here.own_path(target, "")
    if path:
        session[NEXT] = path


def _where_to() -> str:
    return here.own_path(session.pop(NEXT, None), url_for("web.start"))


def _signed_in(token: str) -> Response:
    target = _where_to()
    # Nothing from before signing in goes along, and neither does the token of the forms.
    session.clear()
    response = redirect(target, 303)
    guard.set_session_cookie(response, token)
    return response


def _signed_out() -> Response:
    session.clear()
    flash(_("You have signed out."), "success")
    response = redirect(url_for("accounts.sign_in_page"), 303)
    guard.drop_session_cookie(response)
    return response


def _me(database: Session) -> Person:
    return get(database, Person, here.actor().person_id or 0)


def _profile_page(database: Session, person: Person, form: ProfileForm, theirs: Rows = ()) -> str:
    sessions = queries.sessions_of(database, person.id, here.now(), here.runtime().config.demo)
    return render_template(
        "accounts/profile.html",
        form=form,
        person=person,
        sessions=sessions,
        current=g.sign_in_id,
        theirs=theirs,
        panels=panels("profile", database, person),
    )


def _profile_conflict(form: ProfileForm) -> str:
    with here.read() as database:
        person = _me(database)
        theirs = [
            (field.label.text, field.data, getattr(person, field.name))
            for field in (form.name, form.language)
            if field.data != getattr(person, field.name)
        ]
        form.version.data = str(person.version)
        return _profile_page(database, person, form, theirs)
