"""Pages about one person: what is kept (AVG article 15), and erasing (AVG article 17)."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from agenda.core import audit
from agenda.core.database import get
from agenda.core.problems import Changed, Conflict, Invalid
from agenda.people.model import Person
from agenda.retention import erased_people, erasing, words
from agenda.retention.blueprint import pages
from agenda.retention.erasing import Erased
from agenda.retention.forms import EraseForm
from agenda.retention.gathering import Gathered, gathered
from agenda.retention.table_words import TABLES
from agenda.web import here, shell
from agenda.web.csv_file import Cell, csv_answer

log = logging.getLogger(__name__)

Answer = str | BaseResponse | tuple[str, int]


def panel(_session: Session, person: Person) -> str | None:
    """Offer on a person's page what is kept about them, and erasing."""
    if not here.actor().may("administer"):
        return None
    return render_template("retention/_person.html", person=person)


@pages.get("/people/<int:person_id>/kept")
def kept(person_id: int) -> str:
    """Show what is kept about a person, by what it is."""
    here.actor().must("administer")
    with here.read() as session:
        person = get(session, Person, person_id)
        found = gathered(session, person)
        return render_template("retention/kept.html", person=person, found=found, tables=TABLES)


@pages.post("/people/<int:person_id>/kept.<any(json, csv):ending>")
def download(person_id: int, ending: str) -> BaseResponse:
    """Give all that is kept about a person as a file, and write down who took it."""
    by = here.actor()
    by.must("administer")
    with here.work() as session:
        person = get(session, Person, person_id)
        found = gathered(session, person)
        audit.record(session, by, here.now(), "downloaded_person", ("person", person.id))
    name = f"persoon-{person_id}.{ending}"
    if ending == "csv":
        heads = [_("What"), _("Number"), _("Field"), _("Value")]
        return csv_answer(name, heads, _cells(found))
    answer = Response(json.dumps(found, ensure_ascii=False, indent=1), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@pages.route("/people/<int:person_id>/erase", methods=["GET", "POST"])
def erase(person_id: int) -> Answer:
    """Show what erasing a person does, and do it once the name was typed over."""
    by, form = here.actor(), EraseForm()
    by.must("administer")
    if request.method != "POST":
        return _shown(person_id, form)
    if not form.validate():
        return _shown(person_id, form), 422
    _must_be_written_down()
    # The mails are read before the one transaction in which everything goes: others need not wait for that.
    with here.read() as session:
        person = get(session, Person, person_id)
        seen = erasing.look_at_mails(session, person)
    try:
        with here.work() as session:
            erased = erasing.erase(
                session,
                get(session, Person, person_id),
                form.typed.data or "",
                form.seen_version(),
                seen,
                here.runtime().config.time_zone,
                by,
                here.now(),
            )
    except Changed:
        flash(_("Somebody else changed this person in between. Look again."), "error")
        return redirect(url_for("retention.erase", person_id=person_id), 303)
    except Invalid as problem:
        form.typed.errors = [shell.sentence(problem.code, {})]
        return _shown(person_id, form), 422
    flash(_("The person has been erased. The history goes on with: %(role)s.", role=erased.role), "success")
    _write_down(erased)
    return redirect(url_for("people.person", person_id=person_id), 303)


def _must_be_written_down() -> None:
    """Raise Conflict where it could not be written down that somebody is erased: before anything is."""
    try:
        erased_people.must_take_lines(here.runtime().config.documents)
    except OSError as error:
        log.error("the book of the erased takes no lines: %s", error.strerror)
        raise Conflict("book_is_closed") from error


def _write_down(erased: Erased) -> None:
    """Write down outside the database that somebody was erased: a restored backup brings them back."""
    config = here.runtime().config
    line = erased_people.erasure_of(config.secret, erased.person_id, erased.addresses, erased.at)
    try:
        erased_people.write_down(config.documents, [line])
    except OSError as error:
        log.critical("erased, and not in the book: person %s: %s", erased.person_id, error.strerror)
        flash(
            _(
                "It could not be written into the register of erasures. Keep this number outside the "
                "product, to erase the person again after a restore: %(number)s.",
                number=erased.person_id,
            ),
            "error",
        )


@pages.post("/people/<int:person_id>/erase/calendar")
def end_calendar(person_id: int) -> BaseResponse:
    """Let what stands in a person's own calendar be taken out, or leave it there for good."""
    with here.work() as session:
        person = get(session, Person, person_id)
        leave = request.form.get("leave") == "yes"
        erasing.take_out_of_calendar(session, person, here.actor(), here.now(), leave=leave)
    flash(
        _("What stands in the calendar stays there.")
        if leave
        else _("The meetings are taken out of the calendar within minutes. Erase the person after that."),
        "success",
    )
    return redirect(url_for("retention.erase", person_id=person_id), 303)


def _shown(person_id: int, form: EraseForm) -> str:
    with here.read() as session:
        person = get(session, Person, person_id)
        if not form.version.data:
            form.version.data = str(person.version)
        found = erasing.preview(session, person, here.actor(), here.now())
        return render_template(
            "retention/erase.html", person=person, form=form, found=found, words=words, tables=TABLES
        )


def _cells(found: Gathered) -> Sequence[Sequence[Cell]]:
    return [
        (str(TABLES.get(table, table)), number, field, _cell(value))
        for table, rows in found.items()
        for number, row in enumerate(rows, 1)
        for field, value in row.items()
    ]


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
