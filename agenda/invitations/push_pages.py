"""One's meetings in one's own calendar: connecting it, how it fares, ending it. Never anyone else's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from agenda.core.actor import Actor
from agenda.core.caldav import Calendar
from agenda.core.fetching import MOST_BYTES, Credentials, Request, fetcher, together
from agenda.core.network_guard import NotFetched, web_address
from agenda.core.problems import Conflict, Invalid
from agenda.core.vault import Secret, SecretLost, opened, sealed
from agenda.invitations import push_actions as actions
from agenda.invitations import push_words as words
from agenda.invitations.model import CalendarPush, PushedEvent
from agenda.invitations.push_forms import ChoiceForm, ServerForm
from agenda.invitations.push_rules import is_trouble
from agenda.invitations.push_server import to_choose_from
from agenda.meetings.model import Attendee, Meeting
from agenda.people.model import Person
from agenda.web import here
from agenda.web.forms import options
from agenda.web.language import ago
from agenda.web.panels import Task, offer_panel, offer_tasks, offer_words
from agenda.web.shell import say, sentence

pages = Blueprint("own_calendar", __name__)
Answered = Response | tuple[Response, int]
# Whoever waits for the page waits for the other server.
FINDING_SECONDS = 15.0
CHOOSING_SECONDS = 900
# This only stops machines that try passwords.
FINDING = "60 per 15 minutes"


@dataclass(frozen=True)
class Shown:
    """How one's own calendar fares, for its owner."""

    name: str
    ends: bool
    waits: bool
    failure: str
    written: str
    number: int
    gone: Sequence[Meeting]
    changed: Sequence[Meeting]


def init(app: Flask) -> None:
    """Add the page, its link on the profile, the refusals, and the task of a calendar that fails."""
    app.register_blueprint(pages)
    say(app, words.PROBLEMS)
    offer_words(app, words.VERBS, words.FIELDS)
    offer_panel(app, "profile", _profile_panel)
    offer_tasks(app, _tasks)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="moving-window")
    for endpoint in ("own_calendar.find", "own_calendar.choose"):
        view: Any = app.view_functions[endpoint]
        limited: Any = limiter.limit(FINDING)(view)
        app.view_functions[endpoint] = limited


@pages.get("/profile/own-calendar")
def show() -> Response:
    """Show how one's own calendar fares, and how to connect one."""
    with here.read() as session:
        push = actions.of_person(session, here.actor().person_id)
        known = _known(push.secret) if push else None
    if known is None:
        return _page(ServerForm(formdata=None))
    # Who gives it again mostly has a new password for the same calendar.
    return _page(ServerForm(formdata=None, server=known.address, user=known.user))


@pages.post("/profile/own-calendar/find")
def find() -> Answered:
    """Ask a server which calendars may be written, and let one be chosen; a single one needs no choice."""
    form = ServerForm()
    if not form.validate():
        return _page(form), 422
    try:
        address = web_address(str(form.server.data))
        secret = Secret(address, str(form.user.data), str(form.password.data))
        found = _found(secret)
        if len(found) > 1:
            return _choice(secret, found)
        return _connected(secret, found[0])
    except NotFetched as refused:
        faulty = form.password if refused.code == "not_authorised" else form.server
        faulty.errors = [str(words.FAILURES.get(refused.code, refused.code))]
    except (Invalid, Conflict) as problem:
        form.server.errors = [sentence(problem.code, problem.facts)]
    return _page(form), 422


@pages.post("/profile/own-calendar/choose")
def choose() -> Answered:
    """Let meetings be put in the calendar that was chosen of those on the server."""
    form = ChoiceForm()
    secret = _given(str(form.given.data or "")) if form.validate() else None
    if secret is None:
        flash(sentence("choose_again", {}), "warning")
        return _back()
    try:
        found = _found(secret)
        chosen = next((one for one in found if one.address == form.calendar.data), None)
        if chosen is None:
            return _choice(secret, found, _("Choose a calendar.")), 422
        return _connected(secret, chosen)
    except NotFetched as refused:
        flash(str(words.FAILURES.get(refused.code, refused.code)), "error")
    except Conflict as problem:
        flash(sentence(problem.code, problem.facts), "error")
    return _back()


@pages.post("/profile/own-calendar/write")
def write() -> Response:
    """Let one's own calendar be written soon."""
    with here.work() as session:
        actions.write_soon(session, here.actor(), here.now())
    flash(_("Your calendar is written within a minute."), "success")
    return _back()


