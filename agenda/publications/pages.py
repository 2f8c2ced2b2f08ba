"""Pages of the papers that leave the house: have them made, see how far they are, take them along."""

from __future__ import annotations

from flask import Flask, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core import audit
from agenda.core.clock import local_day
from agenda.core.problems import Conflict, Problem
from agenda.meetings.deadlines import offer_settled
from agenda.meetings.model import Meeting
from agenda.publications import (
    actions,
    adoption_pages,
    deadlines,
    letter_edit_pages,
    letter_leaving_pages,
    letter_pages,
    letter_panels,
    letter_words,
    letterhead_pages,
    pack_pages,
    packs,
    panels,
    queries,
    text_pages,
    words,
)
from agenda.publications.blueprint import pages
from agenda.publications.forms import AskForm, name_of
from agenda.publications.model import Paper, PaperKind
from agenda.publications.paper_files import PDF, path_of
from agenda.publications.papers import possible, wanted_of
from agenda.publications.papers_screen import papers_page
from agenda.web import here, shell
from agenda.web.forms import Form
from agenda.web.history import lines
from agenda.web.panels import offer_panel, offer_tasks, offer_words
from agenda.web.shell import sentence

# Importing a module of pages adds them to the blueprint.
__all__ = [
    "adoption_pages",
    "init",
    "letter_edit_pages",
    "letter_leaving_pages",
    "letter_pages",
    "letterhead_pages",
    "pack_pages",
    "pages",
    "text_pages",
]
LONGEST_NAME = 120


def init(app: Flask) -> None:
    """Add the pages, and what they offer elsewhere."""
    app.register_blueprint(pages)
    shell.say(app, words.PROBLEMS)
    offer_panel(app, "meeting", panels.meeting_panel, order=60)
    offer_panel(app, "meeting", panels.pack_panel, order=4)
    offer_panel(app, "meeting_guest", panels.pack_panel)
    offer_panel(app, "body", panels.body_panel, order=60)
    offer_tasks(app, panels.guest_tasks)
    offer_settled(app, deadlines.settle)
    offer_words(app, words.VERBS, words.FIELDS, words.VALUES)
    shell.say(app, letter_words.PROBLEMS)
    letter_panels.offer(app)


@pages.get("/meetings/<int:meeting_id>/outgoing")
def papers(meeting_id: int) -> str:
    """Show what was made of a meeting, and what can be made now."""
    with here.read() as session:
        return papers_page(session, _meeting(session, meeting_id))


@pages.post("/meetings/<int:meeting_id>/outgoing")
def ask(meeting_id: int) -> Response | tuple[str, int]:
    """Ask for papers; the worker makes them."""
    form = AskForm()
    try:
        with here.work() as session:
            meeting = _meeting(session, meeting_id)
            here.actor().must("manage_documents", meeting.body)
            form.offer(possible(meeting, here.now()))
            if not form.validate():
                return papers_page(session, meeting, _("Choose at least one paper.")), 422
            asked = actions.ask(session, meeting, form.wanted, here.actor(), here.now())
            address = url_for("publications.paper", outgoing_id=asked[0].id) if len(asked) == 1 else None
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        with here.read() as session:
            meeting = _meeting(session, meeting_id)
            return papers_page(session, meeting, sentence(problem.code, problem.facts)), problem.status
    return redirect(address or url_for("publications.papers", meeting_id=meeting_id), 303)


@pages.get("/outgoing/<int:outgoing_id>")
def paper(outgoing_id: int) -> str:
    """Show how far a paper is, or the paper with its earlier makings and who took it along."""
    with here.read() as session:
        found = queries.paper_for(session, outgoing_id, here.actor())
        meeting = queries.meeting_with_papers(session, found.meeting_id)
        is_pack = found.kind is PaperKind.PACK
        manages = here.actor().may("manage_documents", meeting.body)
        entries = audit.history(session, "paper", found.id) if manages else []
        return render_template(
            "publications/paper.html",
            one=queries.shown_pack(session, found, here.now())
            if is_pack
            else queries.shown(session, meeting, [found])[0],
            is_pack=is_pack,
            mine=found.person_id is not None and found.person_id == here.actor().person_id,
            meeting=meeting,
            earlier=queries.earlier_of(session, found) if manages else [],
            history=lines(entries, words.PAPER_VERBS, {}, lambda _name, value: str(value)),
            manages=manages,
            sees_meeting=here.actor().may("see", meeting.body),
            words=words,
            name=name_of(wanted_of(found)),
        )


@pages.get("/outgoing/<int:outgoing_id>/file")
def download(outgoing_id: int) -> Response:
    """Give the PDF; that somebody took what not everybody may read is kept in the trail."""
    with here.work() as session:
        found = queries.paper_for(session, outgoing_id, here.actor())
        if found.file is None:
            raise Conflict("paper_not_ready")
        packs.must_still_read(session, found, here.actor())
        path = path_of(here.runtime().config, found.file)
        name = _file_name(found)
        actions.note_download(session, found, here.actor(), here.now())
    answer: Response = send_file(
        path, mimetype=PDF, as_attachment=True, download_name=name, conditional=False, max_age=0
    )
    answer.headers["Content-Security-Policy"] = "sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.post("/outgoing/<int:outgoing_id>/remove")
def remove(outgoing_id: int) -> Response:
    """Throw a paper away."""
    with here.work() as session:
        found = queries.paper_for(session, outgoing_id, here.actor())
        meeting_id = found.meeting_id
        actions.remove(session, found, Form().seen_version(), here.actor(), here.now())
    flash(_("The paper is thrown away. It can be made again."), "success")
    return redirect(url_for("publications.papers", meeting_id=meeting_id), 303)


def _meeting(session: Session, meeting_id: int) -> Meeting:
    meeting = queries.meeting_with_papers(session, meeting_id)
    here.actor().must("see", meeting.body)
    return meeting


def _file_name(found: Paper) -> str:
    """Name the file: what it is, of which day, and for which guest."""
    starts_at = found.meeting.starts_at or found.asked_at
    day = local_day(starts_at, found.meeting.time_zone).isoformat()
    parts = [found.title.partition(",")[0], day, found.person.name if found.person else ""]
    plain = " ".join(part for part in parts if part)
    return (
        "".join(sign if sign.isalnum() or sign in " -.'" else "-" for sign in plain)[:LONGEST_NAME] + ".pdf"
    )
