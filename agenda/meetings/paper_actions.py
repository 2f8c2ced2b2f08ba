"""The papers of a meeting and of its items: adding one, and putting them in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid, NotFound
from agenda.documents import actions as documents
from agenda.documents.actions import Content, Facts
from agenda.documents.model import Document
from agenda.documents.paper_order import move_among
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.meetings.paper_queries import is_late
from agenda.meetings.version_keeping import keep_change
from agenda.topics.paper_actions import attach
from agenda.topics.paper_actions import limit_papers as limit_papers_of_topic
from agenda.topics.sight import is_limited


def add_paper(
    session: Session,
    meeting: Meeting,
    item: AgendaItem | None,
    content: Content,
    facts: Facts,
    late_why: str,
    by: Actor,
    now: datetime,
) -> Document:
    """Give a meeting, or one item of it, a paper; after the agenda is final only with the reason.

    A paper of an item behind closed doors or a confidential one is so itself.
    """
    by.must("manage_documents", meeting.body)
    if meeting.cancelled_at is not None:
        raise Conflict("cancelled_takes_no_papers")
    late = is_late(meeting, now)
    if late and not late_why:
        raise Invalid("late_why_missing")
    if item is not None:
        facts = replace(
            facts, closed=facts.closed or item.closed, confidential=facts.confidential or item.confidential
        )
    document = documents.add_document(session, meeting.body, content, facts, by, now)
    session.add(
        MeetingPaper(
            meeting_id=meeting.id,
            item_id=item.id if item else None,
            document_id=document.id,
            position=_last(session, meeting, item) + 1,
            attached_at=now,
            late_why=late_why if late else "",
        )
    )
    # Without its title, for the history of a meeting is read by more people than a paper may be.
    audit.record(session, by, now, "paper_added", ("meeting", meeting.id))
    if late:
        keep_change(session, meeting, late_why, by, now)
    return document


def limit_papers(session: Session, item: AgendaItem, by: Actor, now: datetime) -> None:
    """Let the papers of this item and of its topic follow it where it is closed or confidential."""
    if not is_limited(item):
        return
    if item.topic is not None:
        limit_papers_of_topic(session, item.topic, by, now)
    own = select(MeetingPaper).where(MeetingPaper.item_id == item.id)
    for paper in session.scalars(own.options(joinedload(MeetingPaper.document))):
        documents.limit(session, paper.document, item.closed, item.confidential, by, now)


def keep_papers(session: Session, item: AgendaItem) -> None:
    """Let the papers of an item that leaves the agenda go with its topic, or stay with the meeting."""
    session.flush()
    own = select(MeetingPaper).where(MeetingPaper.item_id == item.id)
    position = _last(session, item.meeting, None)
    for paper in session.scalars(own.order_by(MeetingPaper.position, MeetingPaper.id)).all():
        if item.topic_id is not None:
            attach(session, item.topic_id, paper.document_id, paper.attached_at)
            session.delete(paper)
        else:
            position += 1
            paper.item_id, paper.position = None, position
    session.flush()


def move_paper(session: Session, meeting: Meeting, paper_id: int, step: int, by: Actor) -> MeetingPaper:
    """Move a paper one place up (-1) or down (1) among those of its item; at the end nothing happens."""
    by.must("manage_documents", meeting.body)
    paper = session.get(MeetingPaper, paper_id)
    if paper is None or paper.meeting_id != meeting.id:
        raise NotFound("not_found")
    query = (
        select(MeetingPaper)
        .where(
            MeetingPaper.meeting_id == meeting.id, MeetingPaper.item_id.is_not_distinct_from(paper.item_id)
        )
        .join(MeetingPaper.document)
        # What is removed stands last in every list.
        .order_by(Document.removed_at.is_not(None), MeetingPaper.position, MeetingPaper.id)
        .with_for_update(of=MeetingPaper)
    )
    move_among(session.scalars(query).all(), paper, step)
    return paper


def _last(session: Session, meeting: Meeting, item: AgendaItem | None) -> int:
    query = select(func.max(MeetingPaper.position)).where(
        MeetingPaper.meeting_id == meeting.id,
        MeetingPaper.item_id.is_not_distinct_from(item.id if item else None),
    )
    return session.scalar(query) or 0
