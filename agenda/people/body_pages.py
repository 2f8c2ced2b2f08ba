"""Pages about bodies and organisations."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.database import get
from agenda.people import actions, screens, words
from agenda.people.forms import BodyForm, OrganisationForm
from agenda.people.frame import Answer, Difference, Editing, pages, today
from agenda.people.model import Body, Organisation
from agenda.people.queries import organisations
from agenda.people.rules import expiry
from agenda.people.turns import whose_turn
from agenda.web import here
from agenda.web.panels import next_step, panels


@pages.get("/bodies/<int:body_id>")
def body(body_id: int) -> str:
    """Show a body to everyone who belongs to it: seats, quorum, hosts, people."""
    by = here.actor()
    with here.read() as session:
        row = screens.body_for(session, body_id, by)
        colleges, others = screens.colleges(session, row, today())
        return render_template(
            "people/body.html",
            body=row,
            colleges=colleges,
            others=others,
            host=whose_turn(session, row),
            expiry=expiry(row.expires_on, today()),
            roles=words.ROLES,
            may_edit=by.may("administer"),
            history=words.lines(screens.history_of_body(session, row.id)),
            panels=panels("body", session, row),
        )


@pages.route("/bodies/new", methods=["GET", "POST"])
def create_body() -> Answer:
    """Add a standing consultation."""
    by, form = here.actor(), BodyForm()
    by.must("administer")
    with here.read() as session:
        form.seats.offer(organisations(session))

    def save(session: Session) -> str:
        row = actions.create_body(session, form.facts(), by, here.now())
        return next_step("body_created", session, row) or url_for("people.body", body_id=row.id)

    def show(session: Session, theirs: Sequence[Difference]) -> str:
        return render_template("people/body_form.html", form=form, body=None, theirs=theirs)

    return Editing(form, save, show).answer(_("The body has been added."))


@pages.route("/bodies/<int:body_id>/edit", methods=["GET", "POST"])
def edit_body(body_id: int) -> Answer:
    """Change a body, its seats and the order of its hosts."""
    by = here.actor()
    by.must("administer")

    def saved(session: Session) -> Body:
        return get(session, Body, body_id)

    with here.read() as session:
        form = BodyForm(obj=saved(session))
        form.seats.offer(organisations(session))

    def save(session: Session) -> str:
        actions.edit_body(session, body_id, form.facts(), form.seen_version(), by, here.now())
        return url_for("people.body", body_id=body_id)

    def show(session: Session, theirs: Sequence[Difference]) -> str:
        return render_template("people/body_form.html", form=form, body=saved(session), theirs=theirs)

    return Editing(form, save, show, saved).answer(_("The changes have been saved."))


@pages.route("/people/organisations/new", methods=["GET", "POST"])
def create_organisation() -> Answer:
    """Add a municipality, province or partner."""
    by, form = here.actor(), OrganisationForm()
    by.must("administer")

    def save(session: Session) -> str:
        actions.create_organisation(session, form.facts(), by, here.now())
        return url_for("people.index", _anchor="organisations")

    def show(session: Session, theirs: Sequence[Difference]) -> str:
        return render_template("people/organisation_form.html", form=form, organisation=None, theirs=theirs)

    return Editing(form, save, show).answer(_("The organisation has been added."))


@pages.route("/people/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
def edit_organisation(organisation_id: int) -> Answer:
    """Change an organisation."""
    by = here.actor()
    by.must("administer")

    def saved(session: Session) -> Organisation:
        return get(session, Organisation, organisation_id)

    with here.read() as session:
        form = OrganisationForm(obj=saved(session))

    def save(session: Session) -> str:
        actions.edit_organisation(session, organisation_id, form.facts(), form.seen_version(), by, here.now())
        return url_for("people.index", _anchor="organisations")

    def show(session: Session, theirs: Sequence[Difference]) -> str:
        return render_template(
            "people/organisation_form.html",
            form=form,
            organisation=saved(session),
            theirs=theirs,
            history=words.lines(audit.history(session, "organisation", organisation_id)),
        )

    return Editing(form, save, show, saved).answer(_("The changes have been saved."))
