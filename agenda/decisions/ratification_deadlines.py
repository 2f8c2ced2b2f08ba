"""By when colleges and councils must have said whether they ratify what a meeting agreed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import Flask, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from agenda.core.actor import Actor
from agenda.decisions.model import Decision, Ratification, RatificationResult
from agenda.meetings.deadlines import Deadline, offer_deadlines
from agenda.meetings.model import Meeting
from agenda.meetings.sight_queries import seen_by


def offer(app: Flask) -> None:
    """Offer the step of ratification on the timeline of a meeting."""
    offer_deadlines(app, deadlines)


def deadlines(session: Session, meetings: Sequence[Meeting], by: Actor, _now: datetime) -> Iterator[Deadline]:
    """Name for each meeting the first day by which a silent organ must speak; done once all spoke."""
    query = (
        select(Ratification)
        .join(Ratification.decision)
        .join(Decision.meeting)
        .options(
            contains_eager(Ratification.decision).contains_eager(Decision.meeting),
            joinedload(Ratification.organisation),
        )
        .where(
            Decision.meeting_id.in_([meeting.id for meeting in meetings]),
            Decision.superseded_by_id.is_(None),
            Ratification.due_on.is_not(None),
            seen_by(by, Meeting.body_id, Decision.agenda_item_id),
        )
        .order_by(Ratification.id)
    )
    asked: defaultdict[int, list[Ratification]] = defaultdict(list)
    for one in session.scalars(query):
        asked[one.decision.meeting_id].append(one)
    for meeting_id, organs in asked.items():
        yield _step(meeting_id, organs)


def _step(meeting_id: int, organs: Sequence[Ratification]) -> Deadline:
    silent = [one for one in organs if one.result is None]
    days = [one.due_on for one in silent or organs if one.due_on is not None]
    ratified = sum(one.result is RatificationResult.RATIFIED for one in organs)
    names = list(dict.fromkeys(one.organisation.name for one in silent))
    return Deadline(
        meeting_id=meeting_id,
        key="ratification",
        text=_("Ratified: %(done)d of %(whole)d", done=ratified, whole=len(organs)),
        due=min(days) if silent else max(days),
        url=url_for("meetings.show", meeting_id=meeting_id),
        done=not silent,
        done_on=max((one.said_on for one in organs if one.said_on is not None), default=None),
        who=", ".join(names),
    )
