"""Taking papers at a place that another room knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.problems import Invalid
from agenda.documents.actions import Content, Facts
from agenda.documents.forms import UploadForm
from agenda.documents.model import Document
from agenda.documents.names import title_of
from agenda.documents.uploading import Taken, as_lines, say_accepted, take_files, wants_lines
from agenda.web import here

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class PaperPlace:
    """Where papers can be added: `add` makes one with the reason why it is late, `page` shows the place.

    Both look the place up anew, for each is called in a transaction of its own. `address` leads back.
    """

    add: Callable[[Session, Content, Facts, str], Document]
    page: Callable[[Session, UploadForm, Taken | None], str]
    address: str
    late: bool = False


def take_papers(place: PaperPlace) -> Answer:
    """Take what was sent to a place: each paper is added or refused on its own."""
    form = UploadForm.asking(late=place.late)
    if not form.validate():
        with here.read() as session:
            return place.page(session, form, None), Invalid.status

    def add(session: Session, content: Content) -> Document:
        facts = Facts(title_of(content.file_name), bool(form.closed.data), bool(form.confidential.data))
        return place.add(session, content, facts, form.why)

    taken = take_files(form.files.data or [], add)
    if wants_lines():
        return as_lines(taken)
    if taken.refused:
        with here.read() as session:
            return place.page(session, form, taken), Invalid.status
    say_accepted(taken)
    return redirect(place.address, 303)


def asked_step() -> int:
    """Read which way a paper is to move: -1 is up, 1 is down."""
    return 1 if request.form.get("to") == "down" else -1
