"""Reads for the deadlines of meetings, in a number of queries that does not grow with the meetings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from agenda.core.actor import Actor
from agenda.documents.model import Document
from agenda.meetings.deadline_model import BodyDeadlines
from agenda.meetings.deadline_rules import USUAL, Terms
from agenda.meetings.model import AgendaItem, ItemKind, Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.people.model import Body
from agenda.topics.model import Topic
from agenda.topics.paper_model import TopicPaper

# What is older is history, and what is further ahead has nothing due yet.
LOOK_BACK = timedelta(days=400)
LOOK_AHEAD = timedelta(days=150)


@dataclass(frozen=True)
class Next:
    """The meeting of the same body that comes after one."""

    meeting: Meeting
    # Whether it adopts: it has the item for that.
    adopts: bool


def terms_of(session: Session, bodies: Collection[Body]) -> dict[int, Terms]:
    """Give the terms of these bodies, by body."""
    query = select(BodyDeadlines).where(BodyDeadlines.body_id.in_({body.id for body in bodies}))
    own = {row.body_id: row for row in session.scalars(query)}
    return {body.id: _terms(body, own.get(body.id)) for body in bodies}


def _terms(body: Body, row: BodyDeadlines | None) -> Terms:
    return Terms(
        papers_days_before=body.papers_days_before,
        agenda_days_before=row.agenda_days_before if row else USUAL.agenda_days_before,
        outcomes_days_after=row.outcomes_days_after if row else USUAL.outcomes_days_after,
        decision_list_days_after=row.decision_list_days_after if row else USUAL.decision_list_days_after,
    )


def first_papers(session: Session, meeting_ids: Collection[int]) -> dict[int, datetime]:
    """Give for each agenda item that has a paper when the first one came."""
    own = (
        select(MeetingPaper.item_id, func.min(MeetingPaper.attached_at))
        .join(Document, Document.id == MeetingPaper.document_id)
        .where(
            MeetingPaper.meeting_id.in_(meeting_ids),
            MeetingPaper.item_id.is_not(None),
            Document.removed_at.is_(None),
        )
        .group_by(MeetingPaper.item_id)
    )
    of_topic = (
        select(AgendaItem.id, func.min(TopicPaper.attached_at))
        .join(TopicPaper, TopicPaper.topic_id == AgendaItem.topic_id)
        .join(Document, Document.id == TopicPaper.document_id)
        .where(AgendaItem.meeting_id.in_(meeting_ids), Document.removed_at.is_(None))
        .group_by(AgendaItem.id)
    )
    found: dict[int, datetime] = {}
    for query in (own, of_topic):
        for item_id, at in session.execute(query):
            if item_id is not None:
                found[item_id] = min(at, found.get(item_id, at))
    return found


def next_of(session: Session, meetings: Sequence[Meeting]) -> dict[int, Next]:
    """Give for each meeting the next one of its body that has a date and takes place."""
    if not meetings:
        return {}
    first = min(one.starts_at for one in meetings if one.starts_at is not None)
    query = (
        select(Meeting)
        .options(selectinload(Meeting.items))
        .where(
            Meeting.body_id.in_({one.body_id for one in meetings}),
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at > first,
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    later: defaultdict[int, list[Meeting]] = defaultdict(list)
    for one in session.scalars(query):
        later[one.body_id].append(one)
    found = {}
    for meeting in meetings:
        start = meeting.starts_at
        after = next(
            (one for one in later[meeting.body_id] if start and one.starts_at and one.starts_at > start), None
        )
        if after is not None:
            found[meeting.id] = Next(after, any(item.kind is ItemKind.MINUTES for item in after.items))
    return found


def meetings_to_watch(session: Session, by: Actor, permission: str, now: datetime) -> Sequence[Meeting]:
    """List the meetings around now, of bodies for which someone has the permission, with their agendas."""
    bodies = by.bodies(permission)
    query = (
        select(Meeting)
        .options(*_with_agenda())
        .where(
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at >= now - LOOK_BACK,
            Meeting.starts_at < now + LOOK_AHEAD,
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    if bodies is not None:
        query = query.where(Meeting.body_id.in_(bodies))
    return session.scalars(query).all()


def _with_agenda() -> list[ExecutableOption]:
    topic = selectinload(Meeting.items).joinedload(AgendaItem.topic)
    return [
        joinedload(Meeting.body),
        selectinload(Meeting.items).joinedload(AgendaItem.lead),
        topic.selectinload(Topic.guests),
        topic.selectinload(Topic.links),
        topic.joinedload(Topic.official_lead),
    ]


def meetings_led_by(session: Session, person_id: int, now: datetime) -> Sequence[Meeting]:
    """List the meetings ahead on whose agenda this person prepares an item."""
    prepares = (
        select(AgendaItem.meeting_id)
        .outerjoin(Topic, Topic.id == AgendaItem.topic_id)
        .where((AgendaItem.lead_id == person_id) | (Topic.official_lead_id == person_id))
    )
    query = (
        select(Meeting)
        .options(*_with_agenda())
        .where(
            Meeting.id.in_(prepares),
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at > now,
            Meeting.starts_at < now + LOOK_AHEAD,
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return session.scalars(query).all()
