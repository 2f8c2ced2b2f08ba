"""Pages of regional days: lay one out, judge the timetable, accept it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Problem
from agenda.core.words import day as day_in_words
from agenda.dates.holidays_known import public_holidays
from agenda.dates.starts import moment_of
from agenda.meetings.model import Meeting
from agenda.people.queries import organisations
from agenda.planner import regional_actions as actions
from agenda.planner import regional_queries as queries
from agenda.planner import regional_words as words
from agenda.planner.blueprint import pages
from agenda.planner.regional_forms import DayForm, WishesForm, wishes_form
from agenda.planner.regional_model import RegionalDay
from agenda.planner.regional_posing import PosedDay, pose_day
from agenda.planner.regional_result import Result, result_of
from agenda.planner.regional_view import savings_of, telling_of, view_of
from agenda.planner.solving.regional_day import regional_day as solve
from agenda.web import here
from agenda.web.forms import Form
from agenda.web.language import language
from agenda.web.shell import sentence

Answer = str | Response | tuple[str, int]
# A page that reckons answers within so many seconds, and what takes longer is said to be unproven.
SECONDS = 2.0
WORKERS = 2


@pages.get("/regional-days")
def regional_days() -> str:
    """List the regional days of bodies that one plans."""
    by = here.actor()
    by.must("plan")
    with here.read() as session:
        return render_template("planner/regional_days.html", days=queries.days_of(session, by))


@pages.route("/regional-days/new", methods=["GET", "POST"])
def new_regional_day() -> Answer:
    """Lay out a regional day, and have its timetable made."""
    by, form = here.actor(), DayForm()
    by.must("plan")
    with here.work() as session:
        meetings = _offer(session, form, by)
        if request.method != "POST":
            form.fill_usual()
            return _form_page(form, None, meetings)
        if not form.validate():
            return _form_page(form, None, meetings), 422
        try:
            day_id = actions.lay_out(session, form.facts(), by, here.now()).id
        except Problem as problem:
            form.form_errors.append(sentence(problem.code, problem.facts))
            return _form_page(form, None, meetings), problem.status
    return _reckoned(day_id)


@pages.route("/regional-days/<int:day_id>/edit", methods=["GET", "POST"])
def edit_regional_day(day_id: int) -> Answer:
    """Lay it out otherwise, and have its timetable made anew."""
    by, form = here.actor(), DayForm()
    with here.work() as session:
        day = queries.day_of(session, day_id, by)
        meetings = _offer(session, form, by)
        if request.method != "POST":
            form.fill(day)
            return _form_page(form, day, meetings)
        if not form.validate():
            return _form_page(form, day, meetings), 422
        try:
            actions.change(session, day, form.facts(), by, here.now(), form.seen_version())
        except Problem as problem:
            _refused(form, day, problem)
            return _form_page(form, day, meetings), problem.status
    return _reckoned(day_id)


@pages.route("/regional-days/<int:day_id>/wishes", methods=["GET", "POST"])
def regional_wishes(day_id: int) -> Answer:
    """Say when people can be there, who can be missed, and in what order meetings come."""
    by = here.actor()
    with here.work() as session:
        day = queries.day_of(session, day_id, by)
        posed = pose_day(session, day, here.now())
        form = wishes_form(_titles(posed), _by_name(posed))
        if request.method != "POST":
            form.fill(day)
            return _wishes_page(form, day, posed)
        if not form.validate():
            return _wishes_page(form, day, posed), 422
        try:
            actions.say(day, form.of_meetings(), form.of_people(), form.seen_version())
        except Problem as problem:
            _refused(form, day, problem)
            return _wishes_page(form, day, posed), problem.status
    return _reckoned(day_id)


@pages.get("/regional-days/<int:day_id>")
def regional_day(day_id: int) -> str:
    """Show the timetable of a day, everybody's own day, and what it saves."""
    by = here.actor()
    with here.read() as session:
        day = queries.day_of(session, day_id, by)
        posed = pose_day(session, day, here.now())
        result = result_of(day.result) if day.result else None
        fresh = result is not None and result.rests_on == posed.rests_on
        # Once it is accepted everything stands elsewhere, and the timetable is still the one that was made.
        stands = day.is_accepted and result is not None and result.plan.placed.keys() <= posed.meetings.keys()
        return render_template(
            "planner/regional_day.html",
            day=day,
            posed=posed,
            fresh=fresh,
            view=view_of(day, posed, result) if result is not None and (fresh or stands) else None,
            moves=len(actions.places_of(day, posed, result)) if result is not None and fresh else 0,
            hours=_hours(posed),
            holiday=public_holidays(day.day, day.day).get(day.day),
            words=words,
        )


