"""The decision list on the timeline of a meeting: there once it was made, adopted once that was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agenda.core.clock import local_day
from agenda.meetings.deadlines import Deadline
from agenda.meetings.model import Meeting
from agenda.publications.model import Adoption, Paper, PaperKind


def settle(session: Session, steps: Mapping[tuple[int, str], Deadline]) -> Iterator[Deadline]:
    """Give the steps of decision lists that a paper or an adoption settles, as they stand with it."""
    lists = [step for step in steps.values() if step.key == "decision_list"]
    adoptions = [step for step in steps.values() if step.key == "adoption"]
    made = _made(session, [step.meeting_id for step in lists if not step.done])
    for step in lists:
        if step.meeting_id in made:
            address = url_for("publications.papers", meeting_id=step.meeting_id)
            yield replace(step, done=True, done_on=made[step.meeting_id], url=address)
    adopted = _adopted(session, [step.meeting_id for step in adoptions])
    for step in adoptions:
        if step.meeting_id in adopted:
            yield replace(step, done=True, done_on=adopted[step.meeting_id])


def _made(session: Session, meetings: list[int]) -> dict[int, date]:
    """Give the day on which the list of each meeting was first made."""
    query = (
        select(Meeting.id, Meeting.time_zone, func.min(Paper.finished_at))
        .join(Paper, Paper.meeting_id == Meeting.id)
        .where(
            Meeting.id.in_(meetings),
            Paper.kind == PaperKind.DECISION_LIST,
            Paper.finished_at.is_not(None),
            Paper.failed == "",
        )
        .group_by(Meeting.id, Meeting.time_zone)
    )
    return {key: local_day(at, zone) for key, zone, at in session.execute(query) if at is not None}


def _adopted(session: Session, meetings: list[int]) -> dict[int, date]:
    query = select(Adoption).where(Adoption.meeting_id.in_(meetings))
    return {one.meeting_id: one.adopted_on for one in session.scalars(query)}
