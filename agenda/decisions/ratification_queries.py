"""Reads for the board of ratifications, and of what waits to be ratified."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from agenda.core.actor import Actor
from agenda.core.database import get
from agenda.core.problems import NotFound
from agenda.decisions.model import Decision, DecisionKind, Ratification
from agenda.decisions.queries import whole
from agenda.decisions.rules import Standing
from agenda.decisions.states import standing_in_sql, visible
from agenda.meetings.model import AgendaItem, Meeting

# From here on a ratification shows up on the start page of who records it.
NEAR = timedelta(days=14)
UNSETTLED = (Standing.WAITING, Standing.REFUSED)


def agreements(
    session: Session, by: Actor, body_id: int | None, standings: Sequence[Standing], most: int | None = None
) -> Sequence[Decision]:
    """List agreements that this person may see and that stand like this; those due first on top."""
    due = (
        select(func.min(Ratification.due_on))
        .where(Ratification.decision_id == Decision.id, Ratification.result.is_(None))
        .scalar_subquery()
    )
    query = (
        whole()
        .where(*_standing(by, body_id, standings))
        .order_by(due.asc().nulls_last(), Meeting.starts_at.desc(), Decision.position)
    )
    return session.scalars(query.limit(most)).all()


def number_unsettled(session: Session, by: Actor, body_id: int) -> int:
    """Count the agreements of a body that are not ratified by all, of those that this person may see."""
    query = (
        select(func.count(Decision.id))
        .join(Meeting, Decision.meeting_id == Meeting.id)
        .outerjoin(AgendaItem, Decision.agenda_item_id == AgendaItem.id)
        .where(*_standing(by, body_id, UNSETTLED))
    )
    return session.scalar(query) or 0


def due_ratifications(session: Session, by: Actor, until: date) -> Sequence[Ratification]:
    """List what organs must have said by this day and have not, for those who record it.

    Not of agreements that another decision took the place of, nor of those that were refused already.
    """
    query = (
        select(Ratification)
        .join(Ratification.decision)
        .join(Decision.meeting)
        .outerjoin(AgendaItem, Decision.agenda_item_id == AgendaItem.id)
        .where(
            Ratification.result.is_(None),
            Ratification.due_on <= until,
            standing_in_sql() == Standing.WAITING.value,
        )
        .options(
            contains_eager(Ratification.decision).contains_eager(Decision.meeting).joinedload(Meeting.body),
            joinedload(Ratification.organisation),
        )
        .order_by(Ratification.due_on, Ratification.decision_id, Ratification.id)
    )
    bodies = by.bodies("record")
    if bodies is not None:
        query = query.where(Meeting.body_id.in_(bodies))
    return session.scalars(query).all()


def ratification_for(session: Session, ratification_id: int, by: Actor) -> Ratification:
    """Give what one organ must say; NotFound when it is not theirs to see."""
    found = get(session, Ratification, ratification_id)
    decision = session.scalars(whole().where(Decision.id == found.decision_id, visible(by))).one_or_none()
    if decision is None:
        raise NotFound("not_found")
    return found


def _standing(by: Actor, body_id: int | None, standings: Sequence[Standing]) -> list[ColumnElement[bool]]:
    found = [
        visible(by),
        Decision.kind == DecisionKind.AGREEMENT,
        standing_in_sql().in_([one.value for one in standings]),
    ]
    return found if body_id is None else [*found, Meeting.body_id == body_id]
