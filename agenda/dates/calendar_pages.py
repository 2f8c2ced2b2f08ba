"""One's own calendars: what is known of them, giving one, taking one away. Never anyone else's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from flask import Flask, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.fetching import MOST_BYTES
from agenda.core.problems import Conflict, Invalid
from agenda.core.vault import Secret
from agenda.dates import calendar_actions as actions
from agenda.dates import calendar_words as words
from agenda.dates.blueprint import pages
from agenda.dates.busy import Unreadable
from agenda.dates.calendar_actions import Upload
from agenda.dates.calendar_forms import AddressForm, FileForm, ServerForm
from agenda.dates.calendar_reading import read_file
from agenda.dates.calendar_rules import is_trouble
from agenda.dates.known import unpacked
from agenda.dates.model import BusyCalendar, CalendarKind
from agenda.dates.starts import minute_before
from agenda.people.model import Person
from agenda.web import here
from agenda.web.forms import Form
from agenda.web.language import ago
from agenda.web.panels import Task, offer_panel, offer_tasks, offer_words
from agenda.web.shell import say, sentence

AHEAD = timedelta(days=91)
Answered = Response | tuple[Response, int]


@dataclass(frozen=True)
class Shown:
    """One calendar on its owner's page."""

    id: int
    name: str
    kind: str
    is_file: bool
    read_at: datetime | None
    age: str
    waits: bool
    failure: str
    flags: tuple[str, ...]
    covers_until: date | None
    busy_hours: int


def init(app: Flask) -> None:
    """Add the sentences, the link on the profile, and the task of a calendar that fails."""
    say(app, words.PROBLEMS)
    offer_words(app, words.VERBS, words.FIELDS)
    offer_panel(app, "profile", _profile_panel)
    offer_tasks(app, _tasks)


@pages.get("/profile/calendars")
def calendars() -> Response:
    """Show one's own calendars, and how to give one."""
    return _page(AddressForm(formdata=None), ServerForm(formdata=None), FileForm(formdata=None))


@pages.post("/profile/calendars/address")
def add_calendar_address() -> Answered:
    """Let a published calendar be read."""
    form = AddressForm()
    secret = Secret(str(form.address.data or ""))
    if form.validate() and _added(form, secret, "address"):
        return _back()
    return _page(form, ServerForm(formdata=None), FileForm(formdata=None)), 422


@pages.post("/profile/calendars/server")
def add_calendar_server() -> Answered:
    """Let a calendar server be read."""
    form = ServerForm()
    secret = Secret(str(form.server.data or ""), str(form.user.data or ""), str(form.password.data or ""))
    if form.validate() and _added(form, secret, "server"):
        return _back()
    return _page(AddressForm(formdata=None), form, FileForm(formdata=None)), 422


@pages.post("/profile/calendars/file")
def add_calendar_file() -> Answered:
    """Take the busy times out of a file; the file itself is not kept."""
    form = FileForm()
    if form.validate() and _uploaded(form):
        return _back()
    return _page(AddressForm(formdata=None), ServerForm(formdata=None), form), 422


@pages.post("/profile/calendars/<int:calendar_id>/read")
def read_calendar(calendar_id: int) -> Response:
    """Let one of one's own calendars be read soon."""
    with here.work() as session:
        actions.read_soon(session, calendar_id, here.actor(), here.now())
    flash(_("The calendar is read within a minute."), "success")
    return _back()


@pages.post("/profile/calendars/<int:calendar_id>/remove")
def remove_calendar(calendar_id: int) -> Response:
    """Forget one of one's own calendars."""
    with here.work() as session:
        name = actions.remove(session, calendar_id, here.actor(), here.now())
    flash(_("The calendar %(name)s is removed, with all its busy times.", name=name), "success")
    return _back()


