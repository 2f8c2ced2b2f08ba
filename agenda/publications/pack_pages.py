"""Pages of packs: everything of a meeting that one reader may read, as one file."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField

from agenda.core.database import get
from agenda.core.problems import Conflict, Invalid, NotFound, Problem
from agenda.meetings.model import Meeting
from agenda.people.model import Person
from agenda.publications import packs, packs_for_all, queries, words
from agenda.publications.blueprint import pages
from agenda.publications.papers import LANGUAGES
from agenda.web import here
from agenda.web.forms import Form, options, row_number
from agenda.web.language import language
from agenda.web.shell import sentence


class PackForm(Form):
    """For whom a pack is made; for oneself where nobody is named."""

    person = SelectField(coerce=row_number, validate_choice=False)
    language = SelectField(choices=options([(code, "") for code in LANGUAGES]), validate_choice=False)


@pages.post("/meetings/<int:meeting_id>/packs")
def ask_for_pack(meeting_id: int) -> Response | tuple[str, int]:
    """Ask for the pack of a reader; the worker makes it."""
    form, by = PackForm(), here.actor()
    person_id = form.person.data or by.person_id
    try:
        with here.work() as session:
            meeting = queries.meeting_with_papers(session, meeting_id)
            if not packs.may_ask(meeting, by):
                raise NotFound("not_found")
            if not form.validate():
                raise Invalid("not_an_attendee")
            person = get(session, Person, person_id or 0)
            chosen = form.language.data or (language() if person.id == by.person_id else person.language)
            made = packs.ask_for_pack(session, meeting, person, chosen, by, here.now())
            address = url_for("publications.paper", outgoing_id=made.id)
    except Problem as problem:
        if problem.status not in {409, 422} or not by.may("manage_documents"):
            raise
        with here.read() as session:
            meeting = _managed(session, meeting_id)
            return _page(session, meeting, sentence(problem.code, problem.facts)), problem.status
    return redirect(address, 303)


@pages.get("/meetings/<int:meeting_id>/packs")
def packs_of_readers(meeting_id: int) -> str:
    """Show for whom a pack was made, and who can have one."""
    with here.read() as session:
        return _page(session, _managed(session, meeting_id))


@pages.post("/meetings/<int:meeting_id>/packs/all")
def ask_for_all_packs(meeting_id: int) -> Response | tuple[str, int]:
    """Ask for a pack for each reader who lacks one as things stand."""
    try:
        with here.work() as session:
            packs_for_all.ask_for_all(session, _managed(session, meeting_id), here.actor(), here.now())
    except Conflict as problem:
        with here.read() as session:
            meeting = _managed(session, meeting_id)
            return _page(session, meeting, sentence(problem.code, problem.facts)), problem.status
    return redirect(url_for("publications.packs_of_readers", meeting_id=meeting_id), 303)


@pages.post("/meetings/<int:meeting_id>/packs/stop")
def stop_packs(meeting_id: int) -> Response:
    """Give up the packs that are still to be made for others."""
    with here.work() as session:
        packs_for_all.stop_all(session, _managed(session, meeting_id), here.actor(), here.now())
    flash(_("Stopped. What was made stays."), "success")
    return redirect(url_for("publications.packs_of_readers", meeting_id=meeting_id), 303)


def _managed(session: Session, meeting_id: int) -> Meeting:
    meeting = queries.meeting_with_papers(session, meeting_id)
    here.actor().must("manage_documents", meeting.body)
    here.actor().must("see_confidential", meeting.body)
    return meeting


def _page(session: Session, meeting: Meeting, problem: str | None = None) -> str:
    readers = packs_for_all.readers_of(session, meeting, here.now())
    return render_template(
        "publications/packs.html",
        meeting=meeting,
        readers=readers,
        lacking=min(sum(one.lacks_it for one in readers), packs_for_all.MOST_AT_ONCE),
        problem=problem,
        words=words,
    )
