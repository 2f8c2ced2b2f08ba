"""Reads of the papers of meetings and their items."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, or_, select

from agenda.documents.model import Document
from agenda.documents.queries import guests_may_read
from agenda.meetings.model import AgendaItem, Attendee, Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.topics.model import TopicGuest
from agenda.topics.paper_model import TopicPaper


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
    return and_(or_(Document.id.in_(of_items), Document.id.in_(of_topics)), guests_may_read())
