"""Following a written round, changing it, and what a body settled in writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core import audit
from agenda.core.database import get
from agenda.core.problems import Invalid, Problem
from agenda.people.model import Body
from agenda.topics import round_actions as actions
from agenda.topics import round_opening, round_panels
from agenda.topics import round_queries as queries
from agenda.topics import round_vote_pages as voting
from agenda.topics import round_words as words
from agenda.topics.blueprint import pages
from agenda.topics.round_chasing import chase, to_chase
from agenda.topics.round_forms import LastDayForm, SilenceForm, WithdrawRoundForm
from agenda.topics.round_letters import round_path
from agenda.topics.round_model import RoundRule, RoundVoter, Silence, WrittenRound
from agenda.topics.round_rules import may_end_early
from agenda.topics.round_voter_pages import seen_to_run, to_run
from agenda.topics.round_voters import forgotten, have_left
from agenda.web import here
from agenda.web.language import language
from agenda.web.panels import offer_words
from agenda.web.shell import say, sentence

__all__ = ["offer", "round_opening"]
Answer = str | Response | tuple[str, int]


def offer(app: Flask) -> None:
    """Offer the panels, the tasks and the words, and guard the links."""
    say(app, words.PROBLEMS)
    offer_words(app, words.VERBS, words.FIELDS, words.VALUES)
    round_panels.offer(app)
    voting.limit(app)


@pages.get("/bodies/<int:body_id>/rounds")
def rounds(body_id: int) -> str:
    """List a body's written rounds, and what silence counts as."""
    with here.read() as session:
        return _rounds_page(session, _seen(session, body_id), None)


@pages.post("/bodies/<int:body_id>/rounds/rule")
def set_silence(body_id: int) -> Answer:
    """Decide what silence counts as."""
    form = SilenceForm()
    if not form.validate():
        with here.read() as session:
            body = _seen(session, body_id)
            here.actor().must("set_round_rule", body)
            return _rounds_page(session, body, form), Invalid.status
    with here.work() as session:
        body = _seen(session, body_id)
        silence = Silence(form.silence.data)
        actions.set_silence(session, body, silence, form.seen_version(), here.actor(), here.now())
    flash(_("Kept. It counts for rounds that are opened from now on."), "success")
    return redirect(url_for("topics.rounds", body_id=body_id), 303)


@pages.get("/bodies/<int:body_id>/written-decisions")
def written_decisions(body_id: int) -> str:
    """List what a body decided without a meeting."""
    with here.read() as session:
        body = _seen(session, body_id)
        return render_template(
            "topics/written_decisions.html",
            body=body,
            decisions=queries.written_decisions(session, body_id, here.actor()),
        )


@pages.get("/rounds/<int:round_id>")
def written_round(round_id: int) -> str:
    """Show one round: the proposal, who said what, and what can be done."""
    with here.read() as session:
        return _round_page(session, queries.round_for(session, round_id, here.actor()), None)


@pages.post("/rounds/<int:round_id>/deadline")
def extend_round(round_id: int) -> Answer:
    """Give people until another day."""
    form = LastDayForm()
    day = form.last_day.data
    if not form.validate() or day is None:
        return _faulty(round_id, form)

    def extend(session: Session, found: WrittenRound) -> None:
        actions.extend(session, found, day, form.seen_version(), here.actor(), here.now())

    return _do(round_id, extend, _("The last day is changed. Everyone who was asked hears of it."), form)


@pages.post("/rounds/<int:round_id>/end")
def end_round(round_id: int) -> Answer:
    """End a round before its day."""
    form = LastDayForm()

    def end(session: Session, found: WrittenRound) -> None:
        actions.end_early(session, found, form.seen_version(), here.actor(), here.now())

    return _do(round_id, end, _("The round is over. Everyone who was asked hears what came of it."))


@pages.route("/rounds/<int:round_id>/withdraw", methods=["GET", "POST"])
def withdraw_round(round_id: int) -> Answer:
    """Take a round back, with the reason where someone has answered."""
    form = WithdrawRoundForm()

    def withdraw(session: Session, found: WrittenRound) -> None:
        why, seen = form.why.data or "", form.seen_version()
        actions.withdraw(session, found, why, seen, here.actor(), here.now())

    if form.validate_on_submit():
        try:
            with here.work() as session:
                found = to_run(session, round_id)
                withdraw(session, found)
                address = url_for("topics.show", topic_id=found.topic_id)
        except Invalid as problem:
            form.why.errors = [sentence(problem.code, {})]
        else:
            flash(_("The round is withdrawn; the topic is back on the backlog."), "success")
            return redirect(address, 303)
    with here.read() as session:
        found = seen_to_run(session, round_id)
        form.version.data = form.version.data or str(found.version)
        told = sum(voter.told is not None for voter in found.asked)
        answered = any(voter.said for voter in found.asked)
        page = render_template(
            "topics/round_withdraw.html", round=found, form=form, told=told, answered=answered
        )
    return (page, Invalid.status) if form.is_submitted() else page


