"""The members of a written round one by one: filling in for who phoned, asking one more, or one no longer."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.problems import Conflict, Invalid, NotFound
from agenda.topics import round_queries as queries
from agenda.topics import round_words as words
from agenda.topics.blueprint import pages
from agenda.topics.round_actions import locked
from agenda.topics.round_answers import answer_for
from agenda.topics.round_forms import AddVoterForm, AnswerForm, RemoveVoterForm
from agenda.topics.round_model import RoundVoter, Said, WrittenRound
from agenda.topics.round_voters import add_voter, could_be_asked, is_last, remove_voter
from agenda.web import here
from agenda.web.forms import Form, key
from agenda.web.shell import sentence

Answer = str | Response | tuple[str, int]


@pages.route("/rounds/<int:round_id>/voters/<int:voter_id>", methods=["GET", "POST"])
def round_voter(round_id: int, voter_id: int) -> Answer:
    """Fill in for a member who phoned."""
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            with here.work() as session:
                voter = _voter(to_run(session, round_id), voter_id)
                said, why = Said(form.said.data), form.reason.data or ""
                answer_for(session, voter, said, why, here.actor(), here.now())
        except Invalid as problem:
            _show(form, problem, "reason")
        else:
            flash(_("The answer is kept, with your name beside it."), "success")
            return _back(round_id)
    with here.read() as session:
        found = seen_to_run(session, round_id)
        voter = _voter(found, voter_id)
        if not form.is_submitted():
            form = AnswerForm(formdata=None, said=voter.said and voter.said.value, reason=voter.reason)
        page = render_template("topics/round_voter.html", round=found, voter=voter, form=form)
    return (page, Invalid.status) if form.is_submitted() else page


@pages.route("/rounds/<int:round_id>/voters/new", methods=["GET", "POST"])
def add_round_voter(round_id: int) -> Answer:
    """Ask one more member: who was forgotten, who came, or who was taken out by mistake."""
    form = AddVoterForm()
    with here.read() as session:
        form.fill(could_be_asked(session, seen_to_run(session, round_id), here.now()))
    if form.validate_on_submit():
        try:
            with here.work() as session:
                found, config = to_run(session, round_id), here.runtime().config
                person, why = form.person.data, form.why.data or ""
                voter = add_voter(session, config, found, person, why, here.actor(), here.now())
                name = voter.person.name
        except Conflict as problem:
            return _refused(round_id, problem)
        except Invalid as problem:
            _show(form, problem, "why")
        else:
            flash(_("%(name)s is asked. The letter leaves within a minute.", name=name), "success")
            return _back(round_id)
    elif not form.is_submitted():
        form.person.data = request.args.get("person", type=key)
    with here.read() as session:
        found = seen_to_run(session, round_id)
        page = render_template("topics/round_voter_new.html", round=found, form=form)
    return (page, Invalid.status) if form.is_submitted() else page


@pages.route("/rounds/<int:round_id>/voters/<int:voter_id>/remove", methods=["GET", "POST"])
def remove_round_voter(round_id: int, voter_id: int) -> Answer:
    """Ask someone no longer, with the reason that they read."""
    form = RemoveVoterForm()
    if form.validate_on_submit():
        try:
            with here.work() as session:
                voter = _voter(to_run(session, round_id), voter_id)
                name = voter.person.name
                remove_voter(session, voter, form.why.data or "", here.actor(), here.now())
        except Conflict as problem:
            return _refused(round_id, problem)
        except Invalid as problem:
            _show(form, problem, "why")
        else:
            flash(_("%(name)s is asked no longer. Adding them again undoes it.", name=name), "success")
            return _back(round_id)
    with here.read() as session:
        found = seen_to_run(session, round_id)
        voter = _voter(found, voter_id)
        if voter.removed_at is not None:
            return _refused(round_id, Conflict("round_removed_already"))
        page = render_template(
            "topics/round_voter_remove.html",
            round=found,
            voter=voter,
            form=form,
            told=voter.told is not None,
            last=is_last(voter),
            ends=all(one.said for one in found.asked if one is not voter),
            words=words,
        )
    return (page, Invalid.status) if form.is_submitted() else page


def to_run(session: Session, round_id: int) -> WrittenRound:
    """Give a round that this person runs, held until the transaction ends."""
    seen_to_run(session, round_id)
    return locked(session, round_id)


def seen_to_run(session: Session, round_id: int) -> WrittenRound:
    """Give a round that this person runs."""
    found = queries.round_for(session, round_id, here.actor())
    here.actor().must("run_rounds", found.topic.body)
    return found


def _voter(found: WrittenRound, voter_id: int) -> RoundVoter:
    for voter in found.voters:
        if voter.id == voter_id:
            return voter
    raise NotFound("not_found")


def _refused(round_id: int, problem: Conflict) -> Response:
    flash(sentence(problem.code, problem.facts), "error")
    return _back(round_id)


def _show(form: Form, problem: Invalid, usual: str) -> None:
    """Write a refusal beside the field that it is about."""
    facts = {name: value for name, value in problem.facts.items() if name != "field"}
    form[problem.facts.get("field", usual)].errors = [sentence(problem.code, facts)]


def _back(round_id: int) -> Response:
    return redirect(url_for("topics.written_round", round_id=round_id), 303)
