"""Pages on which a council letter leaves: each copy as it is read, as PDF and Word, and sending them all."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.clock import local_day
from agenda.core.problems import Changed, Conflict, Invalid, Problem
from agenda.publications import letter_pdfs as pdfs
from agenda.publications import letter_queries as queries
from agenda.publications import letter_sending as sending
from agenda.publications import letter_words as words
from agenda.publications.blueprint import pages
from agenda.publications.letter_facts import differs_by_now
from agenda.publications.letter_forms import PdfsForm, SendForm
from agenda.publications.letter_model import CouncilLetter, LetterState, Way
from agenda.publications.letter_printing import WORD, as_word, file_name, printed_letter
from agenda.publications.paper_files import PDF
from agenda.web import here
from agenda.web.forms import Form, options
from agenda.web.shell import sentence

Answered = str | Response | tuple[str, int]


@pages.get("/council-letters/copies/<int:copy_id>")
def letter_copy(copy_id: int) -> str:
    """Show one copy as its council reads it."""
    with here.read() as session:
        copy = queries.copy_for(session, copy_id, here.actor())
        printed = printed_letter(session, copy.letter)[copy.id]
        copies = [
            (one.id, one.organisation.name, url_for("publications.letter_copy", copy_id=one.id), None)
            for one in copy.letter.copies
        ]
        ready = copy.id in pdfs.pdfs_of(session, copy.letter).there
        return render_template(
            "publications/letter_copy.html", copy=copy, letter=printed, copies=copies, ready=ready
        )


@pages.get("/council-letters/copies/<int:copy_id>.<any(pdf, docx):kind>")
def letter_file(copy_id: int, kind: str) -> Response:
    """Give one copy as PDF, or as a Word file that can still be edited."""
    with here.read() as session:
        copy = queries.copy_for(session, copy_id, here.actor())
        printed = printed_letter(session, copy.letter)[copy.id]
        if kind == "docx":
            return _file(as_word(printed), WORD, file_name(printed, kind))
        path = pdfs.file_of(session, here.runtime().config, copy)
    return _file(path.read_bytes(), PDF, file_name(printed, kind))


@pages.get("/council-letters/<int:letter_id>.zip")
def letter_files(letter_id: int) -> Response:
    """Give all copies at once, each as PDF and as Word."""
    by, now = here.actor(), here.now()
    with here.read() as session:
        letter = queries.letter_for(session, letter_id, by)
        zone = letter.body.time_zone
        printed = printed_letter(session, letter)
        files = pdfs.files_of(session, here.runtime().config, letter)
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for key, one in printed.items():
            archive.writestr(_entry(file_name(one, "pdf"), now, zone), files[key].read_bytes())
            archive.writestr(_entry(file_name(one, "docx"), now, zone), as_word(one))
    stem = file_name(next(iter(printed.values())), "zip").split("-")[0]
    return _file(made.getvalue(), "application/zip", f"{stem}-{letter_id}.zip")


@pages.post("/council-letters/<int:letter_id>/pdfs")
def make_letter_pdfs(letter_id: int) -> Response:
    """Ask for the PDFs of a letter that are not there as it reads now; the worker makes them."""
    by, form = here.actor(), PdfsForm()
    with here.work() as session:
        letter = queries.letter_for(session, letter_id, by)
        pdfs.ask_for_pdfs(session, letter, by, here.now())
    page = "send_letters_form" if form.sending.data else "council_letter"
    return redirect(url_for(f"publications.{page}", letter_id=letter_id, _anchor="pdfs"), 303)


@pages.get("/council-letters/<int:letter_id>/send")
def send_letters_form(letter_id: int) -> str:
    """Show to whom the letters go, before they leave."""
    by = here.actor()
    with here.read() as session:
        letter = queries.letter_for(session, letter_id, by)
        sending.must_be_sendable(session, letter, by)
        today = local_day(here.now(), letter.body.time_zone)
        form = SendForm(formdata=None, way=Way.MAIL.value, sent_on=today, version=letter.version)
        return _send_page(session, letter, form)


@pages.post("/council-letters/<int:letter_id>/send")
def send_letters(letter_id: int) -> Answered:
    """Send the letters to all councils, or mark them as sent in another way."""
    by, now, form = here.actor(), here.now(), SendForm()
    with here.read() as session:
        letter = queries.letter_for(session, letter_id, by)
        sending.must_be_sendable(session, letter, by)
        if not _offer(session, letter, form).validate():
            return _send_page(session, letter, form), 422
    try:
        _leave(letter_id, form, now)
    except (Conflict, Invalid) as problem:
        with here.work() as session:
            letter = queries.letter_for(session, letter_id, by)
            if letter.state is not LetterState.AGREED:
                raise
            if problem.code == "council_letter_pdfs_missing":
                pdfs.ask_for_pdfs(session, letter, by, now)
            _refuse(form, letter, problem)
            return _send_page(session, letter, form), problem.status
    by_mail = form.way.data == Way.MAIL.value
    flash(_("The letters are on their way.") if by_mail else _("Marked as sent."), "success")
    return redirect(url_for("publications.council_letter", letter_id=letter_id), 303)


@pages.post("/council-letters/<int:letter_id>/take-back")
def take_letters_back(letter_id: int) -> Response:
    """Undo that a letter was marked as sent in another way."""
    by = here.actor()
    with here.work() as session:
        letter = queries.letter_for(session, letter_id, by)
        sending.take_back(session, letter, Form().seen_version(), by, here.now())
    flash(_("The letter is no longer marked as sent."), "success")
    return redirect(url_for("publications.council_letter", letter_id=letter_id), 303)


def _leave(letter_id: int, form: SendForm, now: datetime) -> None:
    by, kept, seen = here.actor(), form.kept.data or (), form.seen_version()
    with here.work() as session:
        letter = queries.letter_for(session, letter_id, by)
        if form.way.data == Way.MAIL.value:
            sending.send(session, here.runtime().config, letter, kept, seen, by, now)
        elif form.sent_on.data is not None:
            sending.mark_sent(session, letter, form.sent_on.data, kept, seen, by, now)


def _refuse(form: SendForm, letter: CouncilLetter, problem: Problem) -> None:
    """Say a refusal at its field; after someone else was first, the next press is made with open eyes."""
    if isinstance(problem, Changed):
        form.version.data = str(letter.version)
        form.form_errors.append(
            _("Something on the letters changed in the meantime. Nothing was sent: look at them once more.")
        )
        return
    if problem.code == "council_letter_pdfs_missing":
        form.form_errors.append(
            _("Nothing was sent yet: the PDFs are being made. Let the letters leave once all are there.")
        )
        return
    text = sentence(problem.code, problem.facts)
    name = problem.facts.get("field")
    if name in form:
        form[name].errors = [*form[name].errors, text]
    else:
        form.form_errors.append(text)


def _offer(session: Session, letter: CouncilLetter, form: SendForm) -> SendForm:
    form.kept.choices = options((one.id, one.text) for one in queries.open_promises(session, letter))
    return form


def _send_page(session: Session, letter: CouncilLetter, form: SendForm) -> str:
    _offer(session, letter, form)
    return render_template(
        "publications/letter_send.html",
        letter=letter,
        form=form,
        pdfs=pdfs.pdfs_of(session, letter),
        mailboxes={copy.id: sending.mailbox_of(session, copy) for copy in letter.copies},
        promises=queries.open_promises(session, letter),
        changed=differs_by_now(session, letter),
        today=local_day(here.now(), letter.body.time_zone),
        words=words,
        shown=request.method == "POST",
    )


def _entry(name: str, now: datetime, zone: str) -> ZipInfo:
    local = now.astimezone(ZoneInfo(zone))
    entry = ZipInfo(name, local.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    return entry


def _file(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    # What is not public yet stays in no shared cache.
    response.headers["Cache-Control"] = "private, no-store"
    return response
