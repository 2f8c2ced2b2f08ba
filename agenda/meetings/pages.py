"""Pages of the meetings room: the list, the quarter, and one meeting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Flask, current_app, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.audit import without
from agenda.core.clock import local_day
from agenda.meetings import (
    agenda_pages,
    agenda_words,
    button_pages,
    deadline_pages,
    deadline_panels,
    late_pages,
    listing,
    paper_pages,
    planning_pages,
    queries,
    reuse_pages,
    sight,
    standard_text_pages,
    table_words,
    template_pages,
    version_pages,
    version_words,
    words,
)
from agenda.meetings.actions import host_in_turn
from agenda.meetings.blueprint import pages
from agenda.meetings.calendar_view import months
from agenda.meetings.deferrals import deferrals_of
from agenda.meetings.forms import AttendeeForm, FilterForm
from agenda.meetings.listing import PERIODS, Filter
from agenda.meetings.model import ItemKind, Meeting, MeetingState
from agenda.meetings.panels import offer
from agenda.meetings.rules import (
    ALLOWED,
    Quarter,
    exact_quarter,
    next_step,
    quarter_named,
    quarter_of,
    state_of,
)
from agenda.meetings.table_queries import has_opened, table_of
from agenda.meetings.timing import timetable, total
from agenda.meetings.version_keeping import newest_of
from agenda.people.queries import bodies_for
from agenda.people.turns import offer_host_in_turn
from agenda.web import here
from agenda.web.history import Line
from agenda.web.language import language
from agenda.web.panels import panels
from agenda.web.shell import say

__all__ = [
    "agenda_pages",
    "button_pages",
    "deadline_pages",
    "init",
    "late_pages",
    "pages",
    "planning_pages",
    "reuse_pages",
    "standard_text_pages",
    "template_pages",
    "version_pages",
]

# What is done next: its words, who may, and which page does it.
NEXT: Mapping[str, tuple[Any, str, str]] = {
    "choose_date": (_l("Choose a date"), "plan", "dates.choose"),
    "draft_agenda": (_l("Draft the agenda"), "draft_agenda", "meetings.agenda"),
    "send_invitations": (_l("Send the invitations"), "invite", "invitations.preview"),
    "finish_agenda": (_l("Make the agenda final"), "draft_agenda", "meetings.agenda"),
    "record_outcomes": (_l("Record the outcomes"), "record", "decisions.outcomes"),
    "close": (_l("Close the meeting"), "record", "meetings.close"),
}
STEPS = (
    (MeetingState.DRAFT, _l("Draft")),
    (MeetingState.DATED, _l("Date")),
    (MeetingState.CONFIRMED, _l("Invited")),
    (MeetingState.HELD, _l("Held")),
    (MeetingState.CLOSED, _l("Closed")),
)


def init(app: Flask) -> None:
    """Add the pages, the panels on other rooms' pages, the tasks and the refusals."""
    app.register_blueprint(pages)
    offer(app)
    paper_pages.offer(app)
    deadline_panels.offer(app)
    template_pages.offer(app)
    standard_text_pages.offer(app)
    reuse_pages.offer(app)
    offer_host_in_turn(app, host_in_turn)
    say(app, words.PROBLEMS)
    say(app, agenda_words.PROBLEMS)
    say(app, table_words.PROBLEMS)


@pages.get("/meetings")
def index() -> str:
    """List meetings, or show a quarter; what is asked stands in the address bar."""
    with here.read() as session:
        by, now = here.actor(), here.now()
        form, wanted = _filter(session, by)
        frame = {
            "form": form,
            "may_plan": by.may("plan"),
            "state_of": lambda meeting: state_of(meeting, now),
            "words": words,
            "window_of": window_of,
            "chosen": any(
                (wanted.body_id, wanted.host_id, wanted.state, wanted.mine, wanted.period != "ahead")
            ),
        }
        if request.args.get("view") == "quarter":
            return _quarter_page(session, by, now, wanted, frame)
        page = request.args.get("page", 1, type=int) or 1
        found = listing.list_meetings(session, by, now, wanted, page)
        answers = by.bodies("see_answers")
        return render_template("meetings/index.html", found=found, answers=answers, **frame)


def _filter(session: Session, by: Actor) -> tuple[FilterForm, Filter]:
    form = FilterForm(formdata=request.args)
    bodies = bodies_for(session, by.bodies("see"))
    hosts = listing.hosts_for(session, by)
    form.fill([(body.id, body.name) for body in bodies], [(host.id, host.name) for host in hosts])
    form.period.data = form.period.data if form.period.data in PERIODS else PERIODS[0]
    # An address that was typed or kept too long is no fault: what it asks in vain is left out.
    good = {name for name in ("body", "host", "state") if form[name].validate(form)}
    state = form.state.data if "state" in good else None
    wanted = Filter(
        body_id=form.body.data if "body" in good else None,
        host_id=form.host.data if "host" in good else None,
        state=MeetingState(state) if state else None,
        period=str(form.period.data),
        mine=bool(form.mine.data),
    )
    return form, wanted


