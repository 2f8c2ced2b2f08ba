"""A body's rules, and who changed them last."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.audit import AuditEntry
from agenda.reminders import rules
from agenda.reminders.model import ReminderRule


def rules_of(session: Session, body_id: int) -> list[ReminderRule]:
    """List a body's rules in the order in which a meeting meets them."""
    found = {
        rule.kind: rule
        for rule in session.scalars(select(ReminderRule).where(ReminderRule.body_id == body_id))
    }
    return [found[kind] for kind in rules.KINDS if kind in found]


def last_changes(session: Session, body_id: int) -> dict[str, AuditEntry]:
    """Give for each kind of reminder who changed its rule last, and from what."""
    query = (
        select(AuditEntry)
        .where(
            AuditEntry.subject_kind == "body",
            AuditEntry.subject_id == body_id,
            AuditEntry.verb == "reminder_rule_changed",
        )
        .order_by(AuditEntry.id)
    )
    return {str(entry.after["reminder"]): entry for entry in session.scalars(query)}
