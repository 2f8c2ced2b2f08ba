"""What can be edited of one item, on a draft agenda as on a final one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid
from agenda.core.text import one_line
from agenda.meetings.limits import topic_follows
from agenda.meetings.model import AgendaItem
from agenda.meetings.paper_actions import limit_papers
from agenda.people.model import Person
from agenda.topics.model import Purpose, Treatment
from agenda.topics.rules import LIMITS

LONGEST_ITEM = 480


@dataclass(frozen=True)
class ItemText:
    """What can be edited of an item."""

    title: str
    minutes: int
    purpose: Purpose | None = None
    treatment: Treatment | None = None
    lead_id: int | None = None
    requested_decision: str = ""
    # Treated behind closed doors, with discretion, and what those read who may not see it.
    closed: bool = False
    confidential: bool = False
    neutral_title: str = ""


@dataclass(frozen=True)
class Edited:
    """What an item was and became, for the history."""

    before: dict[str, Any]
    after: dict[str, Any]


def fill(session: Session, item: AgendaItem, wanted: ItemText, by: Actor, now: datetime) -> Edited:
    """Write down what was wanted of an item; its topic and its papers are as closed and as confidential.

    Raises Conflict for an item with an outcome, and Invalid for a lead who is not invited.
    """
    must_be_open(item)
    check_item(wanted.title, wanted.minutes)
    invited = {a.person_id for a in item.meeting.attendees if a.removed_at is None}
    if wanted.lead_id is not None and wanted.lead_id not in invited | {item.lead_id}:
        raise Invalid("lead_not_invited")
    before = _facts(item)
    item.title, item.minutes = wanted.title, wanted.minutes
    item.purpose, item.treatment = wanted.purpose, wanted.treatment
    item.lead = session.get(Person, wanted.lead_id) if wanted.lead_id is not None else None
    item.requested_decision = wanted.requested_decision
    item.closed, item.confidential = wanted.closed, wanted.confidential
    item.neutral_title = one_line(wanted.neutral_title).strip()
    topic_follows(item)
    limit_papers(session, item, by, now)
    return Edited(before, _facts(item))


def must_be_open(item: AgendaItem) -> None:
    """Raise Conflict for an item that has an outcome."""
    if item.outcome is not None:
        raise Conflict("item_has_outcome", title=item.title)


def check_item(title: str, minutes: int) -> None:
    """Raise Invalid for an item without a title, or with an impossible length."""
    if not title.strip():
        raise Invalid("item_title_missing")
    if not 0 <= minutes <= LONGEST_ITEM:
        raise Invalid("item_minutes_impossible", most=LONGEST_ITEM)


def _facts(item: AgendaItem) -> dict[str, Any]:
    return {
        "item_title": item.title,
        "item_minutes": item.minutes,
        "purpose": item.purpose,
        "treatment": item.treatment,
        "lead": item.lead.name if item.lead else None,
        "requested_decision": item.requested_decision,
        **{name: getattr(item, name) or None for name in LIMITS},
    }
