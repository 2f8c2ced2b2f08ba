"""What a body asks around its meetings."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Changed, Invalid
from agenda.meetings.deadline_model import BodyDeadlines
from agenda.meetings.deadline_queries import terms_of
from agenda.meetings.deadline_rules import MOST, Terms
from agenda.people.model import Body


def seen_version(body: Body, row: BodyDeadlines | None) -> int:
    """Give one number that rises with each change of the terms, two of which stand in different rows."""
    return body.version + (row.version if row else 0)


def set_terms(
    session: Session, body: Body, wanted: Terms, version: int | None, by: Actor, now: datetime
) -> None:
    """Let a body ask other terms; Changed when somebody else changed them since `version` was seen."""
    by.must("set_reminders", body)
    row = session.get(BodyDeadlines, body.id)
    if version is not None and version != seen_version(body, row):
        raise Changed
    asked = asdict(wanted)
    for name, most in asdict(MOST).items():
        if not 0 <= asked[name] <= most:
            raise Invalid("deadline_impossible", most=most, field=name)
    before = asdict(terms_of(session, [body])[body.id])
    if before == asked:
        return
    if row is None:
        row = BodyDeadlines(body_id=body.id)
        session.add(row)
    body.papers_days_before = wanted.papers_days_before
    row.agenda_days_before = wanted.agenda_days_before
    row.outcomes_days_after = wanted.outcomes_days_after
    row.decision_list_days_after = wanted.decision_list_days_after
    row.ratification_days_after = wanted.ratification_days_after
    audit.record(session, by, now, "deadlines_changed", ("body", body.id), before, asked)
