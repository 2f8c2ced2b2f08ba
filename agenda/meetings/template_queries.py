"""Reads for the templates of a body's agendas."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.problems import NotFound
from agenda.meetings.template_model import AgendaTemplate
from agenda.meetings.template_rules import USUAL_FRAME, FrameItem, from_rows


def templates_of(session: Session, body_id: int, *, removed: bool = False) -> Sequence[AgendaTemplate]:
    """List the templates of a body by name: those in use, or those that were thrown away."""
    gone = AgendaTemplate.removed_at.is_not(None) if removed else AgendaTemplate.removed_at.is_(None)
    query = (
        select(AgendaTemplate)
        .where(AgendaTemplate.body_id == body_id, gone)
        .order_by(AgendaTemplate.name, AgendaTemplate.id)
    )
    return session.scalars(query).all()


def template_for(session: Session, body_id: int, template_id: int, by: Actor) -> AgendaTemplate:
    """Give one template of a body; NotFound when it has no such one, or it is not theirs to know."""
    template = session.get(AgendaTemplate, template_id)
    if template is None or template.body_id != body_id:
        raise NotFound("not_found")
    by.must("draft_agenda", template.body)
    return template


def usual_frame(session: Session, body_id: int) -> Sequence[FrameItem]:
    """Give what every new agenda of a body begins with."""
    query = select(AgendaTemplate.items).where(
        AgendaTemplate.body_id == body_id, AgendaTemplate.is_usual, AgendaTemplate.removed_at.is_(None)
    )
    rows = session.scalars(query.order_by(AgendaTemplate.id).limit(1)).first()
    return from_rows(rows) if rows else USUAL_FRAME


def frame_minutes(session: Session, body_id: int) -> int:
    """Add up the minutes that every new agenda of a body begins with."""
    return sum(one.minutes for one in usual_frame(session, body_id))
