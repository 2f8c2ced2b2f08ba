"""Pages that change what a document is: its title and facts, secrecy on it, and its removal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.problems import Changed, Conflict, Invalid, Problem
from agenda.documents import actions
from agenda.documents.blueprint import pages
from agenda.documents.forms import DocumentForm, LiftForm, RemoveForm, SecrecyForm
from agenda.documents.listing import document_for
from agenda.documents.model import Document
from agenda.web import here
from agenda.web.forms import Form
from agenda.web.shell import sentence

Answer = str | Response | tuple[str, int]
Rows = list[tuple[str, Any, Any]]


@pages.route("/documents/<int:document_id>/edit", methods=["GET", "POST"])
def edit(document_id: int) -> Answer:
    """Change the title, and whether it is of a closed session or confidential."""
    with here.read() as session:
        form = DocumentForm.about(_manageable(session, document_id))

    def act(session: Session, document: Document) -> None:
        actions.change(session, document, form.facts, form.seen_version(), here.actor(), here.now())

    done = _("The changes have been saved.")
    return _form_page("edit", document_id, form, act, done, theirs=_differences)


@pages.route("/documents/<int:document_id>/secrecy", methods=["GET", "POST"])
def secrecy(document_id: int) -> Answer:
    """Record that secrecy is imposed."""
    with here.read() as session:
        document = _manageable(session, document_id)
        if document.secrecy is not None and request.method != "POST":
            return redirect(url_for("documents.lift", document_id=document_id), 303)
        form = SecrecyForm(version=document.version)

    def act(session: Session, document: Document) -> None:
        actions.impose_secrecy(session, document, form.facts, form.seen_version(), here.actor(), here.now())

    done = _("The secrecy is recorded. From now on only members, secretaries and clerks read this document.")
    return _form_page("secrecy", document_id, form, act, done)


@pages.route("/documents/<int:document_id>/secrecy/lift", methods=["GET", "POST"])
def lift(document_id: int) -> Answer:
    """Record that secrecy is lifted."""
    with here.read() as session:
        document = _manageable(session, document_id)
        if document.secrecy is None and request.method != "POST":
            return redirect(url_for("documents.show", document_id=document_id), 303)
        form = LiftForm(version=document.version)

    def act(session: Session, document: Document) -> None:
        who, why = str(form.who.data), str(form.why.data)
        actions.lift_secrecy(session, document, who, why, form.seen_version(), here.actor(), here.now())

    return _form_page("lift", document_id, form, act, _("It is recorded that the secrecy was lifted."))


@pages.route("/documents/<int:document_id>/remove", methods=["GET", "POST"])
def remove(document_id: int) -> Answer:
    """Take a document away from its readers."""
    with here.read() as session:
        form = RemoveForm(version=_manageable(session, document_id).version)

    def act(session: Session, document: Document) -> None:
        why = str(form.why.data)
        actions.remove(session, document, why, form.seen_version(), here.actor(), here.now())

    done = _("The document is removed. It can be put back on this page.")
    return _form_page("remove", document_id, form, act, done)


def _manageable(session: Session, document_id: int) -> Document:
    document = document_for(session, document_id, here.actor())
    here.actor().must("manage_documents", document.body)
    return document


def _form_page(
    name: str,
    document_id: int,
    form: Form,
    act: Callable[[Session, Document], None],
    done: str,
    theirs: Callable[[Any, Document], Rows] | None = None,
) -> Answer:
    """Show a form, or do what it asks; nothing that was typed is lost where that cannot be done now."""
    if request.method != "POST":
        return _shown(name, document_id, form)
    if not form.validate():
        return _shown(name, document_id, form), Invalid.status
    try:
        with here.work() as session:
            act(session, _manageable(session, document_id))
    except Changed:
        with here.read() as session:
            document = _manageable(session, document_id)
            rows = theirs(form, document) if theirs else []
            form.version.data = str(document.version)
        if not theirs:
            form.form_errors.append(sentence(Changed().code, {}))
        return _shown(name, document_id, form, rows), Changed.status
    except (Invalid, Conflict) as problem:
        _blame(form, problem)
        return _shown(name, document_id, form), problem.status
    flash(done, "success")
    return redirect(url_for("documents.show", document_id=document_id), 303)


def _shown(name: str, document_id: int, form: Form, rows: Rows | None = None) -> str:
    with here.read() as session:
        document = _manageable(session, document_id)
        return render_template(f"documents/{name}.html", document=document, form=form, rows=rows)


def _differences(form: DocumentForm, document: Document) -> Rows:
    yes_or_no = {True: _("yes"), False: _("no")}
    rows = [
        (form.title.label.text, form.title.data, document.title),
        (form.closed.label.text, yes_or_no[bool(form.closed.data)], yes_or_no[document.closed]),
        (
            form.confidential.label.text,
            yes_or_no[bool(form.confidential.data)],
            yes_or_no[document.confidential],
        ),
    ]
    return [row for row in rows if row[1] != row[2]]


def _blame(form: Form, problem: Problem) -> None:
    """Put a refusal beside the field it is about, or above the form."""
    field = problem.facts.get("field")
    text = sentence(problem.code, {key: value for key, value in problem.facts.items() if key != "field"})
    if field:
        form[field].errors = [*form[field].errors, text]
    else:
        form.form_errors.append(text)
