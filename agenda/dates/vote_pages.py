"""The page behind the link in a poll's letter: a tap for each moment, without signing in."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from agenda.core.problems import Invalid, Problem
from agenda.dates import poll_answers as answers
from agenda.dates import poll_queries as queries
from agenda.dates import poll_words as words
from agenda.dates.blueprint import pages
from agenda.dates.model import Choice, Voter
from agenda.dates.poll_ballot import ballot_of
from agenda.dates.poll_forms import RemarkForm
from agenda.meetings.attendance import LONGEST_REMARK
from agenda.web import here
from agenda.web.forms import key
from agenda.web.shell import sentence

# A whole town hall may come from one address, a tap for each moment: this only stops machines that guess.
OPENING = "600 per 15 minutes"


def limit(app: Flask) -> None:
    """Stop machines that guess links."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="moving-window")
    for endpoint in ("dates.ballot", "dates.cast"):
        view: Any = app.view_functions[endpoint]
        limited: Any = limiter.limit(OPENING)(view)
        app.view_functions[endpoint] = limited


@pages.get("/poll/<token>")
@here.public
def ballot(token: str) -> Response:
    """Show the moments behind the link in the mail; looking changes nothing (CALENDAR-MAIL rule 33)."""
    with here.read() as session:
        voter = _behind(session, token)
        return _secret(_page(session, token, voter, RemarkForm(formdata=None, remark=voter.remark)))


@pages.post("/poll/<token>")
@here.public
def cast(token: str) -> Response | BaseResponse:
    """Keep what whoever holds the link says, for this person and this poll alone."""
    form = RemarkForm()
    try:
        with here.work() as session:
            saved = _save(session, _behind(session, token), form)
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        said = sentence(problem.code, problem.facts)
        with here.read() as session:
            return _secret(_page(session, token, _behind(session, token), form, said), problem.status)
    anchor = f"slot-{saved}" if saved.isdigit() else saved
    return _secret(redirect(url_for("dates.ballot", token=token, saved=saved, _anchor=anchor), 303))


def _save(session: Session, voter: Voter, form: RemarkForm) -> str:
    """Keep the one thing that was said, and name it."""
    sent, now = request.form, here.now()
    if "choice" in sent:
        slot_id = sent.get("slot", 0, type=key)
        answers.vote(session, voter, slot_id, _choice(sent["choice"]), now)
        return str(slot_id)
    if "rest" in sent:
        choice = _choice(sent["rest"])
        left = ballot_of(session, voter, now).open_lines
        answers.vote_the_rest(session, voter, [(line.slot.id, choice) for line in left], now)
        return "rest"
    if "calendar" in sent:
        answers.vote_the_rest(session, voter, ballot_of(session, voter, now).from_calendar, now)
        return "rest"
    if "remark" not in sent:
        raise Invalid("poll_answer_missing")
    if not form.validate():
        raise Invalid("poll_remark_too_long", most=LONGEST_REMARK)
    answers.remark(session, voter, form.remark.data or "", now)
    return "remark"


def _choice(text: str) -> Choice:
    if text not in set(Choice):
        raise Invalid("poll_answer_missing")
    return Choice(text)


def _behind(session: Session, token: str) -> Voter:
    voter = queries.by_token(session, token)
    if here.visitor() is None:
        g.person_language = voter.person.language
    return voter


def _page(session: Session, token: str, voter: Voter, form: RemarkForm, problem: str | None = None) -> str:
    shown = ballot_of(session, voter, here.now())
    saved = request.args.get("saved", "")
    return render_template(
        "dates/vote.html",
        ballot=shown,
        meeting=voter.poll.meeting,
        poll=voter.poll,
        form=form,
        problem=problem,
        saved=saved,
        saved_line=next((line for line in shown.lines if str(line.slot.id) == saved), None),
        action=url_for("dates.cast", token=token),
        choices=tuple(Choice),
        words=words,
        longest=LONGEST_REMARK,
        now=here.now(),
    )


def _secret(page: str | BaseResponse, status: int | None = None) -> Response:
    """Keep the address, which is a secret, out of other sites' logs and out of search engines (rule 35)."""
    response = make_response(page, status) if status else make_response(page)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
