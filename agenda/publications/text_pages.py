"""The words that a body gives to its own papers."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core import words as spoken
from agenda.core.database import get
from agenda.core.problems import Changed, Invalid
from agenda.meetings.model import Meeting
from agenda.meetings.standard_text_queries import texts_for_papers
from agenda.people.model import Body
from agenda.publications import actions, words
from agenda.publications.blueprint import pages
from agenda.publications.forms import TextsForm
from agenda.publications.model import PaperKind, PaperText, Place
from agenda.publications.papers import LANGUAGES, OF_MEETING, own_text, own_words, texts_of
from agenda.publications.text_rules import NAMES, filled, paragraphs
from agenda.publications.usual_texts import usual_text
from agenda.web import here
from agenda.web.forms import Form
from agenda.web.shell import sentence

_ADDRESS = (
    "/bodies/<int:body_id>/paper-words/"
    "<any(agenda, guest_invitation, presence_list, decision_list, minutes):paper_kind>"
    "/<any(nl, en):paper_language>"
)


@pages.get("/bodies/<int:body_id>/paper-words")
def paper_words(body_id: int) -> str:
    """List the kinds of papers, and where this body has words of its own."""
    with here.read() as session:
        body = _body(session, body_id)
        query = select(PaperText).where(PaperText.body_id == body.id)
        own = {(row.kind, row.language): own_words(row) for row in session.scalars(query)}
        return render_template(
            "publications/texts.html", body=body, own=own, languages=LANGUAGES, words=words, kinds=OF_MEETING
        )


@pages.get(_ADDRESS)
def edit_words(body_id: int, paper_kind: str, paper_language: str) -> str:
    """Show the words of one kind of paper, to change."""
    with here.read() as session:
        body, kind = _body(session, body_id), PaperKind(paper_kind)
        return _page(session, body, kind, paper_language, _form(session, body, kind, paper_language))


@pages.post(_ADDRESS)
def set_words(body_id: int, paper_kind: str, paper_language: str) -> str | Response | tuple[str, int]:
    """Keep the words, or show beforehand how they read, by the button that was pressed."""
    form, kind, language = TextsForm(), PaperKind(paper_kind), paper_language
    try:
        with here.work() as session:
            body = _body(session, body_id)
            if not form.validate():
                return _page(session, body, kind, language, form), 422
            if request.form.get("do") == "show":
                return _page(session, body, kind, language, form)
            seen = form.seen_version()
            actions.set_texts(session, body, kind, language, form.texts, seen, here.actor(), here.now())
    except (Changed, Invalid) as problem:
        with here.read() as session:
            body = _body(session, body_id)
            if isinstance(problem, Changed):
                return _overtaken(session, body, kind, language, form), problem.status
            form.form_errors.append(sentence(problem.code, problem.facts))
            return _page(session, body, kind, language, form), problem.status
    flash(_("Kept. Papers that are made from now on read so."), "success")
    return redirect(url_for("publications.paper_words", body_id=body_id), 303)


@pages.post(_ADDRESS + "/usual")
def usual_words(body_id: int, paper_kind: str, paper_language: str) -> Response:
    """Go back to the usual words."""
    with here.work() as session:
        body, version, kind = _body(session, body_id), Form().seen_version(), PaperKind(paper_kind)
        actions.back_to_usual(session, body, kind, paper_language, version, here.actor(), here.now())
    flash(_("The usual words count again."), "success")
    address = url_for(
        "publications.edit_words", body_id=body_id, paper_kind=paper_kind, paper_language=paper_language
    )
    return redirect(address, 303)


def _body(session: Session, body_id: int) -> Body:
    body = get(session, Body, body_id)
    here.actor().must("manage_documents", body)
    return body


def _form(session: Session, body: Body, kind: PaperKind, language: str) -> TextsForm:
    row = own_text(session, body, kind, language)
    texts = texts_of(session, body, kind, language)
    return TextsForm(
        formdata=None,
        version=row.version if row is not None else 0,
        **{place.value: text for place, text in texts.items()},
    )


def _overtaken(session: Session, body: Body, kind: PaperKind, language: str, form: TextsForm) -> str:
    """Show the form again with both versions; the next try is made with theirs before one's eyes."""
    theirs = texts_of(session, body, kind, language)
    differing = [
        (words.PLACES[place], text, theirs[place])
        for place, text in form.texts.items()
        if text != theirs[place]
    ]
    row = own_text(session, body, kind, language)
    form.version.data = str(row.version if row is not None else 0)
    return _page(session, body, kind, language, form, differing, row)


def _page(
    session: Session,
    body: Body,
    kind: PaperKind,
    language: str,
    form: TextsForm,
    theirs: list[tuple[str, str, str]] | None = None,
    saved: PaperText | None = None,
) -> str:
    example = _example(session, body, language)
    return render_template(
        "publications/texts_edit.html",
        body=body,
        kind=kind,
        paper_language=language,
        form=form,
        usual={place: usual_text(kind, place, language) for place in Place},
        has_own=own_text(session, body, kind, language) is not None,
        placeholders=[name for name, known in NAMES.items() if (name == known) == (language == "en")],
        shown={place: paragraphs(filled(text, example)) for place, text in form.texts.items()},
        theirs=theirs,
        saved=saved,
        words=words,
        texts=texts_for_papers(session, body, here.actor()),
    )


def _example(session: Session, body: Body, language: str) -> dict[str, str]:
    """Give what the placeholders come to for the newest meeting of the body that has a date."""
    query = (
        select(Meeting)
        .where(Meeting.body_id == body.id, Meeting.starts_at.is_not(None), Meeting.cancelled_at.is_(None))
        .order_by(Meeting.starts_at.desc())
    )
    meeting = session.scalars(query.limit(1)).first()
    zone = ZoneInfo(body.time_zone)
    starts_at: datetime = meeting.starts_at if meeting and meeting.starts_at else here.now()
    return {
        "body": body.name,
        "date": spoken.day(starts_at, zone, language),
        "time": spoken.clock(starts_at, zone, language),
        "place": meeting.venue if meeting else "",
        "host": meeting.host.name if meeting and meeting.host else "",
        "name": _("(name of the guest)"),
    }
