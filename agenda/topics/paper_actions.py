"""The papers of a topic: adding one, and putting them in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, NotFound
from agenda.documents import actions as documents
from agenda.documents.actions import Content, Facts
from agenda.documents.model import Document
from agenda.documents.paper_order import move_among
from agenda.topics.model import Topic
from agenda.topics.paper_model import TopicPaper
from agenda.topics.sight import is_limited


def add_paper(
    session: Session, topic: Topic, content: Content, facts: Facts, by: Actor, now: datetime
) -> Document:
    """Give a topic a paper; it goes along with the topic from meeting to meeting.

    A paper of a topic behind closed doors or a confidential one is so itself. Conflict for a topic that went
    up in another: that one is where people look.
    """
    by.must("manage_documents", topic.body)
    # Holds back whoever merges this topic meanwhile: no paper comes after its papers were taken along.
    session.refresh(topic, ["version", "merged_into_id", "closed", "confidential"], with_for_update=True)
    if topic.merged_into_id is not None:
        raise Conflict("merged_takes_no_papers")
    facts = replace(
        facts, closed=facts.closed or topic.closed, confidential=facts.confidential or topic.confidential
    )
    document = documents.add_document(session, topic.body, content, facts, by, now)
    attach(session, topic.id, document.id, now)
    # Without its title, for the history of a topic is read by more people than a paper may be.
    audit.record(session, by, now, "paper_added", ("topic", topic.id))
    return document


def limit_papers(session: Session, topic: Topic, by: Actor, now: datetime) -> None:
    """Let the papers of a topic follow it where it is behind closed doors or confidential."""
    if not is_limited(topic):
        return
    own = select(TopicPaper).where(TopicPaper.topic_id == topic.id).options(joinedload(TopicPaper.document))
    for paper in session.scalars(own):
        documents.limit(session, paper.document, topic.closed, topic.confidential, by, now)


def attach(session: Session, topic_id: int, document_id: int, at: datetime) -> None:
    """Put a document last among the papers of a topic."""
    last = session.scalar(select(func.max(TopicPaper.position)).where(TopicPaper.topic_id == topic_id))
    session.add(
        TopicPaper(topic_id=topic_id, document_id=document_id, position=(last or 0) + 1, attached_at=at)
    )
    session.flush()


def move_paper(session: Session, topic: Topic, document_id: int, step: int, by: Actor) -> None:
    """Move a paper one place up (-1) or down (1); at the end of the list nothing happens."""
    by.must("manage_documents", topic.body)
    query = (
        select(TopicPaper)
        .where(TopicPaper.topic_id == topic.id)
        .join(TopicPaper.document)
        # What is removed stands last in every list.
        .order_by(Document.removed_at.is_not(None), TopicPaper.position, TopicPaper.id)
        .with_for_update(of=TopicPaper)
    )
    papers = session.scalars(query).all()
    moved = next((paper for paper in papers if paper.document_id == document_id), None)
    if moved is None:
        raise NotFound("not_found")
    move_among(papers, moved, step)
