"""Reads for the deadlines of meetings, in a number of queries that does not grow with the meetings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.actor import Actor
from agenda.documents.model import Document
from agenda.meetings.deadline_model import BodyDeadlines
from agenda.meetings.deadline_rules import USUAL, Terms
from agenda.meetings.model import AgendaItem, ItemKind, Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.people.model import Body, Person
from agenda.topics.model import Topic, TopicGuest, TopicLink
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
        ratification_days_after=row.ratification_days_after if row else USUAL.ratification_days_after,
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


@dataclass(frozen=True)
class Preparing:
    """Who prepares what, by agenda item."""

    # Number and name of the lead and of the official who helps.
    leads: Mapping[int, Mapping[int, str]]
    # When the first paper came, where there is one.
    papers: Mapping[int, datetime]
    # The items of which the papers are elsewhere, behind a link.
    linked: frozenset[int]
    # The items for which the reader comes as a guest.
    guest_of: frozenset[int]

    def lacks_paper(self, item: AgendaItem) -> bool:
        """Tell whether nobody brought a paper: no document here, and no link to one elsewhere."""
        return item.id not in self.papers and item.id not in self.linked


def preparing(session: Session, meeting_ids: Collection[int], by: Actor) -> Preparing:
    """Tell who prepares the items of these meetings, and which papers came."""
    here = AgendaItem.meeting_id.in_(meeting_ids)
    leads: defaultdict[int, dict[int, str]] = defaultdict(dict)
    prepares = (Person.id == AgendaItem.lead_id) | (Person.id == Topic.official_lead_id)
    query = (
        select(AgendaItem.id, Person.id, Person.name)
        .outerjoin(Topic, Topic.id == AgendaItem.topic_id)
        .join(Person, prepares)
        .where(here)
    )
    for item_id, person_id, name in session.execute(query):
        leads[item_id][person_id] = name
    linked = select(AgendaItem.id).join(TopicLink, TopicLink.topic_id == AgendaItem.topic_id).where(here)
    guest_of = (
        select(AgendaItem.id)
        .join(TopicGuest, TopicGuest.topic_id == AgendaItem.topic_id)
        .where(here, TopicGuest.person_id == by.person_id)
    )
    return Preparing(
        leads=dict(leads),
        papers=first_papers(session, meeting_ids),
        linked=frozenset(session.scalars(linked)),
        guest_of=frozenset(session.scalars(guest_of)),
    )


def next_of(session: Session, meetings: Sequence[Meeting]) -> dict[int, Next]:
    """Give for each meeting the next one of its body that has a date and takes place."""
    if not meetings:
        return {}
    first = min(one.starts_at for one in meetings if one.starts_at is not None)
    has_minutes = exists().where(AgendaItem.meeting_id == Meeting.id, AgendaItem.kind == ItemKind.MINUTES)
    query = (
        select(Meeting, has_minutes)
        .where(
            Meeting.body_id.in_({one.body_id for one in meetings}),
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at > first,
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    later: defaultdict[int, list[Next]] = defaultdict(list)
    for one, adopts in session.execute(query):
        later[one.body_id].append(Next(one, adopts))
    found = {}
    for meeting in meetings:
        start = meeting.starts_at
        for after in later[meeting.body_id]:
            if start and after.meeting.starts_at and after.meeting.starts_at > start:
                found[meeting.id] = after
                break
    return found


def meetings_to_watch(session: Session, by: Actor, permission: str, now: datetime) -> Sequence[Meeting]:
    """List the meetings around now, of bodies for which someone has the permission, with their agendas."""
    bodies = by.bodies(permission)
    query = (
        select(Meeting)
        .options(joinedload(Meeting.body), selectinload(Meeting.items))
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


def meetings_led_by(session: Session, person_id: int, now: datetime) -> Sequence[Meeting]:
    """List the meetings ahead on whose agenda this person prepares an item."""
    prepares = (
        select(AgendaItem.meeting_id)
        .outerjoin(Topic, Topic.id == AgendaItem.topic_id)
        .where((AgendaItem.lead_id == person_id) | (Topic.official_lead_id == person_id))
    )
    query = (
        select(Meeting)
        .options(joinedload(Meeting.body), selectinload(Meeting.items))
        .where(
            Meeting.id.in_(prepares),
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at > now,
            Meeting.starts_at < now + LOOK_AHEAD,
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return session.scalars(query).all()
