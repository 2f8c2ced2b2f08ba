"""Feeds: the calendar itself behind its secret address, and the page on which a person makes one."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import segno
from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from markupsafe import Markup
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.http import http_date
from werkzeug.wrappers import Response as BaseResponse

from agenda.core.problems import Changed
from agenda.invitations import feed_actions as actions
from agenda.invitations import feed_queries as queries
from agenda.invitations import feed_words as words
from agenda.invitations.model import Feed
from agenda.people.model import Body, Person
from agenda.web import here
from agenda.web.forms import key
from agenda.web.panels import offer_panel, offer_words
from agenda.web.shell import say

pages = Blueprint("feeds", __name__)
# Only who guesses is counted: a whole town hall of subscribers may come from one address.
GUESSES = "60 per 15 minutes"


@dataclass(frozen=True)
class Shown:
    """A feed on its owner's page, with the addresses by which programs take it."""

    feed: Feed
    name: str
    address: str

    @property
    def webcal(self) -> str:
        return "webcal://" + self.address.partition("://")[2]

    @property
    def outlook(self) -> str:
        return f"https://outlook.office.com/calendar/0/addfromweb?{self._query}"

    @property
    def outlook_private(self) -> str:
        return f"https://outlook.live.com/calendar/0/addfromweb?{self._query}"

    @property
    def google(self) -> str:
        return f"https://calendar.google.com/calendar/r?cid={quote(self.webcal, safe='')}"

    @property
    def qr(self) -> Markup:
        """Draw the address for a phone's camera: dark on light in either scheme, with its quiet zone."""
        code = segno.make(self.webcal, error="m", micro=False)
        title = _("QR code of the address of %(name)s", name=self.name)
        # Drawn by the library from our own address, and escaped by it.
        return Markup(code.svg_inline(scale=5, border=4, dark="#000", light="#fff", title=title))  # noqa: S704

    @property
    def _query(self) -> str:
        return urlencode({"url": self.address, "name": self.name})


def init(app: Flask) -> None:
    """Add the feeds, the page about them, and its link on the profile."""
    app.register_blueprint(pages)
    say(app, words.PROBLEMS)
    offer_words(app, words.VERBS, words.FIELDS)
    offer_panel(app, "profile", _profile_panel)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="moving-window")
    view: Any = app.view_functions["feeds.feed"]
    limited: Any = limiter.limit(GUESSES, deduct_when=lambda response: response.status_code == 404)(view)
    app.view_functions["feeds.feed"] = limited


@pages.get("/feeds/<token>.ics")
@here.public
def feed(token: str) -> Response:
    """Give the calendar to whoever has its address: from its kept text, or 304 where nothing changed."""
    config, now = here.runtime().config, here.now()
    with here.read() as session:
        found = queries.feed_behind(session, config, token, now)
        changed = actions.refresh(session, config, found, now)
        content, etag, changed_at = found.content, found.etag, found.changed_at
    if changed:
        _keep(token)
    response = _encoded(content, etag)
    if changed_at is not None:
        response.headers["Last-Modified"] = http_date(changed_at)
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["Content-Disposition"] = 'inline; filename="leidse-regio.ics"'
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.make_conditional(request)
    return response


@pages.get("/profile/feeds")
def mine() -> Response:
    """Show one's own addresses, and what they are for."""
    with here.read() as session:
        by = here.actor()
        found = [_shown(session, one) for one in queries.feeds_of(session, by.person_id or 0)]
        taken = {one.feed.body_id for one in found}
        bodies = [
            body
            for body_id in sorted(by.bodies("see") or ())
            if (body := session.get(Body, body_id)) is not None
        ]
        page = render_template(
            "invitations/feeds.html",
            found=found,
            personal=None not in taken,
            bodies=[body for body in bodies if body.id not in taken],
            reachable=here.runtime().config.secure,
        )
    response = Response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@pages.post("/profile/feeds")
def make() -> BaseResponse:
    """Make an address."""
    with here.work() as session:
        body_id = request.form.get("body_id", type=key)
        actions.make_feed(session, here.runtime().config, body_id, here.actor(), here.now())
    flash(_("The address is ready. Add it to your calendar below."), "success")
    return _back()


@pages.post("/profile/feeds/<int:feed_id>/renew")
def renew(feed_id: int) -> BaseResponse:
    """Replace an address by a new one."""
    with here.work() as session:
        actions.renew_feed(session, here.runtime().config, feed_id, here.actor(), here.now())
    flash(_("The old address has ended. Add the new one to your calendar."), "success")
    return _back()


@pages.post("/profile/feeds/<int:feed_id>/end")
def end(feed_id: int) -> BaseResponse:
    """End an address."""
    with here.work() as session:
        actions.revoke_feed(session, feed_id, here.actor(), here.now())
    flash(_("The address has ended. Remove the subscription from your calendar program too."), "success")
    return _back()


def _keep(token: str) -> None:
    """Write the text down for the next one who asks; whoever asks now does not depend on it."""
    config, now = here.runtime().config, here.now()
    try:
        with here.work() as session:
            actions.refresh(session, config, queries.feed_behind(session, config, token, now), now)
    except (Changed, OperationalError):
        # Somebody else writes at this moment: the next who asks tries again.
        return


def _encoded(content: bytes, etag: str) -> Response:
    """Give the text as the program takes it; each form has an ETag of its own (RFC 9110 8.8.3)."""
    zipped = request.accept_encodings.quality("gzip") > 0
    response = Response(gzip.compress(content, 6, mtime=0) if zipped else content)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(f"{etag}-gzip" if zipped else etag)
    return response


def _shown(session: Session, feed: Feed) -> Shown:
    config = here.runtime().config
    secret = actions.token(config, feed.person_id, feed.serial)
    address = config.base_url + url_for("feeds.feed", token=secret)
    name = feed.body.name if feed.body else _("My meetings")
    return Shown(feed, name, address)


def _profile_panel(session: Session, person: Person) -> str:
    number = len(queries.feeds_of(session, person.id))
    return render_template("invitations/feeds_panel.html", number=number)


def _back() -> BaseResponse:
    return redirect(url_for("feeds.mine"), 303)
