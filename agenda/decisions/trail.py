"""What the histories say about decisions: all with the decision itself, elsewhere what everyone may read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.decisions.model import Decision
from agenda.decisions.rules import reference_of
from agenda.meetings.model import AgendaItem
from agenda.meetings.sight import OPEN, sees

Facts = Mapping[str, Any]


def tell(
    session: Session,
    by: Actor,
    now: datetime,
    verb: str,
    decision: Decision,
    before: Facts | None = None,
    after: Facts | None = None,
) -> None:
    """Write a change of a decision into its own history and into that of its meeting.

    Everyone of the body reads the meeting's: there a decision behind closed doors has its reference alone.
    """
    audit.record(session, by, now, verb, ("decision", decision.id), before, after)
    subject = ("meeting", decision.meeting_id)
    if decision.item is None or sees(decision.item, OPEN):
        if not audit.changes(before or {}, after or {}):
            after = {"reference": reference_of(decision)}
        audit.record(session, by, now, verb, subject, before, after)
    else:
        audit.record(session, by, now, verb, subject, None, {"reference": reference_of(decision)})


def tell_of_item(
    session: Session,
    by: Actor,
    now: datetime,
    verb: str,
    item: AgendaItem,
    before: Facts | None = None,
    after: Facts | None = None,
) -> None:
    """Write a change about an item into its own history, and into that of its meeting what all may read."""
    audit.record(session, by, now, verb, ("agenda_item", item.id), before, after)
    subject = ("meeting", item.meeting_id)
    if sees(item, OPEN):
        audit.record(session, by, now, verb, subject, before, {**(after or {}), "item": item.title})
    else:
        audit.record(session, by, now, verb, subject)
