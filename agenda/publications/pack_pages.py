"""Pages of packs: everything of a meeting that one reader may read, as one file."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField

from agenda.core.database import get
from agenda.core.problems import Invalid, NotFound, Problem
from agenda.meetings.model import Meeting
from agenda.people.model import Person
from agenda.publications import packs, queries, words
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


def _managed(session: Session, meeting_id: int) -> Meeting:
    meeting = queries.meeting_with_papers(session, meeting_id)
    here.actor().must("manage_documents", meeting.body)
    here.actor().must("see_confidential", meeting.body)
    return meeting


def _page(session: Session, meeting: Meeting, problem: str | None = None) -> str:
    found = packs.newest_packs(session, meeting)
    people = {one.person_id: one.person for one in meeting.people if one.person_id is not None}
    people |= {paper.person_id: paper.person for paper in found.values() if paper.person_id and paper.person}
    now = here.now()
    return render_template(
        "publications/packs.html",
        meeting=meeting,
        rows=[
            (person, queries.shown_pack(session, found[number], now) if number in found else None)
            for number, person in sorted(people.items(), key=lambda one: one[1].name)
        ],
        invited={one.person_id for one in meeting.people},
        problem=problem,
        words=words,
    )
