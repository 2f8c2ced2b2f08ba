"""The page on which an administrator brings in a file with people."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from agenda.people.forms import ImportForm
from agenda.people.frame import Answer, pages
from agenda.people.importing import COLUMNS, ImportFaults, import_file
from agenda.web import here


@pages.get("/people/import")
def bring_in() -> str:
    """Ask for a file."""
    here.actor().must("administer")
    return render_template("people/import.html", form=ImportForm(formdata=None), columns=COLUMNS, faults=())


@pages.post("/people/import")
def import_people() -> Answer:
    """Bring in the whole file, or nothing and tell every fault."""
    by, form = here.actor(), ImportForm()
    by.must("administer")
    if not form.validate():
        return render_template("people/import.html", form=form, columns=COLUMNS, faults=()), 422
    try:
        with here.work() as session:
            report = import_file(session, form.file.data.read(), by, here.now())
    except ImportFaults as error:
        return render_template("people/import.html", form=form, columns=COLUMNS, faults=error.faults), 422
    flash(
        _(
            "New or changed: people %(people)s, bodies %(bodies)s, memberships %(memberships)s.",
            people=report.people,
            bodies=report.bodies,
            memberships=report.memberships,
        ),
        "success",
    )
    return redirect(url_for("people.index"), 303)
