"""The secretary's side of an open poll: following the answers, changing it, choosing."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.database import get
from agenda.core.problems import Invalid, NotFound, Problem
from agenda.dates import poll_actions as actions
from agenda.dates import poll_queries as queries
from agenda.dates import poll_words as words
from agenda.dates.blueprint import pages
from agenda.dates.model import Choice, DatePoll, Voter
from agenda.dates.poll_answers import vote_for
from agenda.dates.poll_ballot import ballot_of
from agenda.dates.poll_forms import (
    DeadlineForm,
    MomentForm,
    WithdrawForm,
    moment_in,
)
from agenda.dates.poll_grid import grid_of
from agenda.dates.poll_panels import poll_panel, tasks, vote_panel
from agenda.dates.poll_telling import remind as remind_voter
from agenda.meetings.model import Attendee, Meeting
from agenda.meetings.rules import AHEAD, state_of
from agenda.web import here
from agenda.web.forms import key
from agenda.web.panels import offer_panel, offer_tasks, offer_words
from agenda.web.shell import say, sentence


def offer(app: Flask) -> None:
    """Offer the panels, the tasks and the words."""
    say(app, words.PROBLEMS)
    offer_panel(app, "meeting_first", vote_panel)
    offer_panel(app, "meeting", poll_panel, order=5)
    offer_tasks(app, tasks)
    offer_words(app, words.VERBS, words.FIELDS)


@pages.get("/meetings/<int:meeting_id>/poll")
def poll(meeting_id: int) -> str:
    """Show who said what, and which moment suits best."""
    with here.read() as session:
        to_plan(session, meeting_id)
        return _grid_page(session, _latest(session, meeting_id), DeadlineForm(formdata=None))


@pages.post("/meetings/<int:meeting_id>/poll/deadline")
def change_poll_deadline(meeting_id: int) -> Response:
    """Give people until another moment."""
    form = DeadlineForm()

    def change(session: Session, found: DatePoll) -> None:
        until = moment_in(form.until_day, form.until_hour, found.meeting.time_zone)
        if not form.validate() or until is None:
            raise Invalid("poll_deadline_passed")
        actions.change_deadline(session, found, until, here.actor(), here.now())

    return _do(meeting_id, change, _("The deadline is changed. Everyone who was asked hears of it."))


@pages.post("/meetings/<int:meeting_id>/poll/moments")
def add_poll_moment(meeting_id: int) -> Response:
    """Ask about one more moment."""
    form = MomentForm()

    def add(session: Session, found: DatePoll) -> None:
        moment = moment_in(form.day, form.hour, found.meeting.time_zone)
        if not form.validate() or moment is None:
            raise Invalid("poll_no_moments")
        actions.add_moment(session, found, moment, here.actor(), here.now())

    return _do(meeting_id, add, _("The moment is added. Everyone who was asked hears of it."))


@pages.post("/meetings/<int:meeting_id>/poll/moments/<int:slot_id>/drop")
def drop_poll_moment(meeting_id: int, slot_id: int) -> Response:
    """Take a moment out of the poll."""
    return _do(
        meeting_id,
        lambda session, found: actions.drop_moment(session, found, slot_id, here.actor(), here.now()),
        _("The moment is taken out. Everyone who was asked hears of it."),
    )


@pages.post("/meetings/<int:meeting_id>/poll/voters")
def add_poll_voter(meeting_id: int) -> Response:
    """Ask one more attendee."""
    chosen = request.form.get("attendee", 0, type=key)

    def add(session: Session, found: DatePoll) -> None:
        attendee = get(session, Attendee, chosen)
        actions.add_voter(session, here.runtime().config, found, attendee, here.actor(), here.now())

    return _do(meeting_id, add, _("One more person is asked. The letter leaves now."))


@pages.post("/meetings/<int:meeting_id>/poll/voters/<int:voter_id>/<any(remove, remind):verb>")
def change_poll_voter(meeting_id: int, voter_id: int, verb: str) -> Response:
    """Ask someone no longer, or remind them once more."""

    def change(session: Session, found: DatePoll) -> None:
        voter = _voter(found, voter_id)
        if verb == "remove":
            actions.remove_voter(session, voter, here.actor(), here.now())
        else:
            remind_voter(session, here.runtime().config, voter, here.actor(), here.now())

    removed = _("This person is asked no longer, and hears so.")
    return _do(meeting_id, change, removed if verb == "remove" else _("The reminder leaves now."))


@pages.get("/meetings/<int:meeting_id>/poll/voters/<int:voter_id>")
def poll_voter(meeting_id: int, voter_id: int) -> str:
    """Show the answers of one voter, to fill in for who phoned."""
    with here.read() as session:
        to_plan(session, meeting_id)
        voter = _voter(_latest(session, meeting_id), voter_id)
        shown = ballot_of(session, voter, here.now())
        return render_template("dates/poll_voter.html", meeting=voter.poll.meeting, ballot=shown, words=words)


@pages.post("/meetings/<int:meeting_id>/poll/voters/<int:voter_id>")
def answer_for_voter(meeting_id: int, voter_id: int) -> Response:
    """Keep what someone said by telephone."""

    def answer(session: Session, found: DatePoll) -> None:
        choices = {slot.id: _choice(request.form.get(f"slot{slot.id}")) for slot in found.slots}
        vote_for(session, _voter(found, voter_id), choices, here.actor(), here.now())

    return _do(meeting_id, answer, _("The answers are kept, with your name in the history."))


@pages.get("/meetings/<int:meeting_id>/poll/withdraw")
def withdrawing(meeting_id: int) -> str:
    """Ask why the poll is withdrawn."""
    with here.read() as session:
        to_plan(session, meeting_id)
        return _withdraw_page(session, _latest(session, meeting_id), WithdrawForm())


@pages.post("/meetings/<int:meeting_id>/poll/withdraw")
def withdraw_poll(meeting_id: int) -> Response | tuple[str, int]:
    """Close the poll without a choice."""
    form = WithdrawForm()
    if not form.validate_on_submit():
        with here.read() as session:
            to_plan(session, meeting_id)
            return _withdraw_page(session, _latest(session, meeting_id), form), 422
    return _do(
        meeting_id,
        lambda session, found: actions.withdraw(
            session, found, form.why.data or "", here.actor(), here.now()
        ),
        _("The poll is withdrawn. Everyone who was asked reads the reason."),
    )


@pages.get("/meetings/<int:meeting_id>/poll/moments/<int:slot_id>/choose")
def choosing(meeting_id: int, slot_id: int) -> str:
    """Say what leaves when this moment is chosen."""
    with here.read() as session:
        meeting = to_plan(session, meeting_id)
        grid = grid_of(session, _latest(session, meeting_id), here.now())
        return render_template(
            "dates/poll_choose.html",
            meeting=meeting,
            grid=grid,
            column=grid.column(slot_id),
            invited=len(meeting.people),
            words=words,
        )


@pages.post("/meetings/<int:meeting_id>/poll/moments/<int:slot_id>/choose")
def choose_moment(meeting_id: int, slot_id: int) -> Response:
    """Date the meeting by this moment and close the poll; of two secretaries the second changes nothing."""
    send = request.form.get("do") != "date"
    seen = DeadlineForm().seen_version()
    try:
        with here.work() as session:
            to_plan(session, meeting_id)
            found = actions.locked(session, _latest(session, meeting_id).id)
            actions.choose(session, found, slot_id, here.actor(), here.now(), send=send, version=seen)
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        flash(sentence(problem.code, problem.facts), "error")
        if problem.code == "venue_missing":
            return redirect(url_for("dates.choosing", meeting_id=meeting_id, slot_id=slot_id), 303)
        return to_grid(meeting_id)
    flash(
        _("The meeting has its date. The invitations leave now.")
        if send
        else _("The meeting has its date. Nobody is invited yet."),
        "success",
    )
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


def _do(meeting_id: int, change: Callable[[Session, DatePoll], None], told: str) -> Response:
    """Change the poll of a meeting and go back to it, with what was done or why it was not."""
    try:
        with here.work() as session:
            to_plan(session, meeting_id)
            change(session, actions.locked(session, _latest(session, meeting_id).id))
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        flash(sentence(problem.code, problem.facts), "error")
    else:
        flash(told, "success")
    return to_grid(meeting_id)


def to_grid(meeting_id: int) -> Response:
    return redirect(url_for("dates.poll", meeting_id=meeting_id), 303)


def to_plan(session: Session, meeting_id: int) -> Meeting:
    meeting = get(session, Meeting, meeting_id)
    here.actor().must("plan", meeting.body)
    return meeting


def _latest(session: Session, meeting_id: int) -> DatePoll:
    found = queries.latest_poll(session, meeting_id)
    if found is None:
        raise NotFound("not_found")
    return found


def _voter(found: DatePoll, voter_id: int) -> Voter:
    for voter in found.voters:
        if voter.id == voter_id:
            return voter
    raise NotFound("not_found")


def _choice(text: str | None) -> Choice | None:
    return Choice(text) if text in set(Choice) else None


def _grid_page(session: Session, found: DatePoll, form: DeadlineForm) -> str:
    zone = found.meeting.time_zone
    until = found.deadline.astimezone(ZoneInfo(zone))
    form.until_day.data, form.until_hour.data = until.date(), until.time()
    grid = grid_of(session, found, here.now())
    asked = {voter.person_id for voter in found.voters if voter.removed_at is None}
    return render_template(
        "dates/poll.html",
        meeting=found.meeting,
        poll=found,
        grid=grid,
        deadline_form=form,
        moment_form=MomentForm(formdata=None),
        others=[one for one in queries.invited(session, found.meeting_id) if one.person_id not in asked],
        can_open=state_of(found.meeting, here.now()) in AHEAD,
        words=words,
        now=here.now(),
    )


def _withdraw_page(session: Session, found: DatePoll, form: WithdrawForm) -> str:
    grid = grid_of(session, found, here.now())
    return render_template("dates/poll_withdraw.html", meeting=found.meeting, grid=grid, form=form)
