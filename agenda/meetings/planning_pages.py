"""Pages on which a secretary plans, changes and cancels meetings, and decides who is invited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core import audit, words
from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.core.problems import Changed, Conflict, Invalid, NotFound
from agenda.meetings import actions, agenda_actions, listing, queries
from agenda.meetings.blueprint import pages
from agenda.meetings.facts import Particulars, Plan
from agenda.meetings.forms import CancelForm, ParticularsForm, PlanForm
from agenda.meetings.meeting_to_be import MeetingToBe, has_room_for, topic_asked
from agenda.meetings.model import Meeting
from agenda.meetings.planning_frame import copied_meeting, frame_chosen, offer_agenda, put_on, seen_before
from agenda.meetings.planning_prefill import asked_plan
from agenda.meetings.planning_reason import Ground, keep_reason
from agenda.meetings.rules import (
    LONGEST,
    SHORTEST,
    moment,
    must_be_possible,
    quarter_named,
    quarter_of,
    state_of,
)
from agenda.meetings.standard_text_queries import texts_for
from agenda.meetings.words import FIELDS, quarter, short_day, window
from agenda.people.model import Body
from agenda.people.queries import bodies_for
from agenda.topics.model import Topic
from agenda.web import here
from agenda.web.forms import Form, key
from agenda.web.language import language
from agenda.web.panels import panels
from agenda.web.shell import sentence

QUARTERS_AHEAD = 6
PLANNED_SHOWN = 4
# Which field a refusal belongs to; the others stand above the form.
FIELD_OF = {
    "title_missing": "title",
    "venue_missing": "venue",
    "length_impossible": "minutes",
    "host_not_in_body": "host",
    "hour_does_not_exist": "start",
    "moment_has_passed": "day",
    "window_half_open": "window_until",
    "window_upside_down": "window_until",
    "when_missing": "quarter",
    "planning_reason_missing": "reason",
    "date_half_open": "start",
    "reason_missing": "why",
    "successor_impossible": "successor",
}
Rows = list[tuple[Any, Any, Any]]
Answered = str | Response | tuple[str, int]


def zone() -> str:
    """Name the time zone in which the product shows moments."""
    return here.runtime().config.time_zone


def refuse(form: Form, problem: Invalid | Conflict) -> None:
    """Say a refusal in the form: at its field, or above all fields."""
    spoken = {
        name: short_day(fact, zone(), language()) if isinstance(fact, date) else fact
        for name, fact in problem.facts.items()
    }
    text = sentence(problem.code, spoken)
    name = FIELD_OF.get(problem.code)
    if name in form:
        form[name].errors = [*form[name].errors, text]
    else:
        form.form_errors.append(text)


@pages.route("/meetings/new", methods=["GET", "POST"])
def create() -> Answered:
    """Plan a meeting, after a look at those that are planned already."""
    with here.read() as session:
        by = here.actor()
        by.must("plan")
        bodies = bodies_for(session, by.bodies("plan"))
        body = _chosen_body(bodies)
        if body is None:
            return render_template("meetings/choose_body.html", bodies=bodies)
        topic = topic_asked(session, body, by)
        copied = copied_meeting(session, body, by)
        form = _plan_form(session, body, copied)
        reckoning = request.form.get("do") == "reckon"
        if request.method != "POST" or reckoning or not form.validate():
            return _create_page(session, form, body, topic, copied)
        body_id = body.id
    try:
        with here.work() as session:
            body = get(session, Body, body_id)
            copied = copied_meeting(session, body, here.actor())
            frame = frame_chosen(session, form.frame.data, body, copied)
            plan = replace(_plan(form, body.time_zone), frame=frame)
            meeting = actions.create_meeting(session, body, plan, here.actor(), here.now())
            ground, reason = Ground(form.ground.data), form.reason.data or ""
            keep_reason(session, meeting, ground, reason, here.actor(), here.now())
            topic = topic_asked(session, body, here.actor())
            if topic is not None:
                agenda_actions.add_topic(session, meeting, topic, here.actor(), here.now())
            put_on(session, meeting, form.topics.data or (), here.actor(), here.now())
            meeting_id = meeting.id
    except (Invalid, Conflict) as problem:
        refuse(form, problem)
        with here.read() as session:
            body = get(session, Body, body_id)
            topic, copied = (
                topic_asked(session, body, here.actor()),
                copied_meeting(session, body, here.actor()),
            )
            return _create_page(session, form, body, topic, copied)
    flash(_("The meeting is planned. Nothing has been sent to anyone."), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


def _chosen_body(bodies: Sequence[Body]) -> Body | None:
    asked = request.args.get("body", type=key)
    if asked is None:
        return bodies[0] if len(bodies) == 1 else None
    found = next((body for body in bodies if body.id == asked), None)
    if found is None:
        raise NotFound("not_found")
    return found


def _plan_form(session: Session, body: Body, copied: Meeting | None) -> PlanForm:
    host = actions.host_in_turn(session, body)
    usual = {"title": body.name, "minutes": body.usual_minutes, "host": host.id if host else None}
    ahead = quarter_of(local_day(here.now(), body.time_zone))
    usual |= {"venue": host.venue if host else "", "quarter": str(ahead.next)}
    form = PlanForm(data=usual | seen_before(copied) | asked_plan(request.args))
    form.fill(_hosts(body))
    offer_agenda(session, form, body, copied, here.actor())
    form.offer_grounds()
    quarters = []
    for _step in range(QUARTERS_AHEAD):
        quarters.append((str(ahead), quarter(ahead)))
        ahead = ahead.next
    form.offer_quarters(quarters)
    return form


def _hosts(body: Body) -> list[tuple[int, str]]:
    return [(seat.organisation_id, seat.organisation.name) for seat in body.seats]


def _plan(form: PlanForm, time_zone: str) -> Plan:
    named = quarter_named(form.quarter.data or "")
    first, last = form.window_from.data, form.window_until.data
    day, start = form.day.data, form.start.data
    if (day is None) != (start is None):
        raise Invalid("date_half_open")
    # The quarter is only a quick way to say a period: what is filled in goes before it.
    if named and not any((first, last, day)):
        first, last = named.first_day, named.last_day
    return Plan(
        window_from=first,
        window_until=last,
        starts_at=moment(day, start, time_zone) if day and start else None,
        minutes=form.minutes.data,
        title=form.title.data or "",
        host_id=form.host.data,
        venue=form.venue.data or "",
    )


def _create_page(
    session: Session, form: PlanForm, body: Body, topic: Topic | None, copied: Meeting | None
) -> Answered:
    by, minutes = here.actor(), form.minutes.data
    possible = minutes is not None and SHORTEST <= minutes <= LONGEST
    wanted = MeetingToBe(body, minutes if possible else None, topic)
    planned = listing.already_planned(session, by, body, here.now())
    page = render_template(
        "meetings/create.html",
        form=form,
        body=body,
        topic=topic,
        copied=copied,
        gate=panels("planning", session, wanted),
        cost=panels("planning_cost", session, wanted),
        # Where the topic can go at once stands first; a long list does not push the rest out of sight.
        planned=sorted(planned, key=lambda one: not has_room_for(one, topic, by)),
        most=PLANNED_SHOWN,
        fits=lambda planned: has_room_for(planned, topic, by),
        window_of=lambda meeting: window(meeting, zone(), language()),
    )
    return (page, 422) if form.errors else page


@pages.route("/meetings/<int:meeting_id>/edit", methods=["GET", "POST"])
def edit(meeting_id: int) -> Answered:
    """Change the particulars of a meeting."""
    with here.read() as session:
        meeting = _to_plan(session, meeting_id, "edit")
        form = ParticularsForm(data=_as_saved(meeting) | {"version": meeting.version})
        form.fill(_hosts(meeting.body))
        if request.method != "POST":
            return _edit_page(form, meeting, 200)
        if not form.validate():
            return _edit_page(form, meeting, 422)
    try:
        with here.work() as session:
            meeting = queries.meeting_for(session, meeting_id, here.actor())
            actions.edit_meeting(
                session, meeting, _wanted(form), here.actor(), here.now(), form.seen_version()
            )
    except Changed:
        return _meanwhile_page(form, meeting_id)
    except (Invalid, Conflict) as problem:
        refuse(form, problem)
        with here.read() as session:
            return _edit_page(form, _to_plan(session, meeting_id, "edit"), 422)
    flash(_("The meeting is changed."), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


def _to_plan(session: Session, meeting_id: int, action: str) -> Meeting:
    meeting = queries.meeting_for(session, meeting_id, here.actor())
    here.actor().must("plan", meeting.body)
    must_be_possible(action, state_of(meeting, here.now()))
    return meeting


def _as_saved(meeting: Meeting) -> dict[str, Any]:
    return {
        "title": meeting.title,
        "host": meeting.host_id,
        "venue": meeting.venue,
        "minutes": meeting.minutes,
        "window_from": meeting.window_from,
        "window_until": meeting.window_until,
    }


def _wanted(form: ParticularsForm) -> Particulars:
    return Particulars(
        title=form.title.data or "",
        minutes=form.minutes.data or 0,
        host_id=form.host.data,
        venue=form.venue.data or "",
        window_from=form.window_from.data,
        window_until=form.window_until.data,
    )


def _edit_page(form: ParticularsForm, meeting: Meeting, status: int, **more: Any) -> Answered:
    return render_template("meetings/edit.html", form=form, meeting=meeting, **more), status


def _meanwhile_page(form: ParticularsForm, meeting_id: int) -> Answered:
    """Show both versions; saving once more is then a choice made with open eyes."""
    with here.read() as session:
        meeting = _to_plan(session, meeting_id, "edit")
        last = next(iter(audit.history(session, "meeting", meeting_id, most=1)), None)
        saved = _as_saved(meeting)
        hosts = dict(_hosts(meeting.body))
        rows: Rows = []
        for name, theirs in saved.items():
            mine = form[name].data
            if (mine or None) != (theirs or None):
                rows.append((FIELDS[name], _spoken(name, mine, hosts), _spoken(name, theirs, hosts)))
        form.version.data = str(meeting.version)
        return _edit_page(form, meeting, 409, rows=rows, last=last)


def _spoken(name: str, value: Any, hosts: dict[int, str]) -> str | None:
    if value is None or value == "":
        return None
    if name == "host":
        return hosts.get(value)
    if name == "minutes":
        return words.duration(value, language())
    return short_day(value, zone(), language()) if isinstance(value, date) else str(value)


@pages.route("/meetings/<int:meeting_id>/cancel", methods=["GET", "POST"])
def cancel(meeting_id: int) -> Answered:
    """Cancel a meeting: the reason and the successor are asked, and how many people hear of it is told."""
    with here.read() as session:
        meeting = _to_plan(session, meeting_id, "cancel")
        form = CancelForm(data={"version": meeting.version})
        others = listing.possible_successors(session, meeting, here.now())
        form.fill([(other.id, _named(other)) for other in others])
        if request.method != "POST":
            return _cancel_page(form, meeting, 200)
        if not form.validate():
            return _cancel_page(form, meeting, 422)
    try:
        with here.work() as session:
            meeting = queries.meeting_for(session, meeting_id, here.actor())
            reason, successor = form.why.data or "", form.successor.data
            actions.cancel(session, meeting, reason, successor, here.actor(), here.now(), form.seen_version())
    except (Invalid, Conflict) as problem:
        refuse(form, problem)
        with here.read() as session:
            meeting = _to_plan(session, meeting_id, "cancel")
            # Someone else saved in between: what is cancelled now is what this page shows.
            form.version.data = str(meeting.version)
            return _cancel_page(form, meeting, problem.status)
    flash(_("The meeting is cancelled."), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


def _named(meeting: Meeting) -> str:
    if meeting.starts_at:
        day = short_day(local_day(meeting.starts_at, meeting.time_zone), zone(), language())
    else:
        day = window(meeting, zone(), language())
    return f"{day}: {meeting.title}"


def _cancel_page(form: CancelForm, meeting: Meeting, status: int) -> Answered:
    told = len(meeting.people) if meeting.confirmed_at else 0
    texts = texts_for(meeting, here.actor())
    return render_template("meetings/cancel.html", form=form, meeting=meeting, told=told, texts=texts), status
