"""Pages of the letterheads: how the letters of each municipality look, and where they go."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core import audit
from agenda.core.database import get
from agenda.core.problems import Changed, Invalid
from agenda.people.model import Organisation
from agenda.publications import letter_queries as queries
from agenda.publications import letter_words as words
from agenda.publications.blueprint import pages
from agenda.publications.letter_facts import letterhead_of
from agenda.publications.letter_forms import LetterheadForm
from agenda.publications.letterhead_actions import HEAD, must_set_letterhead, set_letterhead
from agenda.web import here
from agenda.web.shell import sentence

Differing = list[tuple[str, str | None, str | None]]


@pages.get("/council-letters/letterheads")
def letterheads() -> str:
    """List the municipalities with their letterheads, and what is missing on them."""
    by = here.actor()
    by.must("record")
    with here.read() as session:
        return render_template("publications/letterheads.html", rows=queries.municipalities_of(session, by))


@pages.get("/council-letters/letterheads/<int:organisation_id>")
def letterhead(organisation_id: int) -> str:
    """Show the letterhead of a municipality, to set it."""
    with here.read() as session:
        organisation = _organisation(session, organisation_id)
        head = letterhead_of(session, organisation.id)
        form = LetterheadForm(obj=head) if head is not None else LetterheadForm(formdata=None)
        return _page(session, organisation, form)


@pages.post("/council-letters/letterheads/<int:organisation_id>")
def keep_letterhead(organisation_id: int) -> str | Response | tuple[str, int]:
    """Set the letterhead of a municipality."""
    by, form = here.actor(), LetterheadForm()
    with here.read() as session:
        organisation = _organisation(session, organisation_id)
        if not form.validate():
            return _page(session, organisation, form), 422
    values = {name: form[name].data or "" for name in HEAD}
    try:
        with here.work() as session:
            organisation = _organisation(session, organisation_id)
            set_letterhead(session, organisation, values, form.seen_version(), by, here.now())
            name = organisation.name
    except Invalid as problem:
        with here.read() as session:
            form.reference_pattern.errors = [sentence(problem.code, problem.facts)]
            return _page(session, _organisation(session, organisation_id), form), problem.status
    except Changed:
        with here.read() as session:
            organisation = _organisation(session, organisation_id)
            head = letterhead_of(session, organisation.id)
            form.version.data = str(head.version) if head is not None else ""
            rows = [(str(form[one].label.text), values[one], getattr(head, one, "")) for one in HEAD]
            theirs = [row for row in rows if row[1] != row[2]]
            return _page(session, organisation, form, theirs), Changed.status
    flash(_("The letterhead of %(name)s is saved.", name=name), "success")
    return redirect(url_for("publications.letterheads"), 303)


def _organisation(session: Session, organisation_id: int) -> Organisation:
    organisation = get(session, Organisation, organisation_id)
    must_set_letterhead(session, organisation, here.actor())
    return organisation


def _page(
    session: Session, organisation: Organisation, form: LetterheadForm, theirs: Differing | None = None
) -> str:
    entries = [
        entry
        for entry in audit.history(session, "organisation", organisation.id)
        if entry.verb == "letterhead_set"
    ]
    return render_template(
        "publications/letterhead.html",
        organisation=organisation,
        form=form,
        theirs=theirs or [],
        history=words.history_lines(entries),
    )