def _added(form: Form, secret: Secret, field: str) -> bool:
    """Keep the address; False with the reason beside the field."""
    try:
        with here.work() as session:
            key = here.runtime().config.secret
            actions.add_address(session, key, here.actor(), secret, here.now())
    except (Invalid, Conflict) as problem:
        form[field].errors = [sentence(problem.code, problem.facts)]
        return False
    flash(_("The calendar is added. It is read within a minute."), "success")
    return True


def _uploaded(form: FileForm) -> bool:
    sent = form.file.data
    now = here.now()
    try:
        content = sent.stream.read(MOST_BYTES + 1)
        busy, window = read_file(content, here.runtime().config.time_zone, now)
        with here.work() as session:
            actions.add_file(session, here.actor(), Upload(sent.filename or "", busy, window), now)
    except Unreadable as refused:
        form.file.errors = [str(words.FAILURES[refused.code])]
        return False
    except Conflict as problem:
        form.file.errors = [sentence(problem.code, problem.facts)]
        return False
    flash(_("The busy times of the file are taken over; the file itself is not kept."), "success")
    return True


def _page(address: AddressForm, server: ServerForm, file: FileForm) -> Response:
    with here.read() as session:
        shown = [_shown(one, here.now()) for one in _own(session, here.actor().person_id)]
        return _secret(
            make_response(
                render_template(
                    "dates/calendars.html",
                    calendars=shown,
                    waits=any(one.waits for one in shown),
                    address=address,
                    server=server,
                    file=file,
                )
            )
        )


def _back() -> Response:
    return redirect(url_for("dates.calendars"), 303)


def _secret(response: Response) -> Response:
    # Someone may have pasted an address into the address bar of this very page (rule 35).
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _own(session: Session, person_id: int | None) -> Iterable[BusyCalendar]:
    query = select(BusyCalendar).where(BusyCalendar.person_id == person_id).order_by(BusyCalendar.id)
    return session.scalars(query).all()


def _shown(calendar: BusyCalendar, now: datetime) -> Shown:
    is_file = calendar.kind is CalendarKind.FILE
    return Shown(
        id=calendar.id,
        name=calendar.name,
        kind=str(words.KINDS[calendar.kind]),
        is_file=is_file,
        read_at=calendar.read_at,
        age=ago(now - calendar.read_at) if calendar.read_at else "",
        waits=not is_file and calendar.tried_at is None,
        failure=str(words.FAILURES.get(calendar.failure, calendar.failure)),
        flags=tuple(_flag(one) for one in calendar.flags),
        covers_until=calendar.covers_until,
        busy_hours=_busy_hours(calendar.blocks, now),
    )


def _flag(flag: dict[str, str]) -> str:
    text = str(words.FLAGS.get(flag["code"], words.OTHER_FLAG))
    return text % {"detail": flag["detail"]} if "%(" in text else text


def _busy_hours(kept: bytes, now: datetime) -> int:
    """Count the busy hours from now to a quarter ahead."""
    begin, end = minute_before(now), minute_before(now + AHEAD)
    within = np.clip(unpacked(kept), begin, end)
    return round(int((within[:, 1] - within[:, 0]).sum()) / 60)


def _profile_panel(session: Session, person: Person) -> str:
    number = len(list(_own(session, person.id)))
    return render_template("dates/calendars_panel.html", number=number)


def _tasks(session: Session, by: Actor, now: datetime) -> Iterable[Task]:
    for one in _own(session, by.person_id):
        if one.kind is not CalendarKind.FILE and is_trouble(one.read_at, one.added_at, one.failures, now):
            yield Task(
                _("Your calendar %(name)s cannot be read", name=one.name),
                url_for("dates.calendars"),
                "warn",
                detail=str(words.FAILURES.get(one.failure, "")),
            )
        today = local_day(now, here.runtime().config.time_zone)
        if one.kind is CalendarKind.FILE and one.covers_until and one.covers_until < today + AHEAD:
            yield Task(
                _("Your calendar file %(name)s ends soon", name=one.name),
                url_for("dates.calendars"),
                due=one.covers_until,
                detail=_("Give a newer file, or better: an address."),
            )
