"""The papers of a topic on its own page and on that of a document, and the page that adds to them."""

from __future__ import annotations

from flask import Flask, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.documents.actions import Content, Facts
from agenda.documents.forms import UploadForm
from agenda.documents.model import Document
from agenda.documents.paper_place import Answer, PaperPlace, asked_step, take_papers
from agenda.documents.uploading import Taken, expect_files, takes_files
from agenda.topics import paper_actions, queries
from agenda.topics.blueprint import pages
from agenda.topics.model import Topic
from agenda.topics.paper_queries import papers_of, topics_with
from agenda.web import here
from agenda.web.panels import offer_panel


def offer(app: Flask) -> None:
    """Offer the panels."""
    offer_panel(app, "topic", _topic_panel, order=20)
    offer_panel(app, "document", _document_panel, order=20)
    expect_files(app)


@pages.get("/topics/<int:topic_id>/papers")
def papers(topic_id: int) -> str:
    """Show the papers of a topic in their order, and take more."""
    with here.read() as session:
        return _page(session, _topic(session, topic_id), UploadForm.asking(late=False, formdata=None))


def _may_add(topic_id: int) -> None:
    with here.read() as session:
        _topic(session, topic_id)


@pages.post("/topics/<int:topic_id>/papers")
@takes_files(_may_add)
def add_papers(topic_id: int) -> Answer:
    """Take papers: each is added or refused on its own."""

    def add(session: Session, content: Content, facts: Facts, _late_why: str) -> Document:
        topic = _topic(session, topic_id)
        return paper_actions.add_paper(session, topic, content, facts, here.actor(), here.now())

    def page(session: Session, form: UploadForm, taken: Taken | None) -> str:
        return _page(session, _topic(session, topic_id), form, taken)

    return take_papers(PaperPlace(add, page, url_for("topics.papers", topic_id=topic_id)))


@pages.post("/topics/<int:topic_id>/papers/<int:document_id>/move")
def move_paper(topic_id: int, document_id: int) -> Response:
    """Move a paper one place up or down."""
    with here.work() as session:
        topic = _topic(session, topic_id)
        paper_actions.move_paper(session, topic, document_id, asked_step(), here.actor())
    return redirect(url_for("topics.papers", topic_id=topic_id), 303)


def _topic(session: Session, topic_id: int) -> Topic:
    topic = queries.topic_for(session, topic_id, here.actor())
    here.actor().must("manage_documents", topic.body)
    return topic


def _page(session: Session, topic: Topic, form: UploadForm, taken: Taken | None = None) -> str:
    return render_template(
        "topics/papers.html",
        topic=topic,
        form=form,
        taken=taken,
        papers=papers_of(session, topic, here.actor()),
    )


def _topic_panel(session: Session, topic: Topic) -> str | None:
    by = here.actor()
    papers = papers_of(session, topic, by)
    may_add = by.may("manage_documents", topic.body) and topic.merged_into_id is None
    if not papers and not may_add:
        return None
    return render_template("topics/panel_papers.html", topic=topic, papers=papers, may_add=may_add)


def _document_panel(session: Session, document: Document) -> str | None:
    # A guest reads the paper, but has no page of the topic.
    topics = topics_with(session, document, here.actor())
    if not topics:
        return None
    return render_template("topics/panel_document.html", topics=topics)