def _quarter_page(session: Session, by: Actor, now: datetime, wanted: Filter, frame: dict[str, Any]) -> str:
    zone = here.runtime().config.time_zone
    quarter = quarter_named(request.args.get("q", "")) or quarter_of(local_day(now, zone))
    meetings = listing.in_quarter(session, by, now, quarter, zone, wanted)
    return render_template(
        "meetings/quarter.html",
        quarter=quarter,
        months=months(quarter, meetings, now, zone, language()),
        waiting=[(meeting, _within(meeting, quarter)) for meeting in meetings if meeting.starts_at is None],
        number=len(meetings),
        **frame,
    )


def _within(meeting: Meeting, quarter: Quarter) -> bool:
    return exact_quarter(meeting.window_from, meeting.window_until) == quarter


def window_of(meeting: Meeting) -> str:
    """Tell in the reader's language in which period a meeting must fall."""
    return words.window(meeting, here.runtime().config.time_zone, language())


@pages.get("/meetings/<int:meeting_id>")
def show(meeting_id: int) -> str:
    """Show one meeting: when, where, what, who, and what is sensible to do next."""
    with here.read() as session:
        by, now = here.actor(), here.now()
        meeting = queries.meeting_for(session, meeting_id, by)
        state = state_of(meeting, now)
        topics = [item for item in meeting.items if item.kind is ItemKind.TOPIC]
        open_outcomes = sum(item.outcome is None for item in topics)
        seen = sight.sight_of(meeting, by)
        step = next_step(state, len(topics), meeting.agenda_final_at is not None, open_outcomes)
        return render_template(
            "meetings/show.html",
            meeting=meeting,
            state=state,
            next=_next(meeting, by, step),
            steps=_steps(state),
            possible=lambda action: state in ALLOWED[action],
            may=lambda permission: by.may(permission, meeting.body),
            window=window_of(meeting),
            sees=lambda item: sight.sees(item, seen),
            title_of=lambda item: sight.title_of(item, seen),
            newest=newest_of(session, meeting),
            versions=version_words,
            deferred=deferrals_of(session, meeting.items),
            slots=timetable(meeting.starts_at, meeting.minutes, meeting.items),
            total=total(meeting.minutes, meeting.items),
            presence=queries.presence(session, meeting),
            at_table=table_of(session, meeting, now) if has_opened(meeting, now) else None,
            form=_attendee_form(session, meeting, by),
            first_panel=panels("meeting_first", session, meeting),
            panel=panels("meeting", session, meeting),
            people_panel=panels("meeting_people", session, meeting),
            people_open="people" in request.args,
            history=_history(session, meeting),
            words=words,
        )


def _next(meeting: Meeting, by: Actor, step: str | None) -> dict[str, Any] | None:
    if step is None:
        return None
    text, permission, endpoint = NEXT[step]
    if not by.may(permission, meeting.body) or endpoint not in current_app.view_functions:
        return None
    return {"text": text, "url": url_for(endpoint, meeting_id=meeting.id), "post": step == "close"}


def _steps(state: MeetingState) -> list[tuple[Any, str]]:
    if state is MeetingState.CANCELLED:
        return []
    order = [step for step, _ in STEPS]
    at = order.index(state)
    kinds = ["done"] * at + ["current"] + ["todo"] * (len(order) - at - 1)
    return [(text, kind) for (_, text), kind in zip(STEPS, kinds, strict=True)]


def _attendee_form(session: Session, meeting: Meeting, by: Actor) -> AttendeeForm | None:
    if not by.may("plan", meeting.body):
        return None
    form = AttendeeForm(formdata=None)
    form.fill([(who.id, who.name) for who in queries.people_to_add(session, meeting)])
    return form


def _history(session: Session, meeting: Meeting) -> list[Line]:
    """Give the history; what people answered, and what was said of items, is left to those who may see it."""
    entries = audit.history(session, "meeting", meeting.id)
    if not here.actor().may("see_answers", meeting.body):
        entries = [entry for entry in entries if entry.verb != "answered"]
    if not here.actor().may("see_confidential", meeting.body):
        entries = [without(entry, agenda_words.ITEM_FIELDS) for entry in entries]
    return words.history(entries, here.runtime().config.time_zone, language())
