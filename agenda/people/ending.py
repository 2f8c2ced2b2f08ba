"""A body ends: no meeting can be planned after its last day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.people import facts
from agenda.people.model import Body


def end_body(session: Session, body: Body, last_day: date, by: Actor, now: datetime) -> None:
    """Let a body end on a day, and keep in its history who said so."""
    by.must("administer")
    before = facts.of_body(body)
    body.expires_on = last_day
    session.flush()
    after = facts.of_body(body)
    if audit.changes(before, after):
        audit.record(session, by, now, "edited", ("body", body.id), before, after)
