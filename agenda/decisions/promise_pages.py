"""What the councils were promised: the list, a new promise, keeping one and moving its day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core import audit
from agenda.core.database import get
from agenda.core.problems import Invalid
from agenda.decisions import history, promise_panels, promise_words
from agenda.decisions import promise_actions as actions
from agenda.decisions import promise_queries as queries
from agenda.decisions.blueprint import pages
from agenda.decisions.lists import (
    Answer,
    Theirs,
    body_recorded,
    body_seen,
    change,
    item_recorded,
    meeting_cells,
    today_of,
)
from agenda.decisions.model import Commitment
from agenda.decisions.promise_forms import CommitmentForm, KeptForm, MoveForm, WordsForm
from agenda.decisions.promise_queries import Asked, commitment_for
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.sight import item_title
from agenda.people.model import Body, Organisation
from agenda.web import here
from agenda.web.csv_file import csv_answer
from agenda.web.forms import Form, key
from agenda.web.panels import offer_words
from agenda.web.shell import say

WARN = timedelta(days=14)


@dataclass
class Shown:
    """The forms of the page as they are shown: new ones, but for the one that was sent and refused."""

    words: WordsForm | None = None
    kept: KeptForm | None = None
    moved: MoveForm | None = None
    # What someone else saved meanwhile.
    theirs: Theirs = ()


def offer(app: Flask) -> None:
    """Offer the promises on other pages, and those that come near on the start page."""
    promise_panels.offer(app)
    offer_words(app, promise_words.VERBS, promise_words.FIELDS)
    say(app, promise_words.PROBLEMS)


@pages.get("/bodies/<int:body_id>/commitments")
def commitments(body_id: int) -> str:
    """List what the councils were promised."""
    with here.read() as session:
        return _list_page(session, body_seen(session, body_id), None)


@pages.get("/bodies/<int:body_id>/commitments.csv")
def commitments_csv(body_id: int) -> Response:
    """Give the promises that are asked for as a file for a spreadsheet."""
    with here.read() as session:
        body = body_seen(session, body_id)
        found = queries.commitments_of(session, body, here.actor(), _asked(), today_of(body))
        rows = [
            (
                one.text,
                one.organisation.name if one.organisation else _("All councils"),
                *meeting_cells(one.meeting),
                item_title(one.item, body, here.actor()) if one.item else "",
                one.moves[0].moved_from if one.moves else one.promised_on,
                one.promised_on,
                one.kept_on,
                one.kept_how,
            )
            for one in found
        ]
    heads = (
        _("What was promised"),
        _("To which council"),
        _("Meeting"),
        _("Day of the meeting"),
        _("Agenda item"),
        _("First promised by"),
        _("Promised by"),
        _("Kept on"),
        _("How"),
    )
    return csv_answer(_("promises-%(body)d.csv", body=body_id), heads, rows)


@pages.post("/bodies/<int:body_id>/commitments")
def promise(body_id: int) -> Answer:
    """Write down a promise."""
    form = CommitmentForm()
    with here.read() as session:
        body = body_recorded(session, body_id)
        form.fill(body, queries.meetings_to_name(session, body, here.now()))
        if not form.validate_on_submit():
            return _list_page(session, body, form), Invalid.status
    with here.work() as session:
        meeting = get(session, Meeting, form.meeting.data) if form.meeting.data else None
        _promise(session, body_recorded(session, body_id), form, meeting, None)
    flash(_("The promise is recorded, and its reminders are set."), "success")
    return redirect(url_for("decisions.commitments", body_id=body_id), 303)


@pages.post("/meetings/<int:meeting_id>/items/<int:item_id>/commitments")
def promise_on_item(meeting_id: int, item_id: int) -> Answer:
    """Write down what was promised when an item was treated."""
    form = CommitmentForm(prefix=f"promise{item_id}")
    with here.read() as session:
        item = item_recorded(session, meeting_id, item_id)
        body = item.meeting.body
        form.fill(body, None)
        if not form.validate_on_submit():
            return _list_page(session, body, form, item), Invalid.status
    with here.work() as session:
        item = item_recorded(session, meeting_id, item_id)
        _promise(session, item.meeting.body, form, item.meeting, item)
    flash(_("The promise is recorded, and its reminders are set."), "success")
    there = url_for("decisions.outcomes", meeting_id=meeting_id, _anchor=f"item-{item_id}")
    return redirect(here.own_path(request.form.get("back"), there), 303)


@pages.get("/commitments/<int:commitment_id>")
def commitment(commitment_id: int) -> str:
    """Show one promise: its days, how it was kept, and its history."""
    with here.read() as session:
        return _page(session, commitment_for(session, commitment_id, here.actor()), Shown())


@pages.post("/commitments/<int:commitment_id>")
def reword(commitment_id: int) -> Answer:
    """Put a promise in other words."""
    form = WordsForm(prefix="words")
    with here.read() as session:
        found = commitment_for(session, commitment_id, here.actor())
        here.actor().must("record", found.body)
        form.offer_councils(found.body, found.organisation)

    def act(session: Session, found: Commitment) -> None:
        council = get(session, Organisation, form.council.data) if form.council.data else None
        text, seen = form.text.data or "", form.seen_version()
        actions.reword(session, found, text, council, seen, here.actor(), here.now())

    def theirs(found: Commitment) -> Theirs:
        to = found.organisation_id
        return (
            (form.text.label.text, form.text.data, found.text),
            (form.council.label.text, form.councils.get(form.council.data), form.councils.get(to)),
        )

    told = _("The promise reads differently now; the history keeps its earlier words.")
    return _change(commitment_id, form, act, told, Shown(words=form), theirs)


@pages.post("/commitments/<int:commitment_id>/keep")
def keep(commitment_id: int) -> Answer:
    """Mark a promise as kept."""
    form = KeptForm()

    def act(session: Session, found: Commitment) -> None:
        day, how = form.kept_on.data, form.how.data or ""
        actions.keep(session, found, form.seen_version(), here.actor(), here.now(), how=how, on=day)

    return _change(commitment_id, form, act, _("Marked as kept."), Shown(kept=form))


@pages.post("/commitments/<int:commitment_id>/move")
def move(commitment_id: int) -> Answer:
    """Promise another day."""
    form = MoveForm()

    def act(session: Session, found: Commitment) -> None:
        day, why = form.moved_to.data or found.promised_on, form.why.data or ""
        actions.move(session, found, day, why, form.seen_version(), here.actor(), here.now())

    return _change(
        commitment_id, form, act, _("The day is moved; the earlier one stays visible."), Shown(moved=form)
    )


@pages.post("/commitments/<int:commitment_id>/reopen")
def reopen(commitment_id: int) -> Answer:
    """Undo marking a promise as kept."""
    form = Form()

    def act(session: Session, found: Commitment) -> None:
        actions.reopen(session, found, form.seen_version(), here.actor(), here.now())

    return _change(commitment_id, form, act, _("This promise is open again."), Shown(), asks=False)


def _change(
    commitment_id: int,
    form: Form,
    act: Callable[[Session, Commitment], None],
    done: str,
    shown: Shown,
    theirs: Callable[[Commitment], Theirs] | None = None,
    *,
    asks: bool = True,
) -> Answer:
    def load(session: Session) -> Commitment:
        found = commitment_for(session, commitment_id, here.actor())
        here.actor().must("record", found.body)
        return found

    def page(session: Session, found: Commitment, rows: Theirs) -> str:
        shown.theirs = rows
        return _page(session, found, shown)

    there = url_for("decisions.commitment", commitment_id=commitment_id)
    return change(form, load, act, page, done, there, theirs=theirs, asks=asks)


def _promise(
    session: Session, body: Body, form: CommitmentForm, meeting: Meeting | None, item: AgendaItem | None
) -> None:
    council = get(session, Organisation, form.council.data) if form.council.data else None
    day = form.promised_on.data or today_of(body)
    actions.promise(
        session,
        body,
        form.text.data or "",
        day,
        meeting,
        here.actor(),
        here.now(),
        item=item,
        council=council,
    )


def _asked() -> Asked:
    state = request.args.get("state", "")
    council = request.args.get("council", type=key)
    return Asked(state if state in promise_words.ASKED else "", council)


def _list_page(
    session: Session, body: Body, form: CommitmentForm | None, item: AgendaItem | None = None
) -> str:
    may_record = here.actor().may("record", body)
    if form is None and may_record:
        form = CommitmentForm(formdata=None)
        form.fill(body, queries.meetings_to_name(session, body, here.now()))
    asked = _asked()
    return render_template(
        "decisions/commitments.html",
        body=body,
        form=form,
        item=item,
        commitments=queries.commitments_of(session, body, here.actor(), asked, today_of(body)),
        asked=asked,
        councils=[(seat.organisation_id, seat.organisation.name) for seat in body.seats],
        words=promise_words,
        may_record=may_record,
        today=today_of(body),
        warn=WARN,
    )


def _page(session: Session, found: Commitment, shown: Shown) -> str:
    body, by = found.body, here.actor()
    entries = audit.history(session, "commitment", found.id)
    today = today_of(body)
    words = shown.words
    if words is None:
        words = WordsForm(
            formdata=None,
            prefix="words",
            text=found.text,
            council=found.organisation_id,
            version=found.version,
        )
        words.offer_councils(body, found.organisation)
    return render_template(
        "decisions/commitment.html",
        commitment=found,
        body=body,
        item_title=item_title(found.item, body, by) if found.item else None,
        may_record=by.may("record", body),
        words=words,
        kept=shown.kept or KeptForm(formdata=None, kept_on=today, version=found.version),
        moved=shown.moved or MoveForm(formdata=None, version=found.version),
        shown=shown,
        today=today,
        warn=WARN,
        history=history.lines_of(entries),
    )
