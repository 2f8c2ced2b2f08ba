"""Pages of the mail room: every letter and its fate, for secretaries and administrators."""

from __future__ import annotations

from typing import cast

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Invalid, NotFound
from agenda.core.runtime import Runtime
from agenda.core.text import one_line
from agenda.mail import actions, queries, words
from agenda.mail.model import Letter
from agenda.mail.queries import SIGN_IN
from agenda.mail.reading import Reading, read_letter
from agenda.mail.rules import State, restored_backup, state_of
from agenda.mail.transports import file_name

pages = Blueprint("mail", __name__, url_prefix="/letters")
LONGEST_REASON = 300
# Allowing links to open a tab of their own is all a letter may do.
FRAME_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)


def init(app: Flask) -> None:
    """Add the pages, their refusals, and the words that every page about letters uses."""
    app.register_blueprint(pages)
    app.extensions.setdefault("problem_texts", {}).update(words.PROBLEMS)
    app.jinja_env.globals.update(letter_words=words, letter_state=_state)


def _runtime() -> Runtime:
    return cast(Runtime, current_app.extensions["runtime"])


def _actor() -> Actor:
    found = cast("Actor | None", g.get("actor"))
    if found is None:
        raise NotFound("not_found")
    return found


def _state(letter: Letter, held: bool = False) -> State:
    """Name a letter's state at this moment."""
    return state_of(letter, _runtime().clock(), held)


@pages.get("")
def index() -> str:
    """List letters, newest first, by state, words and page."""
    return _list()


def _list(refused: str = "") -> str:
    by = _actor()
    by.must("see_letters")
    asked = request.args.get("state", "")
    state = State(asked) if asked in set(State) else None
    with _runtime().read() as session:
        found = queries.letters(
            session,
            bodies=by.bodies("see_letters"),
            state=(state, _runtime().clock()) if state else None,
            search=request.args.get("q", ""),
            page=request.args.get("page", 1, type=int),
        )
        held = queries.open_hold(session)
        return render_template(
            "outbox/index.html",
            found=found,
            state=state,
            states=list(State),
            held=held,
            restored=restored_backup(held.why) if held else None,
            waiting=queries.waiting_in(session, held, _runtime().clock()) if held else None,
            refused=refused,
        )


@pages.get("/<int:letter_id>")
def show(letter_id: int) -> str:
    """Show one letter as its reader would see it, and what became of it."""
    with _runtime().read() as session:
        letter = _readable(session, letter_id)
        held = queries.open_hold(session)
        return render_template(
            "outbox/show.html",
            letter=letter,
            reading=_reading(letter),
            state=_state(letter, held is not None),
            entries=_history(session, letter),
            may_download=_may_download(),
        )


@pages.get("/<int:letter_id>/body")
def body(letter_id: int) -> Response:
    """Give the letter's HTML for a frame in which nothing of it can act."""
    with _runtime().read() as session:
        html = _reading(_readable(session, letter_id)).html
    # Links open beside the page; the frame itself shows this letter only.
    response = Response(html.replace("<head>", '<head><base target="_blank">', 1), mimetype="text/html")
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@pages.get("/<int:letter_id>.eml")
def download(letter_id: int) -> Response:
    """Give the letter's own bytes; they hold the reader's answer link, so only to administrators."""
    if not _may_download():
        raise NotFound("not_found")
    with _runtime().read() as session:
        letter = _readable(session, letter_id)
        response = Response(letter.content, mimetype="message/rfc822")
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name(letter)}"'
    return response


@pages.post("/<int:letter_id>/retry")
def retry(letter_id: int) -> BaseResponse:
    """Let a letter go again."""
    with _runtime().work() as session:
        actions.retry(session, letter_id, _actor(), _runtime().clock())
    flash(_("The letter goes again."), "success")
    return redirect(url_for("mail.show", letter_id=letter_id), 303)


@pages.post("/<int:letter_id>/discard")
def discard(letter_id: int) -> BaseResponse:
    """Let a letter never leave."""
    why = one_line(request.form.get("why", ""))[:LONGEST_REASON]
    with _runtime().work() as session:
        actions.discard(session, letter_id, _actor(), _runtime().clock(), why)
    flash(_("The letter is discarded; it will not be sent."), "success")
    return redirect(url_for("mail.show", letter_id=letter_id), 303)


@pages.post("/hold")
def hold() -> BaseResponse:
    """Let nothing leave for now."""
    why = one_line(request.form.get("why", ""))[:LONGEST_REASON]
    with _runtime().work() as session:
        actions.hold(session, _actor(), _runtime().clock(), why)
    flash(_("Outgoing letters are held."), "success")
    return redirect(url_for("mail.index"), 303)


@pages.post("/discard")
def discard_waiting() -> BaseResponse | tuple[str, int]:
    """Let what is held never leave: all of it, or what is older than the hold."""
    why = one_line(request.form.get("why", ""))[:LONGEST_REASON]
    only_older = request.form.get("which", "") != "all"
    try:
        with _runtime().work() as session:
            number = actions.discard_waiting(session, _actor(), _runtime().clock(), why, only_older)
    except Invalid:
        return _list(refused=_("Say why these letters need not go.")), 422
    text = ngettext("One letter is discarded.", "%(num)d letters are discarded.", number)
    flash(text, "success" if number else "info")
    return redirect(url_for("mail.index"), 303)


@pages.post("/release")
def release() -> BaseResponse:
    """Let letters leave again."""
    with _runtime().work() as session:
        actions.release(session, _actor(), _runtime().clock())
    flash(_("Letters leave again."), "success")
    return redirect(url_for("mail.index"), 303)


def _readable(session: Session, letter_id: int) -> Letter:
    """Give a letter that this visitor may read; in the demonstration all post is open."""
    by = _actor()
    if _runtime().config.demo:
        letter = queries.letter(session, letter_id)
        if letter is None:
            raise NotFound("not_found")
        return letter
    letter = queries.letter_for(session, letter_id, by)
    # Who reads someone's sign-in link is that someone.
    if letter.kind == SIGN_IN:
        raise NotFound("not_found")
    return letter


def _reading(letter: Letter) -> Reading:
    whole = read_letter(letter.content)
    return whole if _runtime().config.demo else whole.without_secrets()


def _may_download() -> bool:
    return _runtime().config.demo or _actor().administrator


def _history(session: Session, letter: Letter) -> list[dict[str, object]]:
    return [
        {
            "at": entry.at,
            "actor_name": entry.actor_name,
            "text": words.VERBS.get(entry.verb, entry.verb),
            "changes": [
                (words.FIELDS.get(name, name), entry.before.get(name), entry.after.get(name))
                for name in {**entry.before, **entry.after}
            ],
        }
        for entry in audit.history(session, "letter", letter.id)
    ]
