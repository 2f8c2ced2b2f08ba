"""The page behind the link in a round's letter: one tap, without signing in."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from agenda.core.problems import Invalid, Problem
from agenda.topics import round_queries as queries
from agenda.topics import round_words as words
from agenda.topics.blueprint import pages
from agenda.topics.round_answers import answer
from agenda.topics.round_model import RoundVoter, Said
from agenda.topics.round_rules import LONGEST_REASON
from agenda.web import here
from agenda.web.shell import sentence

# A whole town hall may come from one address: this only stops machines that guess.
OPENING = "600 per 15 minutes"


def limit(app: Flask) -> None:
    """Stop machines that guess links."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="moving-window")
    for endpoint in ("topics.round_ballot", "topics.round_cast"):
        view: Any = app.view_functions[endpoint]
        limited: Any = limiter.limit(OPENING)(view)
        app.view_functions[endpoint] = limited


@pages.get("/round/<token>")
@here.public
def round_ballot(token: str) -> Response:
    """Show the proposal behind the link in the mail; looking answers nothing (CALENDAR-MAIL rule 33)."""
    with here.read() as session:
        voter = _behind(session, token)
        return _secret(_page(token, voter, voter.reason))


@pages.post("/round/<token>")
@here.public
def round_cast(token: str) -> Response | BaseResponse:
    """Keep what whoever holds the link says, for this person and this round alone."""
    reason = request.form.get("reason", "")
    try:
        with here.work() as session:
            voter = _behind(session, token)
            answer(session, voter, _said(request.form.get("said", "")), reason, here.now())
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        said = sentence(problem.code, {k: v for k, v in problem.facts.items() if k != "field"})
        with here.read() as session:
            voter = _behind(session, token)
            return _secret(_page(token, voter, reason, said, problem.facts.get("field")), problem.status)
    return _secret(redirect(url_for("topics.round_ballot", token=token, saved="1"), 303))


def _said(text: str) -> Said:
    if text not in set(Said):
        raise Invalid("round_answer_missing")
    return Said(text)


def _behind(session: Session, token: str) -> RoundVoter:
    voter = queries.by_token(session, token)
    if here.visitor() is None:
        g.person_language = voter.person.language
    return voter


def _page(
    token: str, voter: RoundVoter, reason: str, problem: str | None = None, field: str | None = None
) -> str:
    found = voter.round
    progress = queries.progress_of(found)
    return render_template(
        "topics/round_ballot.html",
        voter=voter,
        round=found,
        reason=reason,
        problem=problem,
        faulty=field,
        saved=request.args.get("saved") == "1" and voter.said is not None,
        is_open=voter.removed_at is None and found.ended_at is None and here.now() < progress.closes_at,
        closes_soon=progress.closes_at < queries.deadline(found),
        closes_at=progress.closes_at,
        action=url_for("topics.round_cast", token=token),
        said=tuple(Said),
        words=words,
        longest=LONGEST_REASON,
    )


def _secret(page: str | BaseResponse, status: int | None = None) -> Response:
    """Keep the address, which is a secret, out of other sites' logs and out of search engines (rule 35)."""
    response = make_response(page, status) if status else make_response(page)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
