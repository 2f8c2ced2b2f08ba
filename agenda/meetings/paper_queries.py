"""Reads of the papers of meetings and their items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select, true, union
from sqlalchemy.orm import Session, joinedload

from agenda.core.actor import Actor
from agenda.core.problems import NotFound
from agenda.documents.listing import Attached, Line, lines, loaded, readable_among
from agenda.documents.model import Document
from agenda.documents.queries import guests_may_read, readable
from agenda.meetings.model import AgendaItem, Attendee, AttendeeRole, Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.meetings.sight import sees, sight_of
from agenda.meetings.sight_queries import hidden_items
from agenda.topics.model import Topic, TopicGuest
from agenda.topics.paper_model import TopicPaper
from agenda.topics.sight import visible


def guest_items(person_id: int) -> Select[int]:
    """Give the ids of the items for which this person comes as a guest, once their agenda is final.

    They end when the person is taken off the list, or when the meeting is cancelled.
    """
    return (
        select(AgendaItem.id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .join(TopicGuest, TopicGuest.topic_id == AgendaItem.topic_id)
        .join(Attendee, Attendee.meeting_id == Meeting.id)
        .where(
            TopicGuest.person_id == person_id,
            Attendee.person_id == person_id,
            Attendee.removed_at.is_(None),
            Meeting.agenda_final_at.is_not(None),
            Meeting.cancelled_at.is_(None),
        )
    )


def readable_as_guest(person_id: int) -> ColumnElement[bool]:
    """Give the condition on Document for what this person reads as a guest of items."""
    items = guest_items(person_id)
    of_items = select(MeetingPaper.document_id).where(MeetingPaper.item_id.in_(items))
    of_topics = (
        select(TopicPaper.document_id)
        .join(AgendaItem, AgendaItem.topic_id == TopicPaper.topic_id)
        .where(AgendaItem.id.in_(items))
    )
    # One set, and not either of two: PostgreSQL begins with the few that are in it.
    return and_(Document.id.in_(union(of_items, of_topics)), guests_may_read())


def in_sight(by: Actor) -> ColumnElement[bool]:
    """Keep the documents that belong to no topic and no item that is closed or confidential to this person.

    Such a document mostly says so itself; it must not be readable where it does not.
    """
    bodies = by.bodies("see_confidential")
    known = true() if bodies is None else Document.body_id.in_(bodies)
    return or_(known, and_(*(Document.id.not_in(hidden) for hidden in out_of_sight(by))))


def out_of_sight(by: Actor) -> tuple[Select[int], Select[int]]:
    """Give the ids of the documents of topics, and of items, that this person may not know of."""
    seen = select(Topic.id).where(visible(by))
    of_topics = select(TopicPaper.document_id).where(TopicPaper.topic_id.not_in(seen))
    of_items = select(MeetingPaper.document_id).where(MeetingPaper.item_id.in_(hidden_items(by)))
    return of_topics, of_items


def readable_papers(by: Actor) -> ColumnElement[bool]:
    """Give the condition on Document for all that somebody may read, by a role or as a guest."""
    by_role = and_(readable(by), in_sight(by))
    return by_role if by.person_id is None else or_(by_role, readable_as_guest(by.person_id))


def attached_at(session: Session, meeting: Meeting) -> dict[int | None, list[Attached]]:
    """Give all papers of a meeting by item, whoever may read them, those of the whole under None.

    The papers of an item's topic come first: they were there before. What came after the agenda was final
    is late. Removed documents are among them.
    """
    found: dict[int | None, list[Attached]] = {}
    items_of_topic = {item.topic_id: item.id for item in meeting.items if item.topic_id is not None}
    of_topics = (
        select(TopicPaper)
        .where(TopicPaper.topic_id.in_(items_of_topic))
        .options(joinedload(TopicPaper.document).options(*loaded()))
        .order_by(TopicPaper.position, TopicPaper.id)
    )
    for paper in session.scalars(of_topics):
        late = is_late(meeting, paper.attached_at)
        attached = Attached(paper.document, 0, late=late)
        found.setdefault(items_of_topic[paper.topic_id], []).append(attached)
    of_meeting = (
        select(MeetingPaper)
        .where(MeetingPaper.meeting_id == meeting.id)
        .options(joinedload(MeetingPaper.document).options(*loaded()))
        .order_by(MeetingPaper.position, MeetingPaper.id)
    )
    for own in session.scalars(of_meeting):
        attached = Attached(own.document, own.id, is_late(meeting, own.attached_at), own.late_why)
        found.setdefault(own.item_id, []).append(attached)
    return found


def papers_at(session: Session, meeting: Meeting, by: Actor) -> dict[int | None, list[Line]]:
    """Give the papers of a meeting by item as one reader sees them, those of the whole under None.

    An item without papers is left out; of one that this reader may not see, no title is shown.
    """
    found = attached_at(session, meeting)
    seen = sight_of(meeting, by)
    hidden = {item.id for item in meeting.items if not sees(item, seen)}
    every = (paper.document.id for papers in found.values() for paper in papers)
    readable = readable_among(session, every, by)
    shown = {
        item_id: lines(papers, () if item_id in hidden else readable, by) for item_id, papers in found.items()
    }
    return {item_id: papers for item_id, papers in shown.items() if papers}


def is_late(meeting: Meeting, attached_at: datetime) -> bool:
    """Tell whether what was attached then came after the agenda was final."""
    return meeting.agenda_final_at is not None and attached_at > meeting.agenda_final_at


def places_of(session: Session, document: Document) -> Sequence[MeetingPaper]:
    """List the meetings and items to which a document belongs."""
    query = (
        select(MeetingPaper)
        .where(MeetingPaper.document_id == document.id)
        .options(joinedload(MeetingPaper.meeting), joinedload(MeetingPaper.item))
        .order_by(MeetingPaper.id)
    )
    return session.scalars(query).all()


def meetings_of_guest(session: Session, document: Document, person_id: int) -> Sequence[Meeting]:
    """List the meetings to which this person comes for an item that has the document."""
    of_items = select(MeetingPaper.item_id).where(MeetingPaper.document_id == document.id)
    of_topics = select(TopicPaper.topic_id).where(TopicPaper.document_id == document.id)
    query = (
        select(Meeting)
        .where(
            Meeting.id.in_(
                select(AgendaItem.meeting_id).where(
                    AgendaItem.id.in_(guest_items(person_id)),
                    or_(AgendaItem.id.in_(of_items), AgendaItem.topic_id.in_(of_topics)),
                )
            )
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return session.scalars(query).all()


def meeting_for_guest(session: Session, meeting_id: int, by: Actor) -> tuple[Meeting, list[AgendaItem]]:
    """Give a meeting with the items for which this person comes; NotFound for who is not invited to it.

    There are no items while the agenda is a draft, nor once the meeting is cancelled.
    """
    meeting = session.scalars(
        select(Meeting)
        .join(Attendee)
        .where(
            Meeting.id == meeting_id,
            Meeting.confirmed_at.is_not(None),
            Attendee.person_id == by.person_id,
            Attendee.role != AttendeeRole.ROOM,
            Attendee.removed_at.is_(None),
        )
        .options(joinedload(Meeting.body), joinedload(Meeting.host))
    ).one_or_none()
    if meeting is None or by.person_id is None:
        raise NotFound("not_found")
    own = set(session.scalars(guest_items(by.person_id).where(AgendaItem.meeting_id == meeting.id)))
    return meeting, [item for item in meeting.items if item.id in own]