@pages.post("/regional-days/<int:day_id>/reckon")
def reckon_regional_day(day_id: int) -> Response:
    """Have the timetable made anew."""
    return _reckoned(day_id)


@pages.route("/regional-days/<int:day_id>/accept", methods=["GET", "POST"])
def accept_regional_day(day_id: int) -> Answer:
    """Show what accepting comes to and who hears of it, or do it."""
    by, form = here.actor(), Form()
    with here.work() as session:
        day = queries.day_of(session, day_id, by)
        posed = pose_day(session, day, here.now())
        if request.method == "POST":
            change = actions.accept(session, day, posed, by, here.now(), form.seen_version())
            session.flush()
            return redirect(url_for("planner.accepted", change_id=change.id), 303)
        form.version.data = str(day.version)
        return _accept_page(form, day, posed)


@pages.post("/regional-days/<int:day_id>/remove")
def remove_regional_day(day_id: int) -> Response:
    """Throw a day away; meetings stay where they are."""
    by = here.actor()
    with here.work() as session:
        actions.remove(session, queries.day_of(session, day_id, by), by, here.now())
    flash(_("The regional day is thrown away. No meeting moved."), "success")
    return redirect(url_for("planner.regional_days"), 303)


def _reckoned(day_id: int) -> Response:
    """Have the timetable made, outside of any transaction, keep it, and lead to it."""
    by = here.actor()
    with here.read() as session:
        day = queries.day_of(session, day_id, by)
        version, posed = day.version, pose_day(session, day, here.now())
    plan = solve(posed.problem, seconds=SECONDS, workers=WORKERS)
    with here.work() as session:
        day = queries.day_of(session, day_id, by)
        result = Result(posed.rests_on, plan, savings_of(posed, plan))
        actions.keep_result(day, result, here.now(), version)
    return redirect(url_for("planner.regional_day", day_id=day_id), 303)


def _refused(form: Form, day: RegionalDay, problem: Problem) -> None:
    """Say why; once it is said that somebody else saved, saving again is meant."""
    form.form_errors.append(sentence(problem.code, problem.facts))
    form.version.data = str(day.version)


def _hours(posed: PosedDay) -> tuple[datetime, datetime]:
    return moment_of(posed.problem.opens), moment_of(posed.problem.closes)


def _titles(posed: PosedDay) -> dict[str, str]:
    """Name the meetings so that two of one body can be told apart."""
    return {
        key: f"{one.title}, {day_in_words(one.starts_at, ZoneInfo(one.time_zone), language())}"
        if one.starts_at
        else one.title
        for key, one in posed.meetings.items()
    }


def _by_name(posed: PosedDay) -> list[str]:
    """Give the numbers of the people, by organisation and name."""
    return sorted(posed.people, key=lambda key: (posed.people[key].organisation, posed.people[key].name))


def _offer(session: Session, form: DayForm, by: Actor) -> Sequence[Meeting]:
    meetings = queries.could_move(session, by, here.now())
    form.offer(
        [(one.id, one.name) for one in organisations(session)], [(one.id, one.title) for one in meetings]
    )
    return meetings


def _form_page(form: DayForm, day: RegionalDay | None, meetings: Sequence[Meeting]) -> str:
    return render_template("planner/regional_form.html", form=form, day=day, meetings=meetings)


def _wishes_page(form: WishesForm, day: RegionalDay, posed: PosedDay) -> str:
    return render_template(
        "planner/regional_wishes.html", form=form, day=day, posed=posed, hours=_hours(posed)
    )


def _accept_page(form: Form, day: RegionalDay, posed: PosedDay) -> str:
    """Show which meetings move where; Conflict when there is nothing to accept, or not any more."""
    if day.is_accepted:
        raise Conflict("regional_day_accepted")
    result = result_of(day.result) if day.result else None
    if result is None or result.rests_on != posed.rests_on:
        raise Conflict("regional_day_outdated" if result else "regional_day_not_reckoned")
    places = actions.places_of(day, posed, result)
    moving = [one for one in posed.meetings.values() if one.id in places]
    return render_template(
        "planner/regional_accept.html",
        day=day,
        form=form,
        moving=[(one, places[one.id]) for one in moving],
        telling=telling_of(moving, day.day),
        left_out=[posed.meetings[name] for name in result.plan.left_out],
    )
