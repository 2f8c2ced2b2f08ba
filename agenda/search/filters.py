"""What narrows a search: a body, a year, a focus area, and what is the asker's own.

A tie tells something too: that a paper belongs to a topic is known only to whoever may know of that topic.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, false, or_, select

from agenda.core.actor import Actor
from agenda.decisions.model import ActionItem, Commitment, Decision
from agenda.meetings.model import AgendaItem, Attendee
from agenda.meetings.paper_model import MeetingPaper
from agenda.search.asked import Asked
from agenda.search.sight import Entry, known_items
from agenda.topics.model import Topic
from agenda.topics.paper_model import TopicPaper
from agenda.topics.round_model import WrittenRound
from agenda.topics.sight import visible


def filters(entry: Entry, asked: Asked, by: Actor) -> list[ColumnElement[bool]]:
    """Give the conditions on an entry for all that is asked beside words."""
    found: list[ColumnElement[bool]] = []
    if asked.body:
        found.append(entry.body_id == asked.body)
    if asked.year:
        found.append(entry.day.between(date(asked.year, 1, 1), date(asked.year, 12, 31)))
    if asked.focus:
        topics = select(Topic.id).where(Topic.focus_area_id == asked.focus)
        items = known_items(by).where(AgendaItem.topic_id.in_(topics))
        found.append(_belongs(entry, topics.where(visible(by)), items))
    if asked.mine:
        found.append(false() if by.person_id is None else _own(entry, by, by.person_id))
    return found


def _own(entry: Entry, by: Actor, person_id: int) -> ColumnElement[bool]:
    """Keep what this person leads or does, and what belongs to the meetings with an invitation."""
    leads = or_(Topic.lead_id == person_id, Topic.official_lead_id == person_id)
    topics = select(Topic.id).where(leads, visible(by))
    meetings = select(Attendee.meeting_id).where(
        Attendee.person_id == person_id, Attendee.removed_at.is_(None)
    )
    items = known_items(by).where(
        or_(
            AgendaItem.lead_id == person_id,
            AgendaItem.topic_id.in_(topics),
            AgendaItem.meeting_id.in_(meetings),
        )
    )
    return or_(
        _belongs(entry, topics, items),
        _of_whole(entry, meetings),
        entry.action_id.in_(select(ActionItem.id).where(ActionItem.owner_id == person_id)),
    )


def _belongs(entry: Entry, topics: Select[int], items: Select[int]) -> ColumnElement[bool]:
    """Keep these topics and items, and what comes of either."""
    actions = or_(ActionItem.topic_id.in_(topics), ActionItem.item_id.in_(items))
    return or_(
        entry.topic_id.in_(topics),
        entry.item_id.in_(items),
        entry.round_id.in_(select(WrittenRound.id).where(WrittenRound.topic_id.in_(topics))),
        entry.decision_id.in_(select(Decision.id).where(Decision.agenda_item_id.in_(items))),
        entry.action_id.in_(select(ActionItem.id).where(actions)),
        entry.commitment_id.in_(select(Commitment.id).where(Commitment.item_id.in_(items))),
        entry.document_id.in_(select(TopicPaper.document_id).where(TopicPaper.topic_id.in_(topics))),
        entry.document_id.in_(select(MeetingPaper.document_id).where(MeetingPaper.item_id.in_(items))),
    )


def _of_whole(entry: Entry, meetings: Select[int]) -> ColumnElement[bool]:
    """Keep what belongs to these meetings and to no item of theirs."""
    decisions = select(Decision.id).where(
        Decision.meeting_id.in_(meetings), Decision.agenda_item_id.is_(None)
    )
    actions = select(ActionItem.id).where(ActionItem.meeting_id.in_(meetings), ActionItem.item_id.is_(None))
    promises = select(Commitment.id).where(Commitment.meeting_id.in_(meetings), Commitment.item_id.is_(None))
    papers = select(MeetingPaper.document_id).where(
        MeetingPaper.meeting_id.in_(meetings), MeetingPaper.item_id.is_(None)
    )
    return or_(
        entry.decision_id.in_(decisions),
        entry.action_id.in_(actions),
        entry.commitment_id.in_(promises),
        entry.document_id.in_(papers),
    )
