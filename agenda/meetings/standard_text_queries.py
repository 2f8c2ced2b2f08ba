"""Reads for standard texts: those of a body, and those that a page offers, filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, object_session, selectinload

from agenda.core import words as spoken
from agenda.core.actor import Actor
from agenda.core.problems import NotFound
from agenda.meetings.model import AgendaItem, ItemKind, Meeting
from agenda.meetings.sight import OPEN, sees, title_of
from agenda.meetings.standard_text_model import StandardText, TextPlace
from agenda.meetings.standard_text_rules import IN_PAPERS, filled
from agenda.people.model import Body


@dataclass(frozen=True)
class Ready:
    """A standard text with its placeholders filled in."""

    name: str
    text: str


@dataclass(frozen=True)
class Offer:
    """The standard texts that one page offers, with the facts at hand."""

    texts: Sequence[StandardText] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    language: str = "nl"

    def at(self, place: str, item: AgendaItem | None = None) -> list[Ready]:
        """List the texts for a place in their order, about this item where there is one."""
        facts = self.facts if item is None else {**self.facts, "topic": open_title(item)}
        return [
            Ready(one.name, filled(one.text, facts, self.language))
            for one in self.texts
            if TextPlace(place) in one.places
        ]


def open_title(item: AgendaItem) -> str:
    """Give an item's title as anybody may read it.

    What is written with it can come anywhere: a reason goes to everyone, a decision into a letter.
    """
    return title_of(item, OPEN)


def texts_of(
    session: Session, body_id: int, place: TextPlace | None = None, *, removed: bool = False
) -> list[StandardText]:
    """List the standard texts of a body in their order: those in use, or those that were thrown away."""
    gone = StandardText.removed_at.is_not(None) if removed else StandardText.removed_at.is_(None)
    query = (
        select(StandardText)
        .where(StandardText.body_id == body_id, gone)
        .order_by(StandardText.position, StandardText.id)
    )
    return [one for one in session.scalars(query) if place is None or place in one.places]


def text_for(session: Session, body_id: int, text_id: int, by: Actor) -> StandardText:
    """Give one text of a body; NotFound when it has no such one, or it is not theirs to know."""
    text = session.get(StandardText, text_id)
    if text is None or text.body_id != body_id:
        raise NotFound("not_found")
    by.must("draft_agenda", text.body)
    return text


def texts_for(meeting: Meeting, by: Actor, language: str = "nl") -> Offer:
    """Give what a page about a meeting offers; nothing to who drafts no agendas of its body."""
    session = object_session(meeting)
    if session is None or not by.may("draft_agenda", meeting.body):
        return Offer()
    return Offer(texts_of(session, meeting.body_id), facts_of(meeting, language), language)


def texts_for_papers(session: Session, body: Body, by: Actor) -> Offer:
    """Give what the page of a body's own words in papers offers: their placeholders stay placeholders."""
    if not by.may("draft_agenda", body):
        return Offer()
    return Offer(texts_of(session, body.id), IN_PAPERS)


def facts_of(meeting: Meeting, language: str) -> dict[str, str]:
    """Give what the placeholders come to for a meeting; a topic only where there is an item."""
    day = ""
    if meeting.starts_at is not None:
        day = spoken.date_only(meeting.starts_at, ZoneInfo(meeting.time_zone), language)
    return {"date": day, "meeting": meeting.title, "place": meeting.venue}


def example_facts(session: Session, body: Body, now: datetime, language: str) -> dict[str, str]:
    """Give the facts of the next meeting of a body, dated or not, and its first topic that all may read."""
    query = (
        select(Meeting)
        .where(
            Meeting.body_id == body.id,
            or_(Meeting.starts_at > now, Meeting.starts_at.is_(None)),
            Meeting.cancelled_at.is_(None),
        )
        .options(selectinload(Meeting.items))
        .order_by(Meeting.starts_at.is_(None), Meeting.starts_at, Meeting.id)
    )
    meeting = session.scalars(query.limit(1)).first()
    if meeting is None:
        return {}
    return facts_of(meeting, language) | {"topic": _first_topic(meeting.items)}


def _first_topic(items: Iterable[AgendaItem]) -> str:
    topics = (item for item in items if item.kind is ItemKind.TOPIC and sees(item, OPEN))
    return next((item.title for item in topics), "")
