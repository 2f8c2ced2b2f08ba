"""Reads of the papers of topics."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.core.actor import Actor
from agenda.documents.listing import Attached, Line, lines, loaded, readable_among
from agenda.documents.model import Document
from agenda.topics.model import Topic
from agenda.topics.paper_model import TopicPaper


def papers_of(session: Session, topic: Topic, by: Actor) -> list[Line]:
    """List the papers of a topic in their order, as this reader sees them."""
    query = (
        select(TopicPaper)
        .where(TopicPaper.topic_id == topic.id)
        .options(joinedload(TopicPaper.document).options(*loaded()))
        .order_by(TopicPaper.position, TopicPaper.id)
    )
    found = [Attached(paper.document, paper.document_id) for paper in session.scalars(query)]
    return lines(found, readable_among(session, (paper.key for paper in found), by), by)


def topics_with(session: Session, document: Document) -> Sequence[Topic]:
    """List the topics to which a document belongs."""
    query = (
        select(Topic)
        .join(TopicPaper, TopicPaper.topic_id == Topic.id)
        .where(TopicPaper.document_id == document.id)
        .order_by(Topic.id)
    )
    return session.scalars(query).all()
