"""Pages of a search for fewer meetings: ask, watch, judge the advice, accept it and take it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Problem
from agenda.planner import accepting, run_actions, run_words, topic_moves
from agenda.planner import run_queries as queries
from agenda.planner.accepting import Wanted
from agenda.planner.advice import Advice, advice_of, after, wanted_of, with_move
from agenda.planner.blueprint import pages
from agenda.planner.cadence_queries import running_cadences
from agenda.planner.moving import before_of
from agenda.planner.run_forms import REASON, AcceptForm, AskForm
from agenda.planner.run_model import PlanningRun
from agenda.planner.run_result import result_of, standing_of
from agenda.planner.solving.pricing import faults
from agenda.web import here
from agenda.web.shell import sentence


@pages.get("/searches")
def searches() -> str:
    """Show the form of a new search, and the last ones."""
    here.actor().must("plan")
    with here.read() as session:
        return _searches_page(session, AskForm())


@pages.post("/searches")
def ask() -> str | Response | tuple[str, int]:
    """Ask for a search."""
    by, form = here.actor(), AskForm()
    by.must("plan")
    with here.work() as session:
        _fill(session, form, by)
        if not form.validate() or form.first.data is None or form.last.data is None:
            return _searches_page(session, form), 422
        try:
            run = run_actions.ask(
                session,
                form.bodies.data or [],
                form.first.data,
                form.last.data,
                by,
                here.now(),
                new_dates=form.dates,
                rhythm=form.rhythm.data,
                open_topics=form.open_topics.data,
            )
        except Problem as problem:
            form.form_errors.append(sentence(problem.code, problem.facts))
            return _searches_page(session, form), problem.status
        address = url_for("planner.search", run_id=run.id)
    return redirect(address, 303)


@pages.get("/searches/<int:run_id>")
def search(run_id: int) -> str:
    """Show how far a search is, or its advice; with `topic` and `to` what that move would cost."""
    with here.read() as session:
        run = run_actions.run_of(session, run_id, here.actor())
        if run.finished_at is None:
            standing = standing_of(run.progress) if run.progress else None
            return render_template("planner/search_running.html", run=run, standing=standing, words=run_words)
        if run.result is None:
            return render_template("planner/search_failed.html", run=run, words=run_words)
        return _advice_page(session, run)


@pages.post("/searches/<int:run_id>/stop")
def stop_search(run_id: int) -> Response:
    """Let a search end with the best it has."""
    with here.work() as session:
        run_actions.stop(session, run_actions.run_of(session, run_id, here.actor()), here.actor(), here.now())
    return redirect(url_for("planner.search", run_id=run_id), 303)


@pages.post("/searches/<int:run_id>/remove")
def remove_search(run_id: int) -> Response:
    """Throw a search away."""
    with here.work() as session:
        run_actions.remove(session, run_actions.run_of(session, run_id, here.actor()), here.actor())
    flash(_("The search is thrown away."), "success")
    return redirect(url_for("planner.searches"), 303)


@pages.post("/searches/<int:run_id>/accept")
def accept_advice(run_id: int) -> str | Response | tuple[str, int]:
    """Show what accepting comes to and who hears of it, or do it, by the button that was pressed."""
    by, form = here.actor(), AcceptForm()
    with here.work() as session:
        run = run_actions.run_of(session, run_id, by)
        advice = _advice(session, run)
        if advice is None:
            raise Conflict("advice_outdated")
        form.fill([(one.meeting.id, one.meeting.title) for one in advice.going])
        if request.form.get("do") != "accept":
            form.why.data = form.why.data or str(REASON)
            return _confirm_page(session, run, advice, form)
        if not form.validate():
            return _confirm_page(session, run, advice, form), 422
        wanted = wanted_of(advice, form.cancel.data or [], form.why.data or "")
        if faults(advice.posed.problem, after(advice.posed, wanted)):
            raise Conflict("advice_breaks_rules")
        change = accepting.accept(session, wanted, by, here.now(), run)
        address = url_for("planner.accepted", change_id=change.id)
    return redirect(address, 303)


@pages.get("/accepted/<int:change_id>")
def accepted(change_id: int) -> str:
    """Show what was accepted at once, with the way back while there is one."""
    by = here.actor()
    with here.read() as session:
        change, meetings = accepting.change_of(session, change_id, by)
        obstacle = accepting.in_the_way(session, change, meetings, here.now())
        by_number = {one.id: one for one in meetings}
        return render_template(
            "planner/accepted.html",
            change=change,
            made=[by_number[number] for number in change.made],
            cancelled=[
                (by_number[number], by_number.get(to or 0)) for number, to in change.cancelled if number
            ],
            moves=topic_moves.moves_of(session, change, by_number),
            moved=[(by_number[one["meeting"]], before_of(one)) for one in change.moved],
            freed=[(topic, by_number[number]) for topic, number in topic_moves.freed_by(session, change)],
            may_undo=all(by.may("plan", one.body) for one in meetings),
            obstacle=sentence(obstacle, {}) if obstacle else None,
            until=change.accepted_at + accepting.UNDO_WITHIN,
        )


@pages.post("/accepted/<int:change_id>/undo")
def undo_accepted(change_id: int) -> Response:
    """Make it as it was before."""
    by = here.actor()
    with here.work() as session:
        change, _meetings = accepting.change_of(session, change_id, by)
        accepting.undo(session, change, _("The advice for which it was planned is undone."), by, here.now())
    flash(_("Everything is as it was before."), "success")
    return redirect(url_for("planner.accepted", change_id=change_id), 303)


def _searches_page(session: Session, form: AskForm) -> str:
    by = here.actor()
    if not form.is_submitted():
        _fill(session, form, by)
    return render_template(
        "planner/searches.html",
        form=form,
        runs=queries.runs_of(session, by),
        rhythms=bool(running_cadences(session, queries.bodies_planned_by(session, by))),
        words=run_words,
    )


def _fill(session: Session, form: AskForm, by: Actor) -> None:
    bodies = queries.bodies_planned_by(session, by)
    first, last = queries.usual_period(session, bodies, here.now())
    form.fill(bodies, first, last)


def _advice(session: Session, run: PlanningRun) -> Advice | None:
    """Give the advice of a search; None when something that it rests on has changed since."""
    if run.result is None:
        raise Conflict("advice_outdated")
    result = result_of(run.result)
    posed = queries.posed_for(session, run, here.now())
    return advice_of(posed, result) if posed.fingerprint == result.rests_on else None


def _advice_page(session: Session, run: PlanningRun) -> str:
    advice = _advice(session, run)
    tried = None
    topic, place = request.args.get("topic", ""), request.args.get("to", "")
    if advice is not None and topic in advice.result.plan.treated and place in advice.posed.meetings:
        figures, breaches = with_move(advice, topic, place)
        tried = {
            "topic": advice.posed.topics[topic],
            "meeting": advice.posed.meetings[place],
            "figures": figures,
            "faults": [(one, advice.posed.topics.get(one.subject)) for one in breaches],
        }
    return render_template(
        "planner/advice.html",
        run=run,
        result=result_of(run.result or {}),
        advice=advice,
        accepted=queries.accepted_of(session, run),
        tried=tried,
        added=advice is not None
        and any(move.source is None for one in advice.staying for move in one.arriving),
        words=run_words,
    )


def _confirm_page(session: Session, run: PlanningRun, advice: Advice, form: AcceptForm) -> str:
    chosen = form.cancel.data or []
    wanted: Wanted = wanted_of(advice, chosen, form.why.data or "")
    breaches = faults(advice.posed.problem, after(advice.posed, wanted))
    going = [one for one in advice.going if one.meeting.id in chosen]
    told = {person.person_id for one in going if one.meeting.confirmed_at for person in one.meeting.people}
    return render_template(
        "planner/accept.html",
        run=run,
        form=form,
        going=going,
        moves=len(wanted.moves),
        added=len(wanted.added),
        new=[advice.posed.meetings[str(number)] for number in sorted(wanted.new, reverse=True)],
        told=len(told),
        letters=sum(len(one.meeting.people) for one in going if one.meeting.confirmed_at),
        faults=[(one, advice.posed.topics.get(one.subject)) for one in breaches],
        words=run_words,
    )
