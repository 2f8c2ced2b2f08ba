"""Pages of the rhythm of a body: which dates it makes, whether these earn their place, and setting it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.clock import at_local, local_day
from agenda.core.database import get
from agenda.core.problems import Changed, Conflict, Invalid
from agenda.meetings.planning_reason import Ground
from agenda.meetings.rules import Quarter, quarter_named, quarter_of
from agenda.meetings.words import quarter as quarter_name
from agenda.people.model import Body
from agenda.planner import burden_queries, cadence_words
from agenda.planner import cadence_actions as actions
from agenda.planner import cadence_queries as queries
from agenda.planner.blueprint import pages
from agenda.planner.cadence_forms import CadenceForm, Kind, as_kept, usual
from agenda.planner.cadence_judging import judgement
from agenda.planner.cadence_model import Cadence
from agenda.planner.cadence_rrule import Start, next_days, read, skipped
from agenda.planner.cadence_rules import Found, Rhythm, candidate_dates, falls_on
from agenda.planner.cadence_thin import thin_meetings
from agenda.planner.run_words import WHYS
from agenda.topics.model import Topic
from agenda.topics.sight import NEUTRAL_TITLE, visible
from agenda.web import here
from agenda.web.forms import Form
from agenda.web.shell import sentence

NEXT = 8
# Of what is skipped so many are named.
NAMED = 8
FIELD_OF = {"length_impossible": "minutes"}
Answered = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Shown:
    """The next dates of a rule with what falls on them, and the months or years that it skips."""

    dates: Sequence[tuple[datetime, Sequence[Found]]]
    skipped: Sequence[date]
    yearly: bool


@pages.get("/cadence")
def cadences() -> str:
    """Show the rhythm of every body, and which meetings are too thin."""
    by, now = here.actor(), here.now()
    by.must("see")
    with here.read() as session:
        bodies = burden_queries.bodies_seen_by(session, by)
        running = queries.running_cadences(session, bodies)
        rows = []
        for body in bodies:
            cadence = running.get(body.id)
            thin = thin_meetings(session, body, now) if cadence is not None else []
            rows.append((body, cadence, next_date(cadence, body, now), [one for one in thin if one.proposed]))
        return render_template("planner/cadence.html", rows=rows, words=cadence_words)


@pages.get("/cadence/<int:body_id>")
def cadence(body_id: int) -> str:
    """Show the dates of a body's rhythm in two quarters, and the meetings that are too thin."""
    by, now = here.actor(), here.now()
    with here.read() as session:
        body = _body(session, body_id, "see")
        today = local_day(now, body.time_zone)
        running = queries.running_cadence(session, body.id)
        usual_quarter = quarter_of(today).next
        quarter = quarter_named(request.args.get("q", "")) or usual_quarter
        first, last = _period(quarter, usual_quarter, today)
        return render_template(
            "planner/cadence_body.html",
            body=body,
            cadence=running,
            quarter=quarter,
            quarter_name=quarter_name,
            earlier=quarter.previous if quarter.last_day > usual_quarter.last_day else None,
            judged=judgement(session, running, body, first, last, now) if running else None,
            thin=thin_meetings(session, body, now),
            ended=queries.ended_cadences(session, body.id),
            history=cadence_words.history_lines(queries.history_of(session, body)),
            may_plan=by.may("plan", body),
            known=frozenset(session.scalars(select(Topic.id).where(Topic.body_id == body.id, visible(by)))),
            neutral=NEUTRAL_TITLE,
            words=cadence_words,
            day_at=lambda at: local_day(at, body.time_zone),
            days=timedelta,
            plan_address=lambda one: _plan_address(body, running, one.at),
            whys=WHYS,
        )


@pages.route("/cadence/<int:body_id>/edit", methods=["GET", "POST"])
def edit_cadence(body_id: int) -> Answered:
    """Set the rhythm of a body; its next dates are shown beside it, also before it is kept."""
    by, now = here.actor(), here.now()
    with here.read() as session:
        body = _body(session, body_id, "plan")
        form = CadenceForm() if request.method == "POST" else _as_it_is(session, body, now)
        form.offer()
        if request.method != "POST":
            return _form_page(session, body, form)
        show = request.form.get("do") == "show"
        if show:
            form.makes_dates()
        if show or not form.validate():
            page = _form_page(session, body, form)
            return page, Invalid.status if form.errors else 200
    try:
        with here.work() as session:
            actions.set_cadence(session, _body(session, body_id, "plan"), form.wanted(), form.seen(), by, now)
    except (Invalid, Conflict) as problem:
        with here.read() as session:
            body = _body(session, body_id, "plan")
            _refuse(session, form, body, problem)
            return _form_page(session, body, form), problem.status
    flash(_("The rhythm is kept. Nothing is planned by it: each date waits for your judgement."), "success")
    return redirect(url_for("planner.cadence", body_id=body_id), 303)


