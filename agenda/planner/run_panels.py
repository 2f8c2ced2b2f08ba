"""What searches and accepted advice show on other pages."""

from __future__ import annotations

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.meetings.model import Meeting
from agenda.planner import run_queries as queries
from agenda.planner import run_words
from agenda.planner.accepting import UNDO_WITHIN, touched_by
from agenda.planner.accepting_model import AcceptedChange
from agenda.web import here

SHOWN = 3


def searches_panel(session: Session, by: Actor) -> str | None:
    """Lead a secretary to a search, to its last advice, and to what was just accepted."""
    if not by.may("plan"):
        return None
    return render_template(
        "planner/searches_panel.html",
        runs=queries.runs_of(session, by)[:SHOWN],
        accepted=_lately(session, by),
        words=run_words,
    )


def _lately(session: Session, by: Actor) -> list[AcceptedChange]:
    """Give what was accepted within a day and touched only bodies that one plans."""
    found = session.scalars(
        select(AcceptedChange)
        .where(AcceptedChange.accepted_at > here.now() - UNDO_WITHIN)
        .order_by(AcceptedChange.id.desc())
    ).all()
    numbers = {number for change in found for number in touched_by(change)}
    planned = {
        one.id
        for one in session.scalars(select(Meeting).where(Meeting.id.in_(numbers)))
        if by.may("plan", one.body)
    }
    return [change for change in found if touched_by(change) <= planned]
