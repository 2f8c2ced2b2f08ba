"""Finding: how many of each kind, and one page of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.decisions.model import ActionItem, Commitment, Decision
from agenda.documents.model import Document
from agenda.meetings.model import AgendaItem
from agenda.meetings.paper_model import MeetingPaper
from agenda.search.asked import Asked
from agenda.search.full_text import Matching, matching
from agenda.search.model import Kind, SearchEntry
from agenda.search.rules import Question
from agenda.search.sight import findable
from agenda.topics.model import Topic
from agenda.topics.paper_model import TopicPaper
from agenda.topics.round_model import WrittenRound

PER_PAGE = 20


@dataclass(frozen=True)
class Found:
    """One page of entries, what stands in the title first and then what is newest; and how many in all."""

    entries: Sequence[SearchEntry] = ()
    # By kind, whatever kind is asked.
    counts: Mapping[Kind, int] = field(default_factory=dict)
    total: int = 0
    page: int = 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


def find(session: Session, by: Actor, asked: Asked, question: Question, page: int = 1) -> Found:
    """Find what this person may see and what is asked."""
    if not question.terms:
        return Found()
    match = matching(session, question)
    conditions = [match.found, findable(by), *_filters(asked)]
    counted = _joined(select(SearchEntry.kind, func.count()), match).where(*conditions)
    counts = {row[0]: row[1] for row in session.execute(counted.group_by(SearchEntry.kind))}
    total = counts.get(asked.kind, 0) if asked.kind else sum(counts.values())
    page = min(max(page, 1), max(1, -(-total // PER_PAGE)))
    if asked.kind:
        conditions.append(SearchEntry.kind == asked.kind)
    query = (
        _joined(select(SearchEntry), match)
        .where(*conditions)
        .order_by(match.in_title.desc(), SearchEntry.day.desc().nulls_last(), SearchEntry.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return Found(session.scalars(query).all() if total else (), counts, total, page)


def _joined(query: Any, match: Matching) -> Any:
    return (
        query.select_from(SearchEntry)
        .join(match.words, match.joined)
        .outerjoin(Document, Document.id == SearchEntry.document_id)
    )


def _filters(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.body:
        found.append(SearchEntry.body_id == asked.body)
    if asked.year:
        found.append(SearchEntry.day.between(date(asked.year, 1, 1), date(asked.year, 12, 31)))
    if asked.focus:
        found.append(_about(select(Topic.id).where(Topic.focus_area_id == asked.focus)))
    return found


def _about(topics: Select[int]) -> ColumnElement[bool]:
    """Keep what belongs to these topics, straight or by an item of an agenda."""
    items = select(AgendaItem.id).where(AgendaItem.topic_id.in_(topics))
    actions = or_(ActionItem.topic_id.in_(topics), ActionItem.item_id.in_(items))
    papers = select(MeetingPaper.document_id).where(MeetingPaper.item_id.in_(items))
    return or_(
        SearchEntry.topic_id.in_(topics),
        SearchEntry.item_id.in_(items),
        SearchEntry.round_id.in_(select(WrittenRound.id).where(WrittenRound.topic_id.in_(topics))),
        SearchEntry.decision_id.in_(select(Decision.id).where(Decision.agenda_item_id.in_(items))),
        SearchEntry.action_id.in_(select(ActionItem.id).where(actions)),
        SearchEntry.commitment_id.in_(select(Commitment.id).where(Commitment.item_id.in_(items))),
        and_(
            SearchEntry.kind == Kind.DOCUMENT,
            or_(
                Document.id.in_(select(TopicPaper.document_id).where(TopicPaper.topic_id.in_(topics))),
                Document.id.in_(papers),
            ),
        ),
    )