@pages.post("/cadence/rhythms/<int:cadence_id>/end")
def end_cadence(cadence_id: int) -> Response:
    """Let a rhythm make no more dates."""
    with here.work() as session:
        found = actions.cadence_of(session, cadence_id, here.actor())
        body_id = found.body_id
        actions.end_cadence(session, found, Form().seen_version(), here.actor(), here.now())
    flash(_("The rhythm is ended. It can be resumed."), "success")
    return redirect(url_for("planner.cadence", body_id=body_id), 303)


@pages.post("/cadence/rhythms/<int:cadence_id>/resume")
def resume_cadence(cadence_id: int) -> Response:
    """Let a rhythm that ended run again."""
    with here.work() as session:
        found = actions.cadence_of(session, cadence_id, here.actor())
        body_id = found.body_id
        actions.resume_cadence(session, found, here.actor(), here.now())
    flash(_("The rhythm runs again."), "success")
    return redirect(url_for("planner.cadence", body_id=body_id), 303)


def next_date(cadence: Cadence | None, body: Body, now: datetime) -> datetime | None:
    """Give the next moment that a rhythm makes; None when there is none within a year."""
    if cadence is None:
        return None
    today = local_day(now, body.time_zone)
    found = candidate_dates(queries.rhythm_of(cadence, body), today, today + timedelta(days=366))
    return next((at for at in found if at > now), None)


def _body(session: Session, body_id: int, permission: str) -> Body:
    body = get(session, Body, body_id)
    here.actor().must(permission, body)
    return body


def _period(quarter: Quarter, usual_quarter: Quarter, today: date) -> tuple[date, date]:
    """Give two quarters; by default the next two, and what is left of the present one."""
    first = today if quarter == usual_quarter else max(today, quarter.first_day)
    return first, max(first, quarter.next.last_day)


def _plan_address(body: Body, running: Cadence | None, at: datetime) -> str:
    """Give the address of the planning form with a date filled in; there the reason is asked."""
    local = at.astimezone(ZoneInfo(body.time_zone))
    return url_for(
        "meetings.create",
        body=body.id,
        day=local.date().isoformat(),
        start=f"{local:%H:%M}",
        minutes=running.minutes if running else None,
        venue=(running.venue if running else "") or None,
        ground=Ground.CADENCE.value,
    )


def _as_it_is(session: Session, body: Body, now: datetime) -> CadenceForm:
    running, today = queries.running_cadence(session, body.id), local_day(now, body.time_zone)
    return CadenceForm(data=as_kept(running, today) if running else usual(today, body.usual_minutes))


def _form_page(session: Session, body: Body, form: CadenceForm) -> str:
    return render_template(
        "planner/cadence_edit.html",
        body=body,
        form=form,
        kinds=[(one, str(one.data)) for one in form.kind],
        shown=_shown(session, body, form),
        words=cadence_words,
        named=NAMED,
    )


def _shown(session: Session, body: Body, form: CadenceForm) -> Shown | None:
    """Give the next dates of what is filled in; None while that cannot be read, which stands at its field."""
    if any(form.errors.values()) or form.first_day.data is None or form.starts.data is None:
        return None
    wanted = form.wanted()
    last = min((day for day in (wanted.last_day, body.expires_on) if day is not None), default=None)
    start = Start(wanted.first_day, wanted.starts, body.time_zone, last)
    today = local_day(here.now(), body.time_zone)
    try:
        days = next_days(wanted.rule, start, NEXT, max(wanted.first_day, today))
        if not days:
            days = next_days(wanted.rule, start, NEXT)
    except Invalid as problem:
        _blame(form, problem)
        return None
    rhythm = Rhythm(wanted.rule, start, wanted.minutes or body.usual_minutes)
    moments = [at_local(day, start.hour, start.zone) for day in days]
    known = queries.days_known(session, body, days[0], days[-1])
    return Shown(
        [(at, falls_on(at, rhythm.minutes, start.zone, known)) for at in moments],
        skipped(wanted.rule, days),
        read(wanted.rule).freq == "YEARLY",
    )


def _refuse(session: Session, form: CadenceForm, body: Body, problem: Invalid | Conflict) -> None:
    """Say a refusal at its field; after someone else was first, the next press is made with open eyes."""
    if not isinstance(problem, Changed):
        _blame(form, problem)
        return
    running = queries.running_cadence(session, body.id)
    form.version.data = str(running.version) if running else ""
    form.cadence_id.data = str(running.id) if running else ""
    theirs = cadence_words.spoken(running.rule) if running else _("there is no rhythm any more")
    form.form_errors.append(
        _(
            "Someone else changed the rhythm in the meantime: %(theirs)s. Nothing was overwritten. Keep "
            "yours to replace it.",
            theirs=theirs,
        )
    )


def _blame(form: CadenceForm, problem: Invalid | Conflict) -> None:
    text = sentence(problem.code, problem.facts)
    name = problem.facts.get("field") or FIELD_OF.get(problem.code)
    if name is None and problem.code.startswith("rule_") and form.kind.data == Kind.OWN.value:
        name = "rule"
    if name in form:
        form[name].errors = [*form[name].errors, text]
    else:
        form.form_errors.append(text)
