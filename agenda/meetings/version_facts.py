"""What stands in a version of an agenda: place and time, and each item with all that is printed of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.audit import plain
from agenda.documents.model import Document
from agenda.meetings.deferrals import deferrals_of
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.topics.paper_model import TopicPaper

KEPT = (
    "id",
    "number",
    "kind",
    "title",
    "minutes",
    "topic_id",
    "purpose",
    "treatment",
    "requested_decision",
    "closed",
    "confidential",
    "neutral_title",
    "late_at",
    "late_why",
    "late_consent",
    "withdrawn_at",
)

Row = dict[str, Any]


def facts_of(session: Session, meeting: Meeting) -> Row:
    """Write down a meeting and its agenda as they stand, as JSON can hold them."""
    papers = _papers(session, meeting)
    deferred = deferrals_of(session, meeting.items)
    facts: Row = plain(
        {
            "title": meeting.title,
            "host": meeting.host.name if meeting.host else "",
            "venue": meeting.venue,
            "starts_at": meeting.starts_at,
            "minutes": meeting.minutes,
            "time_zone": meeting.time_zone,
            "papers": papers[None],
            "items": [
                {name: getattr(item, name) for name in KEPT}
                | {
                    "lead": item.lead.name if item.lead else "",
                    "guests": [guest.person.name for guest in item.topic.guests] if item.topic else [],
                    # Why it was withdrawn; what comes out of an item at the table is no part of its agenda.
                    "withdrawn_why": item.outcome_text if item.withdrawn_at else "",
                    "deferred": deferred[item.id].as_row() if item.id in deferred else None,
                    "papers": papers[item.id],
                }
                for item in meeting.items
            ],
        }
    )
    return facts


def _papers(session: Session, meeting: Meeting) -> defaultdict[int | None, list[Row]]:
    """Give the papers of the meeting itself, under None, and of each item: its own and its topic's."""
    found: defaultdict[int | None, list[Row]] = defaultdict(list)
    newest = selectinload(Document.versions)
    of_meeting = session.scalars(
        select(MeetingPaper)
        .where(MeetingPaper.meeting_id == meeting.id)
        .order_by(MeetingPaper.position, MeetingPaper.id)
        .options(joinedload(MeetingPaper.document).options(newest))
    )
    for paper in of_meeting:
        _add(found[paper.item_id], paper.document)
    for item, document in _of_topics(session, meeting.items, newest):
        _add(found[item.id], document)
    return found


def _of_topics(
    session: Session, items: Sequence[AgendaItem], newest: Any
) -> list[tuple[AgendaItem, Document]]:
    topics = {item.topic_id for item in items if item.topic_id is not None}
    papers = session.scalars(
        select(TopicPaper)
        .where(TopicPaper.topic_id.in_(topics))
        .order_by(TopicPaper.position, TopicPaper.id)
        .options(joinedload(TopicPaper.document).options(newest))
    ).all()
    return [(item, paper.document) for item in items for paper in papers if paper.topic_id == item.topic_id]


def _add(rows: list[Row], document: Document) -> None:
    known = any(row["document_id"] == document.id for row in rows)
    if known or document.removed_at is not None or not document.versions:
        return
    rows.append({"document_id": document.id, "version": document.newest.number, "title": document.title})
