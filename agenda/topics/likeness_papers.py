"""The papers of a topic that goes up in another: they stay with it, and stand with the other too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.core.actor import Actor
from agenda.documents import actions as documents
from agenda.topics.model import Topic
from agenda.topics.paper_actions import attach, limit_papers
from agenda.topics.paper_model import TopicPaper

# What limited a document, and its version: by its number as text, as JSON keeps keys.
Limits = dict[str, tuple[int, bool, bool]]


def limits_of(session: Session, topics: Sequence[Topic]) -> Limits:
    """Give what limits each paper of these topics now."""
    return {str(paper.document_id): _limits(paper) for paper in _papers(session, topics)}


def take_along(session: Session, gone: Topic, kept: Topic, by: Actor, now: datetime) -> None:
    """Let the papers of one topic stand with another as well, after its own, and be limited as that is."""
    there = {paper.document_id for paper in _papers(session, [kept])}
    for paper in _papers(session, [gone]):
        if paper.document_id not in there:
            # They come to this topic now: on an agenda that is final already they are late.
            attach(session, kept.id, paper.document_id, now)
    limit_papers(session, kept, by, now)


def newly_limited(session: Session, kept: Topic, before: Limits) -> Limits:
    """Give what limited those papers that are limited otherwise now, each with the version it has now."""
    return {
        number: (paper.document.version, *before[number][1:])
        for paper in _papers(session, [kept])
        if (number := str(paper.document_id)) in before and before[number] != _limits(paper)
    }


def give_back(
    session: Session,
    gone: Topic,
    kept: Topic,
    merged_at: datetime,
    limited: Mapping[str, Sequence[int]],
    by: Actor,
    now: datetime,
) -> None:
    """Take away from the one topic the papers that came with the other; what nobody changed is as it was."""
    own = {paper.document_id for paper in _papers(session, [gone])}
    for paper in _papers(session, [kept]):
        before = limited.get(str(paper.document_id))
        if before is not None and before[0] == paper.document.version:
            closed, confidential = map(bool, before[1:])
            documents.set_limits(session, paper.document, closed, confidential, by, now)
        if paper.document_id in own and paper.attached_at == merged_at:
            session.delete(paper)
    session.flush()


def _papers(session: Session, topics: Sequence[Topic]) -> Sequence[TopicPaper]:
    query = (
        select(TopicPaper)
        .where(TopicPaper.topic_id.in_([topic.id for topic in topics]))
        .options(joinedload(TopicPaper.document))
        .order_by(TopicPaper.position, TopicPaper.id)
    )
    return session.scalars(query).all()


def _limits(paper: TopicPaper) -> tuple[int, bool, bool]:
    return paper.document.version, paper.document.closed, paper.document.confidential
