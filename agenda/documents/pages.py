"""Pages of one document: what it is, its versions, and getting one."""

from __future__ import annotations

from typing import Any

from flask import Flask, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core import audit
from agenda.core.audit import AuditEntry
from agenda.core.problems import Gone, Invalid
from agenda.documents import actions, limit_pages, rules, storage, words
from agenda.documents.actions import Content
from agenda.documents.blueprint import pages
from agenda.documents.forms import VersionForm
from agenda.documents.listing import document_for, version_for
from agenda.documents.model import Document
from agenda.documents.uploading import as_lines, expect_files, take_files, takes_files, wants_lines
from agenda.web import here, shell
from agenda.web.forms import Form
from agenda.web.language import language
from agenda.web.panels import panels

__all__ = ["init", "limit_pages", "pages"]
Answer = str | Response | tuple[str, int]
# Whatever a file holds, no browser runs it as a page of this site.
SANDBOX = "sandbox; default-src 'none'"


def init(app: Flask) -> None:
    """Add the pages, the refusals, and what templates of all rooms say of documents."""
    app.register_blueprint(pages)
    shell.say(app, words.PROBLEMS)
    app.add_template_global(words.badges, "document_badges")
    app.add_template_filter(words.size, "file_size")
    most = shell.here_config(app).max_document_bytes // 1_000_000
    app.add_template_global(lambda: most, "most_megabytes")
    expect_files(app)


@pages.get("/documents/<int:document_id>")
def show(document_id: int) -> str:
    """Show one document: its versions, what limits it, where it belongs and what happened to it."""
    with here.read() as session:
        return _page(session, document_for(session, document_id, here.actor()))


@pages.get("/documents/<int:document_id>/versions/<int:number>")
def download(document_id: int, number: int) -> Response:
    """Give one version; of what is limited the trail keeps who got it."""
    with here.read() as session:
        version = version_for(session, document_id, number, here.actor())
        limited = rules.is_limited(version.document)
        file, name = version.file, version.file_name
        place = storage.place_of(here.runtime().config.documents, file.sha256)
    if not place.is_file():
        raise Gone("document_lost")
    if limited and request.method == "GET":
        with here.work() as session:
            version = version_for(session, document_id, number, here.actor())
            actions.note_download(session, version, here.actor(), here.now())
    answer = send_file(
        place,
        mimetype=file.media_type,
        as_attachment=True,
        download_name=name,
        etag=file.sha256,
        last_modified=version.uploaded_at,
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "private, no-store" if limited else "private, no-cache"
    return answer


def _may_add_version(document_id: int) -> None:
    with here.read() as session:
        document = document_for(session, document_id, here.actor())
        here.actor().must("manage_documents", document.body)


@pages.post("/documents/<int:document_id>/versions")
@takes_files(_may_add_version)
def add_version(document_id: int) -> Answer:
    """Let another file be what readers get."""
    form = VersionForm()
    if not form.validate():
        with here.read() as session:
            return _page(session, document_for(session, document_id, here.actor()), form), Invalid.status

    def add(session: Session, content: Content) -> Document:
        document = document_for(session, document_id, here.actor())
        remark = form.remark.data or ""
        actions.add_version(session, document, content, remark, here.actor(), here.now())
        return document

    taken = take_files([form.file.data], add)
    if wants_lines():
        return as_lines(taken)
    if taken.refused:
        form.file.errors = [why for _name, why in taken.refused]
        with here.read() as session:
            return _page(session, document_for(session, document_id, here.actor()), form), Invalid.status
    flash(_("This is now the version that readers get."), "success")
    return redirect(url_for("documents.show", document_id=document_id), 303)


@pages.post("/documents/<int:document_id>/restore")
def restore(document_id: int) -> Response:
    """Undo a removal."""
    form = Form()
    with here.work() as session:
        document = document_for(session, document_id, here.actor())
        actions.put_back(session, document, form.seen_version(), here.actor(), here.now())
    flash(_("The document is back where it was."), "success")
    return redirect(url_for("documents.show", document_id=document_id), 303)


def _page(session: Session, document: Document, form: VersionForm | None = None) -> str:
    by = here.actor()
    may_manage = by.may("manage_documents", document.body)
    return render_template(
        "documents/show.html",
        document=document,
        versions=list(reversed(document.versions)),
        limited=rules.is_limited(document),
        may_manage=may_manage,
        form=form or VersionForm(formdata=None),
        panel=panels("document", session, document),
        history=_history(session, document, may_manage),
    )


def _history(session: Session, document: Document, may_manage: bool) -> list[Any] | None:
    """Give the history to those with a role in the body; who downloaded it only to those who manage it."""
    if not here.actor().may("see", document.body):
        return None
    entries: list[AuditEntry] = list(audit.history(session, "document", document.id))
    if not may_manage:
        entries = [entry for entry in entries if entry.verb != "downloaded"]
    return words.history(entries, here.runtime().config.time_zone, language())
