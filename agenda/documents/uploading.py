"""Taking files out of a form: each accepted or refused on its own, with its reason.

A form with files may be larger than any other, so it is read only once it is known that who sends it may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Flask, current_app, flash, jsonify, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from agenda.core.problems import Conflict, Invalid, Problem
from agenda.documents import storage
from agenda.documents.actions import Content
from agenda.documents.content_apart import kind_of
from agenda.documents.content_rules import NotTaken
from agenda.documents.model import Document
from agenda.documents.names import safe_name
from agenda.web import here
from agenda.web.here import View
from agenda.web.shell import sentence

# Without JavaScript all files come in one request; beside them there is room for what the form itself sends.
FILES_A_REQUEST = 5
FORM_OCTETS = 1_000_000

Add = Callable[[Session, Content], Document]


@dataclass
class Taken:
    """What came of the files of one form: names, with the reason where one was refused."""

    accepted: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def takes_files(may: Callable[..., Any]) -> Callable[[View], View]:
    """Let a page receive files from whom `may` does not refuse; stands right above the function.

    `may` gets what stands in the address and raises where this person may not. See expect_files.
    """

    def guard(view: Any) -> Any:
        @wraps(view)
        def guarded(**address: Any) -> Any:
            try:
                may(**address)
            except Problem:
                # As on every other page, a form without its token is refused for that first.
                _check_token()
                raise
            most = here.runtime().config.max_document_bytes
            request.max_content_length = FILES_A_REQUEST * most + FORM_OCTETS
            _check_token()
            try:
                return view(**address)
            finally:
                # Large ones lie on the disk as long as they are open.
                for _name, file in request.files.items(multi=True):
                    file.close()

        guarded.takes_files = True  # type: ignore[attr-defined]
        return guarded

    return guard


def expect_files(app: Flask) -> None:
    """Leave the token of forms with files to takes_files: looking for it means reading all that is sent."""
    for view in app.view_functions.values():
        if getattr(view, "takes_files", False):
            app.extensions["csrf"].exempt(view)


def _check_token() -> None:
    if current_app.config["WTF_CSRF_ENABLED"]:
        current_app.extensions["csrf"].protect()


def take_files(sent: Iterable[FileStorage], add: Add) -> Taken:
    """Keep each file and let `add` make it a document, in a transaction of its own."""
    taken = Taken()
    for file in sent:
        name = safe_name(file.filename or "")
        try:
            taken.accepted.append(_take(file, name, add))
        except NotTaken as refused:
            taken.refused.append((name, sentence(refused.code, refused.facts)))
        except (Invalid, Conflict) as problem:
            taken.refused.append((name, sentence(problem.code, problem.facts)))
    return taken


def _take(file: FileStorage, name: str, add: Add) -> str:
    config, now = here.runtime().config, here.now()
    with storage.received(config.documents, file.stream, config.max_document_bytes) as content:
        kind, extension = kind_of(content.path, name)
        storage.settle(config.documents, content, now)
    if not name.lower().endswith(extension):
        name += extension
    with here.work() as session:
        return add(session, Content(content.sha256, content.size, kind.media_type, name)).title


def wants_lines() -> bool:
    """Tell whether a program asks, which shows its own progress, file by file."""
    return request.accept_mimetypes.best == "application/json"


def as_lines(taken: Taken) -> Response:
    """Answer such a program."""
    refused = [{"name": name, "why": why} for name, why in taken.refused]
    return jsonify(accepted=taken.accepted, refused=refused)


def say_accepted(taken: Taken) -> None:
    """Tell on the next page what was added."""
    if taken.accepted:
        number = len(taken.accepted)
        flash(
            _("Added: %(title)s", title=taken.accepted[0])
            if number == 1
            else ngettext("One document is added.", "%(num)d documents are added.", number),
            "success",
        )
