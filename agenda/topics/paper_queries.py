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
from agenda.topics.sight import visible


def papers_of(session: Session, topic: Topic, by: Actor) -> list[Line]:
    """List the papers of a topic in their order as this reader sees them, each with whence it came."""
    query = (
        select(TopicPaper)
        .where(TopicPaper.topic_id == topic.id)
        .options(joinedload(TopicPaper.document).options(*loaded()))
        .order_by(TopicPaper.position, TopicPaper.id)
    )
    came_with = _came_with(session, topic, by)
    found = [
        Attached(paper.document, paper.document_id, came_with=came_with.get(paper.document_id, ""))
        for paper in session.scalars(query)
    ]
    return lines(found, readable_among(session, (paper.key for paper in found), by), by)


def _came_with(session: Session, topic: Topic, by: Actor) -> dict[int, str]:
    """Give the title of the topic with which a document came, where this person may know of that."""
    query = (
        select(TopicPaper.document_id, Topic.title)
        .join(Topic, Topic.id == TopicPaper.topic_id)
        .where(Topic.merged_into_id == topic.id, visible(by))
    )
    return {row.document_id: row.title for row in session.execute(query)}


def topics_with(session: Session, document: Document, by: Actor) -> Sequence[Topic]:
    """List the topics to which a document belongs and which this person may see."""
    query = (
        select(Topic)
        .join(TopicPaper, TopicPaper.topic_id == Topic.id)
        .where(TopicPaper.document_id == document.id, visible(by))
        .order_by(Topic.id)
    )
    return session.scalars(query).all()