@pages.post("/rounds/<int:round_id>/remind")
def chase_round(round_id: int) -> Answer:
    """Remind who has not answered at once."""

    def remind(session: Session, found: WrittenRound) -> None:
        chase(session, here.runtime().config, found, here.actor(), here.now())

    return _do(round_id, remind, _("The reminders leave now."))


def _do(
    round_id: int, change: Callable[[Session, WrittenRound], None], told: str, form: LastDayForm | None = None
) -> Answer:
    """Change a round and go back to it, with what was done or why it was not."""
    try:
        with here.work() as session:
            change(session, to_run(session, round_id))
    except Invalid as problem:
        if form is None:
            raise
        facts = {name: value for name, value in problem.facts.items() if name != "field"}
        form.last_day.errors = [sentence(problem.code, facts)]
        return _faulty(round_id, form)
    except Problem as problem:
        if problem.status != 409:
            raise
        flash(sentence(problem.code, problem.facts), "error")
    else:
        flash(told, "success")
    return redirect(url_for("topics.written_round", round_id=round_id), 303)


def _faulty(round_id: int, form: LastDayForm) -> tuple[str, int]:
    with here.read() as session:
        found = seen_to_run(session, round_id)
        return _round_page(session, found, form), Invalid.status


def _seen(session: Session, body_id: int) -> Body:
    body = get(session, Body, body_id)
    here.actor().must("see", body)
    return body


def _rounds_page(session: Session, body: Body, form: SilenceForm | None) -> str:
    rule = session.get(RoundRule, body.id)
    silence = queries.silence_of(session, body.id)
    if form is None:
        form = SilenceForm(formdata=None, silence=silence.value, version=rule.version if rule else "")
    found = queries.rounds_of(session, body.id, here.actor())
    return render_template(
        "topics/rounds.html",
        body=body,
        running=[(one, queries.progress_of(one)) for one in found if one.ended_at is None],
        ended=[one for one in found if one.ended_at is not None],
        could=queries.could_go_in_writing(session, body, here.actor()),
        silence=silence,
        form=form,
        may_run=here.actor().may("run_rounds", body),
        may_set=here.actor().may("set_round_rule", body),
        words=words,
    )


def _round_page(session: Session, found: WrittenRound, form: LastDayForm | None) -> str:
    by, body = here.actor(), found.topic.body
    if form is None:
        form = LastDayForm(formdata=None, last_day=found.last_day, version=found.version)
    progress = queries.progress_of(found)
    own = next((voter for voter in found.asked if voter.person_id == by.person_id), None)
    running = found.ended_at is None and here.now() < progress.closes_at
    may_run = by.may("run_rounds", body) and running
    entries = audit.history(session, "written_round", found.id)
    return render_template(
        "topics/round.html",
        round=found,
        progress=progress,
        groups=_groups(found, progress),
        own=round_path(here.runtime().config, own.id, own.serial) if own and running else None,
        own_said=own.said if own else None,
        form=form,
        running=running,
        may_run=may_run,
        silent=sum(voter.said is None for voter in found.asked),
        to_chase=len(to_chase(session, found, here.now())) if may_run else 0,
        removed=[voter for voter in found.voters if voter.removed_at is not None],
        forgotten=forgotten(session, found, here.now()) if may_run else [],
        left=have_left(session, found, here.now()) if may_run else [],
        may_end=may_end_early(queries.members_of(found)),
        sees_answers=by.may("see_answers", body),
        closes_soon=progress.closes_at < queries.deadline(found),
        history=words.history(entries, here.runtime().config.time_zone, language()),
        words=words,
    )


def _groups(
    found: WrittenRound, progress: queries.Progress
) -> Sequence[tuple[object, object, list[RoundVoter]]]:
    return [
        (
            college,
            stand,
            [voter for voter in found.asked if voter.organisation_id == college.organisation_id],
        )
        for college, stand in progress.colleges
    ]
