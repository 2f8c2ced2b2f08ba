"""Pages about one person and their places."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from agenda.people import actions, screens, words
from agenda.people.forms import EndForm, MembershipForm, PersonForm
from agenda.people.frame import Answer, Difference, Editing, pages, today
from agenda.people.model import Membership, Person
from agenda.people.queries import bodies_for, organisations
from agenda.people.rules import is_active
from agenda.web import here
from agenda.web.panels import panels


@pages.get("/people/<int:person_id>")
def person(person_id: int) -> str:
    """Show a person with every place they have or had."""
    with here.read() as session:
        row = screens.person_for(session, person_id, here.actor())
        memberships = screens.memberships_of(session, row.id)
        return render_template(
            "people/person.html",
            person=row,
            memberships=[(one, is_active(one.since, one.until, today())) for one in memberships],
            today=today(),
            roles=words.ROLES,
            languages=words.LANGUAGES,
            history=words.lines(screens.history_of_person(session, row.id)),
            panels=panels("person", session, row),
        )


@pages.route("/people/new", methods=["GET", "POST"])
def create_person() -> Answer:
    """Add a person."""
    by, form = here.actor(), PersonForm()
    by.must("administer")

    def save(session: Session) -> str:
        made = actions.create_person(session, form.facts(), by, here.now())
        return url_for("people.person", person_id=made.id)

    def show(session: Session, theirs: Sequence[Difference]) -> str:
        return render_template("people/person_form.html", form=form, person=None, theirs=theirs)

    return Editing(form, save, show).answer(_("The person has been added."))


@pages.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
def edit_person(person_id: int) -> Answer:
    """Change a person."""
    by = here.actor()

    def saved(session: Session) -> Person:
        return screens.person_for(session, person_id, by)

    with here.read() as session:
        form = PersonForm(obj=saved(session))

    def save(session: Session) -> str:
        actions.edit_person(session, person_id, form.facts(), form.seen_version(), by, here.now())
        return url_for("people.person", person_id=person_id)

    def show(session: Session, theirs: Sequence[Difference]) -> str:
        return render_template("people/person_form.html", form=form, person=saved(session), theirs=theirs)

    return Editing(form, save, show, saved).answer(_("The changes have been saved."))


@pages.route("/people/<int:person_id>/memberships/new", methods=["GET", "POST"])
def add_membership(person_id: int) -> Answer:
    """Give a person a place in a body."""
    by = here.actor()
    form = MembershipForm()
    with here.read() as session:
        _offer(session, form)

    def save(session: Session) -> str:
        actions.add_membership(session, person_id, form.facts(), by, here.now())
        return url_for("people.person", person_id=person_id)

    def show(session: Session, theirs: Sequence[Difference]) -> str:
        row = screens.person_for(session, person_id, by)
        return render_template(
            "people/membership_form.html", form=form, person=row, edits=False, theirs=theirs
        )

    return Editing(form, save, show).answer(_("The membership has been added."))


@pages.route("/people/memberships/<int:membership_id>/edit", methods=["GET", "POST"])
def edit_membership(membership_id: int) -> Answer:
    """Correct a membership."""
    by = here.actor()

    def saved(session: Session) -> Membership:
        return screens.membership_for(session, membership_id, by)

    with here.read() as session:
        row = saved(session)
        person_id = row.person_id
        form = MembershipForm(obj=row)
        _offer(session, form)

    def save(session: Session) -> str:
        actions.edit_membership(session, membership_id, form.facts(), form.seen_version(), by, here.now())
        return url_for("people.person", person_id=person_id)

    def show(session: Session, theirs: Sequence[Difference]) -> str:
        owner = screens.person_for(session, person_id, by)
        return render_template(
            "people/membership_form.html", form=form, person=owner, edits=True, theirs=theirs
        )

    return Editing(form, save, show, saved).answer(_("The changes have been saved."))


@pages.route("/people/memberships/<int:membership_id>/end", methods=["GET", "POST"])
def end_membership(membership_id: int) -> Answer:
    """Let a membership end; its history stays."""
    by = here.actor()

    def saved(session: Session) -> Membership:
        return screens.membership_for(session, membership_id, by)

    with here.read() as session:
        row = saved(session)
        person_id = row.person_id
        form = EndForm(until=row.until or today(), version=row.version)

    def save(session: Session) -> str:
        last_day = form.until.data or today()
        actions.end_membership(session, membership_id, last_day, form.seen_version(), by, here.now())
        return url_for("people.person", person_id=person_id)

    def show(session: Session, theirs: Sequence[Difference]) -> str:
        return render_template(
            "people/end_membership.html",
            form=form,
            membership=saved(session),
            roles=words.ROLES,
            theirs=theirs,
        )

    return Editing(form, save, show, saved).answer(_("The membership ends; its history stays."))


def _offer(session: Session, form: MembershipForm) -> None:
    form.offer(bodies_for(session, None), organisations(session))
