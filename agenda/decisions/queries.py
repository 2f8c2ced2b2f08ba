"""Reads for the screens of outcomes and promises."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.actor import Actor
from agenda.core.problems import NotFound
from agenda.decisions.model import Decision, Ratification, Rectification, Reservation
from agenda.decisions.states import visible
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.sight import Sight, sees, sight_of
from agenda.topics.model import Topic


def whole() -> Select[Decision]:
    """Select decisions with all that is shown of them, joined to what `visible` asks."""
    return (
        select(Decision)
        .join(Meeting, Decision.meeting_id == Meeting.id)
        .outerjoin(AgendaItem, Decision.agenda_item_id == AgendaItem.id)
        .options(
            joinedload(Decision.meeting).joinedload(Meeting.body),
            joinedload(Decision.item).joinedload(AgendaItem.topic).joinedload(Topic.focus_area),
            joinedload(Decision.superseded_by).joinedload(Decision.meeting),
            selectinload(Decision.supersedes).joinedload(Decision.meeting),
            selectinload(Decision.ratifications).joinedload(Ratification.organisation),
        )
    )


def decisions_of(session: Session, meeting: Meeting) -> Sequence[Decision]:
    """List what a meeting decided, in its order."""
    query = whole().where(Decision.meeting_id == meeting.id).order_by(Decision.position)
    return session.scalars(query).all()


def decision_for(session: Session, decision_id: int, by: Actor) -> Decision:
    """Give one decision with all that its page shows; NotFound when it is not theirs to see."""
    decision = session.scalars(whole().where(Decision.id == decision_id, visible(by))).one_or_none()
    if decision is None:
        raise NotFound("not_found")
    return decision


def seen_among(session: Session, decisions: Sequence[Decision], by: Actor) -> frozenset[int]:
    """Tell which of these decisions this person may see."""
    query = (
        select(Decision.id)
        .join(Meeting, Decision.meeting_id == Meeting.id)
        .outerjoin(AgendaItem, Decision.agenda_item_id == AgendaItem.id)
        .where(Decision.id.in_([one.id for one in decisions]), visible(by))
    )
    return frozenset(session.scalars(query)) if decisions else frozenset()


def sight_at(session: Session, meeting: Meeting, by: Actor) -> Sight:
    """Give what this person may see of a meeting, with a number of queries that does not grow."""
    if any(not sees(item, Sight()) for item in meeting.items):
        # Who comes as a guest for which topic, at once.
        session.scalars(
            select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting.id)
            .options(joinedload(AgendaItem.topic).selectinload(Topic.guests))
        ).all()
        return sight_of(meeting, by)
    return Sight(everything=True)


def reservations_of(session: Session, meeting: Meeting) -> dict[int, list[Reservation]]:
    """Give the reservations of a meeting by the number of their item, withdrawn ones too."""
    query = (
        select(Reservation)
        .join(AgendaItem, Reservation.item_id == AgendaItem.id)
        .where(AgendaItem.meeting_id == meeting.id)
        .options(joinedload(Reservation.organisation))
        .order_by(Reservation.recorded_at, Reservation.id)
    )
    found: dict[int, list[Reservation]] = {}
    for one in session.scalars(query):
        found.setdefault(one.item_id, []).append(one)
    return found


def rectifications_of(session: Session, meeting: Meeting) -> Sequence[Rectification]:
    """List what was corrected of a meeting after it was closed, oldest first."""
    query = select(Rectification).where(Rectification.meeting_id == meeting.id).order_by(Rectification.id)
    return session.scalars(query).all()


def earlier_decisions(
    session: Session, later: Decision, words: Sequence[str], by: Actor, most: int
) -> Sequence[Decision]:
    """List decisions of the same body that stand and of which all words are found, newest first."""
    query = (
        whole()
        .where(
            visible(by),
            Meeting.body_id == later.meeting.body_id,
            Meeting.starts_at <= later.meeting.starts_at,
            Decision.superseded_by_id.is_(None),
            Decision.id != later.id,
            *(Decision.searchable.contains(word, autoescape=True) for word in words),
        )
        .order_by(Meeting.starts_at.desc(), Decision.position)
        .limit(most)
    )
    return session.scalars(query).all()