@pages.post("/profile/own-calendar/end")
def end() -> Response:
    """Put no more meetings in one's own calendar; leave those that stand there, or take them out."""
    take_out = request.form.get("meetings") == "take_out"
    with here.work() as session:
        name = actions.end(session, here.actor(), here.now(), take_out=take_out)
    if take_out:
        flash(_("Your meetings are taken out of %(name)s within a minute.", name=name), "success")
    else:
        flash(_("No more meetings are put in %(name)s. What stands there stays.", name=name), "success")
    return _back()


def _found(secret: Secret) -> list[Calendar]:
    """Ask the server itself; no transaction is open meanwhile (RELIABILITY I8)."""
    asks = together(fetcher(here.runtime().config.calendar_networks), FINDING_SECONDS, MOST_BYTES)
    return to_choose_from(
        asks, Request(secret.address, credentials=Credentials(secret.user, secret.password))
    )


def _connected(secret: Secret, chosen: Calendar) -> Response:
    host = urlsplit(chosen.address).hostname or ""
    name = f"{chosen.name} ({host})" if chosen.name else host
    with here.work() as session:
        key = here.runtime().config.secret
        kept = Secret(chosen.address, secret.user, secret.password)
        actions.connect(session, key, here.actor(), kept, name, here.now())
    flash(_("%(name)s is connected. Your meetings stand there within a minute.", name=name), "success")
    return _back()


def _known(kept: bytes) -> Secret | None:
    try:
        return opened(here.runtime().config.secret, kept)
    except SecretLost:
        return None


def _choice(secret: Secret, found: Sequence[Calendar], fault: str = "") -> Response:
    form = ChoiceForm(formdata=None, given=_seal(secret))
    form.calendar.choices = options((one.address, one.name or urlsplit(one.address).path) for one in found)
    form.calendar.errors = [fault] if fault else []
    return _secret(make_response(render_template("invitations/push_choose.html", form=form)))


def _seal(secret: Secret) -> str:
    """Hand the password to the next page so that only we can read it, only now, only from this person."""
    kept = sealed(here.runtime().config.secret, secret).decode()
    return str(_signer().dumps([here.actor().person_id, kept]))


def _given(told: str) -> Secret | None:
    try:
        person_id, kept = _signer().loads(told, max_age=CHOOSING_SECONDS)
    except BadData:
        return None
    if person_id != here.actor().person_id:
        return None
    return opened(here.runtime().config.secret, str(kept).encode())


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(here.runtime().config.secret_key, salt="own calendar")


def _page(form: ServerForm) -> Response:
    with here.read() as session:
        push = actions.of_person(session, here.actor().person_id)
        shown = _shown(session, push, here.now()) if push else None
        return _secret(make_response(render_template("invitations/push.html", shown=shown, form=form)))


def _back() -> Response:
    return redirect(url_for("own_calendar.show"), 303)


def _secret(response: Response) -> Response:
    # Neither the address of a server nor what was sealed belongs in another site's log or a shared cache.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _shown(session: Session, push: CalendarPush, now: datetime) -> Shown:
    query = (
        select(PushedEvent)
        .join(PushedEvent.attendee)
        .join(Attendee.meeting)
        .where(PushedEvent.push_id == push.id, Meeting.starts_at > now)
        .order_by(Meeting.starts_at, PushedEvent.id)
        .options(joinedload(PushedEvent.attendee).joinedload(Attendee.meeting))
    )
    rows = session.scalars(query).all()
    return Shown(
        name=push.name,
        ends=push.ended_at is not None,
        waits=push.tried_at is None and push.ended_at is None,
        failure=str(words.FAILURES.get(push.failure, push.failure)),
        written=ago(now - push.done_at) if push.done_at else "",
        number=sum(row.gone_at is None for row in rows),
        gone=[row.attendee.meeting for row in rows if row.gone_at],
        changed=[row.attendee.meeting for row in rows if row.changed_at and not row.gone_at],
    )


def _profile_panel(session: Session, person: Person) -> str:
    push = actions.of_person(session, person.id)
    shown = _shown(session, push, here.now()) if push else None
    return render_template("invitations/push_panel.html", shown=shown)


def _tasks(session: Session, by: Actor, now: datetime) -> Iterable[Task]:
    push = actions.of_person(session, by.person_id)
    if push and not push.ended_at and is_trouble(push.done_at, push.added_at, push.failures, now):
        yield Task(
            _("Your meetings cannot be put in %(name)s", name=push.name),
            url_for("own_calendar.show"),
            "warn",
            detail=str(words.FAILURES.get(push.failure, "")),
        )
