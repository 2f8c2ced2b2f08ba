"""The papers of the joint meeting that was just held: the worker makes them when the demonstration begins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.actor import System
from agenda.meetings.model import Meeting
from agenda.publications.actions import adopt, ask
from agenda.publications.model import PaperKind
from agenda.publications.papers import Wanted

WANTED = (
    Wanted(PaperKind.AGENDA, "nl", True),
    Wanted(PaperKind.PRESENCE_LIST, "nl", True),
    Wanted(PaperKind.DECISION_LIST, "nl", True),
    Wanted(PaperKind.DECISION_LIST, "nl", False),
    Wanted(PaperKind.MINUTES, "nl", True),
)


def ask_for_papers(session: Session, now: datetime) -> None:
    """Ask for the papers of the last closed meeting, which adopted the decision list of the one before."""
    closed = select(Meeting).where(Meeting.closed_at.is_not(None)).order_by(Meeting.starts_at.desc())
    last, before = session.scalars(closed.limit(2))
    ask(session, last, WANTED, System(), now)
    adopt(session, before, last, "", System(), now)
