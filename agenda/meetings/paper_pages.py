"""The papers of a meeting and its items: where they are shown, and the pages that add to them."""

from __future__ import annotations

from flask import Flask, redirect, render_template, url_for
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.actor import Actor
from agenda.documents.actions import Content, Facts
from agenda.documents.forms import UploadForm
from agenda.documents.model import Document
from agenda.documents.paper_place import Answer, PaperPlace, asked_step, take_papers
from agenda.documents.readers import offer_keeper, offer_readers
from agenda.documents.uploading import Taken, expect_files, takes_files
from agenda.meetings import paper_actions, paper_queries, sight
from agenda.meetings.agenda_queries import item_of, meeting_with_agenda
from agenda.meetings.blueprint import pages
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.standard_text_queries import texts_for
from agenda.meetings.timing import timetable
from agenda.web import here
from agenda.web.panels import offer_panel, panels


def offer(app: Flask) -> None:
    """Offer the panels, let guests read the papers of their items, and keep those of closed items."""
    offer_panel(app, "meeting", _meeting_panel, order=5)
    offer_panel(app, "document", _document_panel, order=30)
    offer_readers(app, _as_guest)
    offer_keeper(app, paper_queries.in_sight)
    expect_files(app)


@pages.get("/meetings/<int:meeting_id>/guest")
def guest(meeting_id: int) -> str | Response:
    """Show who comes for one item that item, its time and its papers, and nothing else of the meeting."""
    by = here.actor()
    with here.read() as session:
        meeting, items = paper_queries.meeting_for_guest(session, meeting_id, by)
        if by.may("see", meeting.body):
            return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)
        slots = timetable(meeting.starts_at, meeting.minutes, meeting.items)
        numbers = {slot.item.id: slot.item.number or str(at) for at, slot in enumerate(slots, start=1)}
        papers = paper_queries.papers_at(session, meeting, by)
        return render_template(
            "meetings/guest.html",
            meeting=meeting,
            slots=[slot for slot in slots if slot.item in items],
            numbers=numbers,
            replaces=_replaced_by(meeting, by),
            papers={key: [line for line in found if line.readable] for key, found in papers.items()},
            panel=panels("meeting_guest", session, meeting),
        )


def _replaced_by(meeting: Meeting, by: Actor) -> str | None:
    """Name the member in whose place somebody comes; None for who comes for themselves."""
    own = next(one for one in meeting.people if one.person_id == by.person_id)
    return own.substitute_for.person.name if own.substitute_for else None


def _may_add(meeting_id: int, item_id: int | None = None) -> None:
    with here.read() as session:
        _place(session, meeting_id, item_id)


@pages.get("/meetings/<int:meeting_id>/papers")
@pages.get("/meetings/<int:meeting_id>/agenda/items/<int:item_id>/papers")
def papers(meeting_id: int, item_id: int | None = None) -> str:
    """Show the papers of a meeting or an item in their order, and take more."""
    with here.read() as session:
        meeting, item = _place(session, meeting_id, item_id)
        form = UploadForm.asking(
            late=paper_queries.is_late(meeting, here.now()),
            formdata=None,
            closed=item is not None and item.closed,
            confidential=item is not None and item.confidential,
        )
        return _page(session, meeting, item, form)


@pages.post("/meetings/<int:meeting_id>/papers")
@pages.post("/meetings/<int:meeting_id>/agenda/items/<int:item_id>/papers")
@takes_files(_may_add)
def add_papers(meeting_id: int, item_id: int | None = None) -> Answer:
    """Take papers: each is added or refused on its own."""
    with here.read() as session:
        late = paper_queries.is_late(_place(session, meeting_id, item_id)[0], here.now())

    def add(session: Session, content: Content, facts: Facts, late_why: str) -> Document:
        meeting, item = _place(session, meeting_id, item_id)
        by, now = here.actor(), here.now()
        return paper_actions.add_paper(session, meeting, item, content, facts, late_why, by, now)

    def page(session: Session, form: UploadForm, taken: Taken | None) -> str:
        return _page(session, *_place(session, meeting_id, item_id), form, taken)

    return take_papers(PaperPlace(add, page, _address(meeting_id, item_id), late))


@pages.post("/meetings/<int:meeting_id>/papers/<int:paper_id>/move")
def move_paper(meeting_id: int, paper_id: int) -> Response:
    """Move a paper one place up or down."""
    with here.work() as session:
        meeting, _ = _place(session, meeting_id, None)
        paper = paper_actions.move_paper(session, meeting, paper_id, asked_step(), here.actor())
        item_id = paper.item_id
    return redirect(_address(meeting_id, item_id), 303)


def _place(session: Session, meeting_id: int, item_id: int | None) -> tuple[Meeting, AgendaItem | None]:
    meeting = meeting_with_agenda(session, meeting_id, here.actor())
    here.actor().must("manage_documents", meeting.body)
    return meeting, item_of(meeting, item_id) if item_id is not None else None


def _address(meeting_id: int, item_id: int | None) -> str:
    return url_for("meetings.papers", meeting_id=meeting_id, item_id=item_id)


def _page(
    session: Session, meeting: Meeting, item: AgendaItem | None, form: UploadForm, taken: Taken | None = None
) -> str:
    found = paper_queries.papers_at(session, meeting, here.actor()).get(item.id if item else None, [])
    return render_template(
        "meetings/papers.html",
        meeting=meeting,
        item=item,
        form=form,
        taken=taken,
        # Those of the topic stand with the topic, and are put in order there.
        of_topic=[line for line in found if not line.attached.key],
        own=[line for line in found if line.attached.key],
        done=_address(meeting.id, item.id if item else None),
        texts=texts_for(meeting, here.actor()),
    )


def _meeting_panel(session: Session, meeting: Meeting) -> str | None:
    by = here.actor()
    found = paper_queries.papers_at(session, meeting, by)
    may_add = by.may("manage_documents", meeting.body) and meeting.cancelled_at is None
    if not found and not may_add:
        return None
    seen = sight.sight_of(meeting, by)
    numbered = [(item, item.number or str(at)) for at, item in enumerate(meeting.items, start=1)]
    return render_template(
        "meetings/panel_papers.html",
        meeting=meeting,
        own=found.get(None, []),
        items=[
            (item, number, sight.title_of(item, seen), found[item.id])
            for item, number in numbered
            if item.id in found
        ],
        to_add=[(item, number) for item, number in numbered] if may_add else [],
        may_add=may_add,
    )


def _document_panel(session: Session, document: Document) -> str | None:
    by = here.actor()
    if not by.may("see", document.body):
        meetings = paper_queries.meetings_of_guest(session, document, by.person_id or 0)
        if not meetings:
            return None
        return render_template("meetings/panel_document.html", places=[], meetings=meetings)
    places = paper_queries.places_of(session, document)
    if not places:
        return None
    shown = [
        (place, sight.title_of(place.item, sight.sight_of(place.meeting, by)) if place.item else None)
        for place in places
    ]
    return render_template("meetings/panel_document.html", places=shown, meetings=[])


def _as_guest(by: Actor) -> ColumnElement[bool] | None:
    return paper_queries.readable_as_guest(by.person_id) if by.person_id is not None else None
